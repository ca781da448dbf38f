// How the example's clients reach a greeter: in native gRPC, or in Connect over fetch where a server has no gRPC.
import { type ClosableTransport, fetchTransport, grpcTransport, type Transport } from "sigil";

export interface TransportOptions {
  /** The PEM text of the authority to trust, where the runtime does not know it. */
  readonly ca?: string;
  /** Call in Connect in place of gRPC. */
  readonly connect?: boolean;
}

/** A transport to the greeter at a URL, and how to let go of it. */
export function transportTo(url: string, { ca, connect = false }: TransportOptions): ClosableTransport {
  if (!connect) return grpcTransport(url, ca === undefined ? {} : { tls: { ca } });
  const close = () => Promise.resolve();
  const transport: Transport = fetchTransport(url, ca === undefined ? {} : { init: trusting(ca) });
  return { ...transport, close, [Symbol.asyncDispose]: close };
}

// fetch has no standard way to trust an authority: Deno takes a client, Bun takes `tls`, Node reads NODE_EXTRA_CA_CERTS.
function trusting(ca: string): RequestInit {
  const { Deno } = globalThis as { Deno?: { createHttpClient(options: { caCerts: string[] }): unknown } };
  const init = Deno ? { client: Deno.createHttpClient({ caCerts: [ca] }) } : { tls: { ca } };
  return init as RequestInit;
}
