// The server of the interop suite, on the runtime that runs this: `server.ts [--tls]`. Prints `{"port":N}`.
import process from "node:process";
import { Sigil } from "sigil";
import { certificates } from "../../support/tls/certificates.ts";
import { InteropService } from "./service.ts";

const app = new Sigil({ services: [InteropService] });
const tls = process.argv.includes("--tls") ? certificates.server : undefined;
const server = await app.listen({ host: "127.0.0.1", port: 0, tls });
console.log(JSON.stringify({ port: server.port }));
await server.closed;
process.exit(0);
