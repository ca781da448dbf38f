// An edge worker of one service: Connect and gRPC-Web.
import { Field, Message, Service, Sigil, Unary } from "../../../../src/edge.ts";

@Message("bench.v1.HelloRequest")
class HelloRequest {
  @Field(1)
  name = "";
}

@Message("bench.v1.HelloReply")
class HelloReply {
  @Field(1)
  message = "";
}

@Service("bench.v1.Greeter")
class Greeter {
  @Unary(HelloRequest, HelloReply)
  sayHello(request: HelloRequest) {
    return { message: `Hello, ${request.name}!` };
  }
}

export default new Sigil({ services: [Greeter] });
