// What h2specd, the conformance suite of HTTP/2 clients, runs for each of its cases: the client engine over a socket, which
// makes one request to the URL that is its last argument and lives on until the connection has ended.
import * as net from "node:net";
import process from "node:process";
import * as tls from "node:tls";
import { ClientConnection } from "../../src/http2/client_connection.ts";
import { certificates } from "../support/tls/certificates.ts";

/** The suite gives a case three seconds. */
const PATIENCE_MS = 2500;

const url = new URL(process.argv.at(-1)!);
const where = { host: url.hostname, port: Number(url.port) };
const isSecure = url.protocol === "https:";
const socket = isSecure
  ? tls.connect({ ...where, ALPNProtocols: ["h2"], ca: certificates.ca, servername: "localhost" })
  : net.connect(where);

const engine = new ClientConnection({
  onResponse: () => {},
  onInformational: () => {},
  onData: (id, bytes) => engine.consume(id, bytes.length),
  onTrailers: () => {},
  onReset: (id) => engine.release(id),
  onWritable: () => {},
  onAvailable: () => {},
  onOutput: () => flush(),
  onSettings: () => {},
  onPing: () => {},
  onPong: () => {},
  // The suite says goodbye when a case is over.
  onGoaway: () => engine.close(),
  onClosed: (error) => error && console.log(String(error)),
});

function flush(): void {
  while (engine.hasOutput) socket.write(engine.takeOutput());
  if (engine.isClosed) socket.end(() => process.exit());
}

socket.once(isSecure ? "secureConnect" : "connect", () => {
  engine.request([
    [":method", "GET"],
    [":scheme", url.protocol.slice(0, -1)],
    [":path", "/"],
    [":authority", url.host],
  ], true);
  flush();
});
socket.on("data", (chunk: Uint8Array) => {
  engine.receive(chunk);
  flush();
});
socket.on("error", () => {});
socket.once("close", () => process.exit());
setTimeout(() => process.exit(), PATIENCE_MS);
