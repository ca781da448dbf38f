// The part of greeter.v1.Greeter that browsers can call: their fetch does not stream requests. A contract has the types of
// a service and none of its code, so the page's bundle holds no server.
import { serverStreaming, service, unary } from "sigil/client";
import { CountDownReply, CountDownRequest, HelloReply, HelloRequest } from "../../greeter/messages.ts";

export const Greeter = service("greeter.v1.Greeter", {
  sayHello: unary(HelloRequest, HelloReply, { idempotency: "NO_SIDE_EFFECTS" }),
  countDown: serverStreaming(CountDownRequest, CountDownReply),
});
