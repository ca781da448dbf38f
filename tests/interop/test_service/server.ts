// The server of the interop suite, on the runtime that runs this: `server.ts [--tls] [--page SCRIPT]`. Prints `{"port":N}`.
import process from "node:process";
import { parseArgs } from "node:util";
import { Sigil } from "sigil";
import { certificates } from "../../support/tls/certificates.ts";
import { socketsWithPage } from "./page.ts";
import { InteropService } from "./service.ts";

const { tls, page } = parseArgs({ options: { tls: { type: "boolean" }, page: { type: "string" } } }).values;
const app = new Sigil({ services: [InteropService], reflection: true, health: true });
const server = await app.listen({
  host: "127.0.0.1",
  port: 0,
  tls: tls ? certificates.server : undefined,
  transport: page === undefined ? undefined : socketsWithPage(page),
});
console.log(JSON.stringify({ port: server.port }));
await server.closed;
process.exit(0);
