// The sigil subject of the h2 bench: the engine over sockets with a handler that gives each request the same reply.
import { sockets } from "../../../../src/adapters/sockets/server.ts";
import type { HeaderList } from "../../../../src/http/exchange.ts";
import { enveloped, greet, NAME, SAY_HELLO_PATH, textMessage } from "../../greeter/greeting.ts";
import { announce } from "../../greeter/program.ts";

const body = enveloped([textMessage(greet(NAME))]);
// Frozen lists are encoded once; that is how protocols keep those that they send again and again.
const head: HeaderList = Object.freeze([Object.freeze(["content-type", "application/grpc"] as const)]);
const trailers: HeaderList = Object.freeze([Object.freeze(["grpc-status", "0"] as const)]);

const listener = await sockets().listen((exchange) => {
  if (exchange.path !== SAY_HELLO_PATH) return exchange.reply(404, [], new Uint8Array(0));
  const request = exchange.readWhole(1 << 20);
  if (request instanceof Uint8Array) exchange.reply(200, head, body, trailers);
  else request.then(() => exchange.reply(200, head, body, trailers), (error) => exchange.reset(error));
}, { host: "127.0.0.1", port: 0 });
announce(listener.port);
