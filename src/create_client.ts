// createClient of Node, Bun and Deno, where a URL means gRPC.
import type { Transport } from "@connectrpc/connect";
import { followCalls } from "./adapters/async_local.ts";
import { type ClientOptions, createClientOver } from "./client/client.ts";
import type { Client, ClientService } from "./client/client_type.ts";
import { grpcTransport } from "./grpc_transport.ts";

/**
 * Makes a client of a service: a function for each of its methods. Requests may be plain objects, replies are instances of the
 * message classes. A unary call rejects, and a stream throws, with a `ConnectError`; a stream's call begins when it is first
 * read, and ends when its reader leaves. A service class is never constructed.
 *
 * @param target the URL of a server, called in gRPC over HTTP/2 (`http://`, `https://`, `unix:`); or a transport, Sigil's or
 * any other of connect-es's shape.
 * @throws SchemaError where `service` is none, or has mistakes: all of them in one error.
 * @example
 * ```ts
 * const greeter = createClient(Greeter, "http://localhost:50051");
 * const reply = await greeter.sayHello({ name: "Ada" }, { timeoutMs: 500 });
 * ```
 */
export function createClient<S extends ClientService>(
  service: S,
  target: string | URL | Transport,
  options: ClientOptions = {},
): Client<S> {
  if (options.followCalls !== false) followCalls();
  const transport = typeof target === "string" || target instanceof URL ? grpcTransport(target) : target;
  return createClientOver(service, transport, options);
}
