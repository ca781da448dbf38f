// The Greeter service as connect-es users write it; served by connect-node and by the fetch handler.
import type { ConnectRouter } from "@connectrpc/connect";
import { Greeter } from "../../greeter/descriptor.ts";
import { greet } from "../../greeter/greeting.ts";

interface HelloRequest {
  name: string;
}

async function* watch({ name, count }: HelloRequest & { count: number }) {
  for (let sent = 0; sent < count; sent++) yield { message: greet(name) };
}

async function* chat(requests: AsyncIterable<HelloRequest>) {
  for await (const { name } of requests) yield { message: greet(name) };
}

/** Adds the service to a router. */
export function routes(router: ConnectRouter): ConnectRouter {
  return router.service(Greeter, {
    sayHello: ({ name }: HelloRequest) => ({ message: greet(name) }),
    watch,
    chat,
  } as never); // a descriptor made at run time says nothing about types
}
