// The part of greeter.v1.GreeterService that browsers can call: their fetch does not stream requests. A contract has the types of
// a service and none of its code, so the page's bundle holds no server.
import { serverStreaming, service, unary } from "sigil/client";
import { CountDownRequest, CountDownResponse, SayHelloRequest, SayHelloResponse } from "../../greeter/messages.ts";

export const Greeter = service("greeter.v1.GreeterService", {
  sayHello: unary(SayHelloRequest, SayHelloResponse, { idempotency: "NO_SIDE_EFFECTS" }),
  countDown: serverStreaming(CountDownRequest, CountDownResponse),
});
