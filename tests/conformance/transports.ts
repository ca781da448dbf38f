// Sigil's transports for what the suite asks of a client, one for each server and way to call it. HTTP/2 goes over the engine,
// HTTP/1.1 over the runtime's fetch, which each runtime gives certificates in a way of its own.
import type { Transport } from "@connectrpc/connect";
import { Buffer } from "node:buffer";
import process from "node:process";
import * as tls from "node:tls";
import { type ClosableTransport, fetchTransport, http2Transport } from "sigil";
import { type ClientCompatRequest, HttpVersion, Protocol } from "./protocol.ts";
import { transportOptions } from "./transport_options.ts";

const transports = new Map<string, Transport>();
const closable: ClosableTransport[] = [];

/**
 * The transport for a call.
 * @throws Error for what no transport of Sigil's can do: the suite's configuration has told it otherwise.
 */
export function transportFor(request: ClientCompatRequest): Transport {
  const { protocol, httpVersion, codec, compression, useGetHttpMethod, messageReceiveLimit, host, port } = request;
  const key = [protocol, httpVersion, codec, compression, useGetHttpMethod, messageReceiveLimit, host, port].join();
  const known = transports.get(key);
  if (known) return known;
  const made = httpVersion === HttpVersion.http1 ? overFetch(request) : overHttp2(request);
  transports.set(key, made);
  return made;
}

/** Closes the connections that transports hold. */
export async function closeTransports(): Promise<void> {
  await Promise.all(closable.map((transport) => transport.close()));
}

function baseUrl({ serverTlsCert, host, port }: ClientCompatRequest): string {
  return `${serverTlsCert.byteLength > 0 ? "https" : "http"}://${host}:${port}`;
}

function certificates({ serverTlsCert, clientTlsCreds }: ClientCompatRequest) {
  return {
    ca: pem(serverTlsCert),
    ...(clientTlsCreds ? { cert: pem(clientTlsCreds.cert), key: pem(clientTlsCreds.key) } : {}),
  };
}

function pem(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

function overHttp2(request: ClientCompatRequest): Transport {
  const transport = http2Transport(baseUrl(request), {
    ...transportOptions(request),
    protocol: protocolName(request),
    useHttpGet: request.useGetHttpMethod,
    tls: request.serverTlsCert.byteLength > 0 ? certificates(request) : undefined,
  });
  closable.push(transport);
  return transport;
}

function protocolName({ protocol }: ClientCompatRequest): "grpc" | "grpc-web" | "connect" {
  if (protocol === Protocol.grpc) return "grpc";
  return protocol === Protocol.grpcWeb ? "grpc-web" : "connect";
}

function overFetch(request: ClientCompatRequest): Transport {
  return fetchTransport(baseUrl(request), {
    ...transportOptions(request),
    protocol: request.protocol === Protocol.grpcWeb ? "grpc-web" : "connect",
    useHttpGet: request.useGetHttpMethod,
    init: request.serverTlsCert.byteLength > 0 ? trusting(request) : undefined,
  });
}

// What fetch is given beside the request, so that it trusts the suite's server and shows its own certificate.
function trusting(request: ClientCompatRequest): object {
  const { ca, cert, key } = certificates(request);
  if ("Deno" in globalThis) {
    const { Deno } = globalThis as unknown as { Deno: { createHttpClient(options: object): object } };
    return { client: Deno.createHttpClient({ caCerts: [ca], cert, key, http1: true, http2: false }) };
  }
  if (process.versions.bun) return { tls: { ca, cert, key } };
  if (cert !== undefined) throw new Error("Node's fetch shows no certificates of its own.");
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), ca]);
  return {};
}
