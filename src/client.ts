// Entry point `sigil/client`: contracts and clients, for browsers and for bundles without a server. URLs mean Connect.
import type { Transport } from "@connectrpc/connect";
import { type ClientOptions, createClientOver } from "./client/client.ts";
import type { Client, ClientService } from "./client/client_type.ts";
import { FetchClient } from "./adapters/fetch/client.ts";
import { transportWith } from "./closable_transport.ts";
import { connectClient } from "./protocol/connect/client.ts";
import { streamCompression } from "./rpc/stream_compression.ts";

export * from "./contract.ts";

/**
 * Makes a client of a service: a function for each of its methods. Requests may be plain objects, replies are instances of the
 * message classes. A unary call rejects, and a stream throws, with a `ConnectError`; a stream's call begins when it is first
 * read, and ends when its reader leaves. A service class is never constructed.
 *
 * @param target the URL of a server, called in Connect over `fetch`; or a transport.
 * @throws SchemaError where `service` is none, or has mistakes: all of them in one error.
 * @example
 * ```ts
 * const greeter = createClient(Greeter, "https://edge.example");
 * const reply = await greeter.sayHello({ name: "Ada" });
 * ```
 */
export function createClient<S extends ClientService>(
  service: S,
  target: string | URL | Transport,
  options: ClientOptions = {},
): Client<S> {
  const isUrl = typeof target === "string" || target instanceof URL;
  const transport = isUrl ? connectTransport(target) : target;
  return createClientOver(service, transport, options);
}

// As fetchTransport makes it, but for gRPC-Web and JSON, which a bundle is then without.
function connectTransport(url: string | URL): Transport {
  return transportWith(undefined, connectClient, new FetchClient({}), url, {}, streamCompression);
}
