// The grpc-js peer, on Node: `peer.ts serve [CERT KEY]` serves grpc.testing.TestService on a free port and prints
// `{"port":N}`; `peer.ts call ADDRESS [CA]` makes each call and prints `{"case":NAME}` for it, with an `error` where it
// failed. PROTO names the `.proto` file of the service.
import { type GrpcObject, loadPackageDefinition, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import process from "node:process";
import { call } from "./call.ts";
import { serve } from "./serve.ts";

const definition = loadSync(process.env.PROTO!, { defaults: true });
const { testing } = (loadPackageDefinition(definition) as GrpcObject).grpc as GrpcObject;
const { TestService } = testing as unknown as { TestService: ServiceClientConstructor };

const [what, ...args] = process.argv.slice(2);
if (what === "serve") await serve(TestService, args);
else if (what === "call" && args.length > 0) await call(TestService, args[0]!, args.slice(1));
else throw new Error("usage: peer.ts serve [CERT KEY] | peer.ts call ADDRESS [CA]");
