// HTTP/2 requests by node:http2, for connect-es's transports on Node, Bun and Deno: one shared connection per address,
// made on demand and made anew after it went away. Left out on purpose: HTTP/1.1, over which native gRPC is not spoken
// (fetch/client.ts serves the other protocols there), and retries by status, which belong to the call, not to HTTP.
import { Code, ConnectError } from "@connectrpc/connect";
import type { UniversalClientRequest, UniversalClientResponse } from "@connectrpc/connect/protocol";
import { callOn } from "./client_call.ts";
import { ClientSession, type SessionOptions } from "./client_session.ts";
import type { ClientTlsOptions, ClosableHttpClient } from "../../transport/client_transport.ts";
import { type Http2Target, locate, requestHead } from "../../transport/http2_target.ts";
import { ReplayBody } from "../../transport/replay_body.ts";
import { abortError } from "../../transport/reset_error.ts";

/** How a node:http2 client connects. */
export interface NodeHttp2ClientOptions {
  tls?: ClientTlsOptions;
  /** Path of a unix socket to connect to, whatever the host of the URL. A URL may also be `unix:path/Service/Method`. */
  socketPath?: string;
  /** Milliseconds for TCP and TLS to connect. Default: 10000. */
  connectTimeoutMs?: number;
  /** Milliseconds after which a connection without calls is closed. It keeps no process alive. Default: 300000. */
  idleTimeoutMs?: number;
  /** Milliseconds between pings while calls run; servers may take offence below 300000. Default: 0, none. */
  pingIntervalMs?: number;
  /** Milliseconds that a ping may take before the connection counts as lost. Default: 20000. */
  pingTimeoutMs?: number;
  /** Bytes of one response that may be under way unread (SETTINGS_INITIAL_WINDOW_SIZE). Default: 262144. */
  initialWindowSize?: number;
  /** Bytes of response headers or trailers, by HPACK's measure. Default: 65536. */
  maxHeaderBytes?: number;
}

// A refused request is sent once more where no more of its body than this had been sent.
const REPLAY_BYTES = 65_536;

// Connections that may turn out to be going away before a call is on its way; each try takes a new one.
const MAX_OPEN_TRIES = 3;

/**
 * An HTTP/2 client for connect-es's transports, which take it as `httpClient`.
 *
 * Calls to one address share one connection, within the streams that its server allows; further calls wait their turn.
 * A request that the server refused unprocessed (GOAWAY, REFUSED_STREAM) is sent once more, where its body allows.
 * @throws ConnectError `unavailable` naming the address where there is no connection; the code of gRPC's table for a
 *   stream that the server reset; `canceled` or the reason of the signal where it aborted.
 */
export function nodeHttp2Client(options: NodeHttp2ClientOptions = {}): ClosableHttpClient {
  const pool = new SessionPool(options);
  const client = (request: UniversalClientRequest): Promise<UniversalClientResponse> => pool.call(request);
  return Object.assign(client, { close: () => pool.close() });
}

class SessionPool {
  readonly #options: SessionOptions;
  readonly #socketPath: string | undefined;
  readonly #sessions = new Map<string, ClientSession>();
  /** All that are not closed yet, those that only finish their calls included. */
  readonly #open = new Set<ClientSession>();
  #closed = false;

  constructor(options: NodeHttp2ClientOptions) {
    this.#socketPath = options.socketPath;
    this.#options = {
      connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
      idleTimeoutMs: options.idleTimeoutMs ?? 300_000,
      pingIntervalMs: options.pingIntervalMs ?? 0,
      pingTimeoutMs: options.pingTimeoutMs ?? 20_000,
      initialWindowSize: options.initialWindowSize ?? 262_144,
      maxHeaderBytes: options.maxHeaderBytes ?? 65_536,
      tls: tlsOf(options.tls),
    };
  }

  async call(request: UniversalClientRequest): Promise<UniversalClientResponse> {
    const location = locate(request.url, this.#socketPath);
    const { target } = location;
    const headers = Object.fromEntries(requestHead(request.method, location, request.header));
    const body = request.body && new ReplayBody(request.body, REPLAY_BYTES);
    try {
      for (let attempt = 1;; attempt++) {
        const { session, stream } = await unlessAborted(
          this.#openStream(target, headers, request.signal),
          request.signal,
        );
        const outcome = await callOn(stream, body, request.signal, target.address, () => session.failure);
        if (outcome.kind === "response") return outcome.response;
        if (attempt > 1 || body?.replayable === false) throw outcome.error;
        // A GOAWAY often follows the refusal at once: the other attempt is not to run into it.
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      body?.cancel();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#open].map((session) => session.close()));
  }

  async #openStream(target: Http2Target, headers: Record<string, string>, signal: AbortSignal | undefined) {
    for (let tries = 0; tries < MAX_OPEN_TRIES; tries++) {
      if (this.#closed) {
        throw new ConnectError(`Cannot call ${target.address}: the client is closed.`, Code.Unavailable);
      }
      if (signal?.aborted) throw abortError(signal);
      const session = this.#session(target);
      const stream = await session.open(headers, signal);
      if (stream !== undefined) return { session, stream };
    }
    throw new ConnectError(`The server at ${target.address} closes its connections before any call.`, Code.Unavailable);
  }

  #session(target: Http2Target): ClientSession {
    const { key } = target;
    const known = this.#sessions.get(key);
    if (known?.usable) return known;
    const session = new ClientSession(target, this.#options, () => {
      if (this.#sessions.get(key) === session) this.#sessions.delete(key);
    });
    this.#sessions.set(key, session);
    this.#open.add(session);
    session.closed.then(() => this.#open.delete(session));
    return session;
  }
}

/** Waits for a stream, or for the signal, in which case a stream that comes later is cancelled. */
async function unlessAborted<T extends { stream: { close(): void } }>(
  opening: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return await opening;
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(abortError(signal));
    signal.addEventListener("abort", onAbort);
  });
  try {
    return await Promise.race([opening, aborted]);
  } catch (error) {
    opening.then(({ stream }) => stream.close(), () => {});
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort as () => void);
  }
}

function tlsOf(tls: ClientTlsOptions | undefined): SessionOptions["tls"] {
  const result: SessionOptions["tls"] = {};
  if (tls === undefined) return result;
  if (tls.ca !== undefined) result.ca = pem(tls.ca);
  if (tls.cert !== undefined) result.cert = pem(tls.cert);
  if (tls.key !== undefined) result.key = pem(tls.key);
  if (tls.servername !== undefined) result.servername = tls.servername;
  if (tls.rejectUnauthorized !== undefined) result.rejectUnauthorized = tls.rejectUnauthorized;
  return result;
}

function pem(value: string | Uint8Array): string {
  return typeof value === "string" ? value : new TextDecoder().decode(value);
}
