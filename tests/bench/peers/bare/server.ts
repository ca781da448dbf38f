// The node-http2 subject: a fixed reply (head, one message, trailers), as the floor of what gRPC over node:http2 can cost.
import { createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { enveloped, greet, NAME, SAY_HELLO_PATH, textMessage } from "../../greeter/greeting.ts";
import { announce } from "../../greeter/program.ts";

const reply = enveloped([textMessage(greet(NAME))]);

const server = createServer();
server.on("stream", (stream: ServerHttp2Stream, headers) => {
  if (headers[":path"] !== SAY_HELLO_PATH) {
    stream.respond({ ":status": 404 }, { endStream: true });
    return;
  }
  stream.on("error", () => {}); // the load goes away with calls in flight
  stream.resume();
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(reply);
});
server.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
