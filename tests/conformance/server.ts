// The server under test: reads from stdin how it is to listen, listens, and says where. SIGTERM ends it.
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import process from "node:process";
import { type ServerTlsOptions, Sigil } from "sigil";
import { ConformanceProtocol, DESCRIPTORS_VARIABLE, type ServerCompatRequest } from "./protocol.ts";
import { conformanceService } from "./service.ts";
import { readMessages, writeMessage } from "./sized_messages.ts";

const protocol = new ConformanceProtocol(readFileSync(process.env[DESCRIPTORS_VARIABLE]!));
const [request] = await Array.fromAsync(readMessages<ServerCompatRequest>(protocol.message("ServerCompatRequest")));
const app = new Sigil({
  services: [conformanceService(protocol)],
  maxReceiveBytes: request.messageReceiveLimit || undefined,
});
const server = await app.listen({ host: "127.0.0.1", port: 0, tls: tls(request), graceMs: 1000 });
await writeMessage(protocol.message("ServerCompatResponse"), {
  host: "127.0.0.1",
  port: server.port,
  pemCert: request.serverCreds?.cert,
});
await server.closed;
process.exit(0);

function tls({ useTls, serverCreds, clientTlsCert }: ServerCompatRequest): ServerTlsOptions | undefined {
  if (!useTls) return undefined;
  if (!serverCreds) throw new Error("TLS is asked for, and there are no credentials.");
  const { cert, key } = serverCreds;
  const certificate = { cert: Buffer.from(cert), key: Buffer.from(key) };
  return clientTlsCert.byteLength === 0
    ? certificate
    : { ...certificate, ca: Buffer.from(clientTlsCert), requestClientCert: true };
}
