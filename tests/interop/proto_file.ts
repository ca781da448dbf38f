// Writes the `.proto` that Sigil exports of grpc.testing.TestService: what stubs of peers are made of.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { protoOf, Sigil } from "sigil";
import { InteropService } from "./test_service/service.ts";

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error("usage: proto_file.ts FILE");
const [[, text]] = protoOf(new Sigil({ services: [InteropService] }));
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, text);
