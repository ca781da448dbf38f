// The node-http2 subject: a fixed reply (head, one message, trailers), as the floor of what gRPC over node:http2 can cost; and
// large bodies for the bench of those.
import { readFileSync } from "node:fs";
import { createSecureServer, createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { enveloped, greet, NAME, SAY_HELLO_PATH, textMessage } from "../../greeter/greeting.ts";
import { announce } from "../../greeter/program.ts";

const reply = enveloped([textMessage(greet(NAME))]);
const mebibyte = new Uint8Array(1 << 20).fill(0x61);
const chunk = new Uint8Array(1 << 16).fill(0x61);

function onStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  stream.on("error", () => {}); // the load goes away with calls in flight
  switch (headers[":path"]) {
    case SAY_HELLO_PATH:
      stream.resume();
      return answer(stream, reply);
    case "/up":
      return readWhole(stream, () => answer(stream, chunk.subarray(0, 1)));
    case "/down":
      return readWhole(stream, () => answer(stream, mebibyte));
    case "/large":
      stream.resume();
      return answerLarge(stream);
    default:
      stream.respond({ ":status": 404 }, { endStream: true });
  }
}

function readWhole(stream: ServerHttp2Stream, then: (body: Uint8Array) => void): void {
  const chunks: Uint8Array[] = [];
  stream.on("data", (data: Uint8Array) => chunks.push(data));
  stream.on("end", () => then(Buffer.concat(chunks)));
}

function begin(stream: ServerHttp2Stream): void {
  if (stream.destroyed) return; // while its request was read
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
}

function answer(stream: ServerHttp2Stream, body: Uint8Array): void {
  begin(stream);
  if (!stream.destroyed) stream.end(body);
}

function answerLarge(stream: ServerHttp2Stream): void {
  begin(stream);
  let left = 256;
  const more = (): void => {
    while (left > 0 && stream.write(chunk)) left--;
    // The chunk that filled the stream was taken, too.
    if (left > 0 && --left > 0) stream.once("drain", more);
    else stream.end();
  };
  more();
}

const certificates = process.env.BENCH_CERTIFICATES;
const server = certificates === undefined ? createServer() : createSecureServer({
  key: readFileSync(`${certificates}/server.key.pem`),
  cert: readFileSync(`${certificates}/server.pem`),
});
server.on("stream", onStream);
server.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
