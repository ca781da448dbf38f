// The Greeter service as Sigil's users write it: decorated classes.
import { BidiStreaming, Field, Message, ServerStreaming, Service, Unary } from "../../../../mod.ts";
import { greet } from "../../greeter/greeting.ts";

@Message("bench.v1.HelloRequest")
export class HelloRequest {
  @Field(1)
  name = "";
}

@Message("bench.v1.WatchRequest")
export class WatchRequest {
  @Field(1)
  name = "";
  @Field(2, "int32")
  count = 0;
}

@Message("bench.v1.HelloReply")
export class HelloReply {
  @Field(1)
  message = "";
}

@Service("bench.v1.Greeter")
export class Greeter {
  @Unary(HelloRequest, HelloReply)
  sayHello(request: HelloRequest) {
    return { message: greet(request.name) };
  }

  @ServerStreaming(WatchRequest, HelloReply)
  async *watch(request: WatchRequest) {
    for (let sent = 0; sent < request.count; sent++) yield { message: greet(request.name) };
  }

  @BidiStreaming(HelloRequest, HelloReply)
  async *chat(requests: AsyncIterable<HelloRequest>) {
    for await (const request of requests) yield { message: greet(request.name) };
  }
}
