// Calls over `fetch`: Connect or gRPC-Web, on every runtime and in browsers.
import type { Transport } from "@connectrpc/connect";
import { fetchClient, type FetchClientOptions } from "./adapters/fetch/client.ts";
import { connectClient } from "./protocol/connect/client.ts";
import { grpcWebClient } from "./protocol/grpc_web/client.ts";
import { transportOptions } from "./transport/client_transport.ts";

/** Options of {@link fetchTransport}. */
export interface FetchTransportOptions extends Pick<FetchClientOptions, "fetch" | "init"> {
  /** The protocol to call in. Default: `"connect"`. */
  readonly protocol?: "connect" | "grpc-web";
  /** The format of messages: protobuf's binary one, or JSON. Default: `"binary"`. */
  readonly format?: "binary" | "json";
  /** Call methods without side effects by HTTP GET, so that caches can answer (Connect only). Default: false. */
  readonly useHttpGet?: boolean;
  /** The largest message that is received, in bytes. Default: 4 GiB - 1. */
  readonly maxReceiveBytes?: number;
}

/**
 * Makes a transport over `fetch`.
 *
 * Client streaming and bidi need a `fetch` that can send a stream: Deno, Bun over TLS and Node can, browsers can't.
 *
 * @param url where the service is served; paths in front are kept: `"https://edge.example/api"`.
 * @example
 * ```ts
 * const greeter = createClient(Greeter, fetchTransport("https://edge.example"));
 * ```
 */
export function fetchTransport(url: string | URL, options: FetchTransportOptions = {}): Transport {
  const protocol = options.protocol === "grpc-web" ? grpcWebClient : connectClient;
  const make = (streamRequest: boolean): Transport =>
    protocol({
      ...transportOptions(url, options.maxReceiveBytes),
      httpClient: fetchClient({ fetch: options.fetch, init: options.init, streamRequest }),
      useBinaryFormat: options.format !== "json",
      useHttpGet: options.useHttpGet,
    });
  const whole = make(false);
  const streaming = make(true);
  return {
    unary: (...call) => whole.unary(...call),
    stream: (method, ...call) => (method.methodKind === "server_streaming" ? whole : streaming).stream(method, ...call),
  };
}
