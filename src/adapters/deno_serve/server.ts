// Listens with Deno.serve, which speaks HTTP/1.1 and HTTP/2 on the same port, with TLS or without. Its replies carry no
// trailers, so native gRPC is not served here; node:http2 is no way out on Deno, where a peer can make it abort the
// process.
import type { ExchangeHandler, Peer } from "../../http/exchange.ts";
import { fetchExchange } from "../fetch/server.ts";
import type { Listener, ListenOptions, ServerTransport } from "../../transport/server_transport.ts";
import { ListenError } from "../../transport/server_transport.ts";
import { checkTls, hostPort, type ListenAddress, listenAddress, listenError, tlsError } from "../listen_error.ts";

const NOTICE = "Native gRPC is not served on Deno yet, as Deno.serve sends no trailers: " +
  "clients call over Connect or gRPC-Web.";

// How long the last responses have to reach the wire before Deno's shutdown() may drop them.
const FLUSH_MS = 50;

/** HTTP/2 (with TLS, or by prior knowledge) and HTTP/1.1 on one port by `Deno.serve`; no trailers, so no native gRPC. */
export function denoServe(): ServerTransport {
  return {
    async listen(handler: ExchangeHandler, options: ListenOptions): Promise<Listener> {
      const deno = (globalThis as { Deno?: DenoNamespace }).Deno;
      if (deno === undefined) throw new ListenError("Cannot listen with Deno.serve: this runtime is not Deno.");
      const address = listenAddress(options);
      const { tls } = options;
      if (tls !== undefined) checkTls(tls);
      if (tls?.requestClientCert) {
        throw new ListenError(
          `Cannot listen on ${address.text}: Deno.serve does not ask for client certificates. ` +
            "Leave tls.requestClientCert out, or serve on Node or Bun.",
        );
      }
      return new DenoListener(deno, handler, address, tls && { key: pemText(tls.key), cert: pemText(tls.cert) });
    },
  };
}

class DenoListener implements Listener {
  readonly notice: string = NOTICE;
  readonly url: string;
  readonly port: number;
  readonly #server: DenoServer;
  readonly #abort = new AbortController();
  #running = 0;
  #onIdle: (() => void) | undefined;
  #drained: Promise<void> | undefined;

  constructor(
    deno: DenoNamespace,
    handler: ExchangeHandler,
    address: ListenAddress,
    tls: { key: string; cert: string } | undefined,
  ) {
    const place = address.path === undefined ? { hostname: address.host, port: address.port } : { path: address.path };
    try {
      this.#server = deno.serve({
        ...place,
        ...tls,
        signal: this.#abort.signal,
        onListen: () => {},
        onError: () => new Response(null, { status: 500 }),
      }, (request, info) => {
        if (this.#drained !== undefined) return new Response(null, { status: 503, headers: { connection: "close" } });
        const response = fetchExchange(handler, request, peerOf(info.remoteAddr, tls !== undefined));
        this.#track(info.completed ?? response);
        return response;
      });
    } catch (error) {
      throw tls !== undefined && /key|cert/i.test(String(error))
        ? tlsError(error, address)
        : listenError(error, address);
    }
    const { addr } = this.#server;
    this.port = addr.port ?? 0;
    this.url = address.path === undefined
      ? `${tls === undefined ? "http" : "https"}://${hostPort(address.host, this.port)}`
      : `unix:${address.path}`;
  }

  // Deno's own shutdown() drops HTTP/2 requests that still run a few milliseconds after its GOAWAY. So it comes last; until
  // then new requests are answered 503, which every protocol's client takes for `unavailable`.
  drain(): Promise<void> {
    return this.#drained ??= this.#untilIdle().then(() => this.#server.shutdown());
  }

  async destroy(): Promise<void> {
    this.#abort.abort();
    await this.#server.finished;
  }

  #track(completed: Promise<unknown>): void {
    const done = (): void => {
      if (--this.#running === 0) this.#onIdle?.();
    };
    this.#running++;
    // It rejects where the response could not be delivered, which is an end as well.
    completed.then(done, done);
  }

  async #untilIdle(): Promise<void> {
    if (this.#running === 0) return;
    const idle = new Promise<void>((resolve) => this.#onIdle = resolve);
    await Promise.race([idle, this.#server.finished]);
    // Responses count as completed when they are handed over, some of them still before they are on the wire.
    await new Promise((resolve) => setTimeout(resolve, FLUSH_MS));
  }
}

function peerOf(remote: DenoAddress, encrypted: boolean): Peer {
  return remote.hostname === undefined
    ? { encrypted }
    : { address: remote.hostname, port: remote.port ?? 0, encrypted };
}

function pemText(value: string | Uint8Array): string {
  return typeof value === "string" ? value : new TextDecoder().decode(value);
}

// The part of Deno's API that is used here, so that no other runtime's type checker needs Deno's types.
interface DenoAddress {
  readonly hostname?: string;
  readonly port?: number;
}

interface DenoServer {
  readonly addr: DenoAddress;
  readonly finished: Promise<void>;
  shutdown(): Promise<void>;
}

interface DenoServeOptions {
  hostname?: string;
  port?: number;
  path?: string;
  key?: string;
  cert?: string;
  signal: AbortSignal;
  onListen: () => void;
  onError: (error: unknown) => Response;
}

interface DenoNamespace {
  serve(
    options: DenoServeOptions,
    handler: (
      request: Request,
      info: { remoteAddr: DenoAddress; completed?: Promise<void> },
    ) => Response | Promise<Response>,
  ): DenoServer;
}
