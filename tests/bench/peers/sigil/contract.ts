// The Greeter service as a contract of builders: what code shared with a browser is made of.
import { field, message, service, unary } from "../../../../src/client.ts";

export const HelloRequest = message("bench.v1.HelloRequest", { name: field(1, "string") });
export const HelloReply = message("bench.v1.HelloReply", { message: field(1, "string") });

export const Greeter = service("bench.v1.Greeter", { sayHello: unary(HelloRequest, HelloReply) });
