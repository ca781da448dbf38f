// The sigil subject of the benches h2 and bodies: the engine over sockets with a handler that gives each request the same
// reply, or takes and gives large bodies.
import { readFileSync } from "node:fs";
import process from "node:process";
import "../../../../src/adapters/buffer_text.ts";
import { sockets } from "../../../../src/adapters/sockets/server.ts";
import type { Exchange, HeaderList } from "../../../../src/http/exchange.ts";
import { enveloped, greet, NAME, SAY_HELLO_PATH, textMessage } from "../../greeter/greeting.ts";
import { announce } from "../../greeter/program.ts";

const MAX_BODY = 2 << 20;
const body = enveloped([textMessage(greet(NAME))]);
const mebibyte = new Uint8Array(1 << 20).fill(0x61);
const chunk = new Uint8Array(1 << 16).fill(0x61);
// Frozen lists are encoded once; that is how protocols keep those that they send again and again.
const head: HeaderList = Object.freeze([Object.freeze(["content-type", "application/grpc"] as const)]);
const trailers: HeaderList = Object.freeze([Object.freeze(["grpc-status", "0"] as const)]);

/** Answers once the whole request is there. */
function answer(exchange: Exchange, reply: Uint8Array): void {
  const request = exchange.readWhole(MAX_BODY);
  if (request instanceof Uint8Array) exchange.reply(200, head, reply, trailers);
  else request.then(() => exchange.reply(200, head, reply, trailers), (error) => exchange.reset(error));
}

async function answerLarge(exchange: Exchange): Promise<void> {
  exchange.replyHead(200, head);
  for (let count = 0; count < 256; count++) await exchange.write(chunk);
  exchange.end(trailers);
}

const certificates = process.env.BENCH_CERTIFICATES;
const tls = certificates === undefined ? undefined : {
  key: readFileSync(`${certificates}/server.key.pem`),
  cert: readFileSync(`${certificates}/server.pem`),
};

const listener = await sockets().listen((exchange) => {
  if (exchange.path === SAY_HELLO_PATH) answer(exchange, body);
  else if (exchange.path === "/up") answer(exchange, chunk.subarray(0, 1));
  else if (exchange.path === "/down") answer(exchange, mebibyte);
  else if (exchange.path === "/large") answerLarge(exchange);
  else exchange.reply(404, [], new Uint8Array(0));
}, { host: "127.0.0.1", port: 0, tls });
announce(listener.port);
