// The HTTP/2 client over node:http2, for Node, Bun and Deno: one shared connection per address, made on demand and made anew
// after it went away. Left out on purpose: HTTP/1.1, over which native gRPC is not spoken (fetch/client.ts serves the
// other protocols there), and retries by status, which belong to the call, not to HTTP.
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../../rpc/connect_error.ts";
import { SharedCallTimers } from "../../http/call_timers.ts";
import {
  type CallTimers,
  type ClientExchange,
  type ClientRequest,
  closedExchange,
  type HttpClient,
} from "../../http/client_exchange.ts";
import type { ClientTlsOptions } from "../../transport/client_tls.ts";
import { type CallHost, Http2ClientCall } from "../../transport/http2_client_call.ts";
import { type Http2Target, locate, requestHead } from "../../transport/http2_target.ts";
import { callOn } from "./client_call.ts";
import { ClientSession, type SessionOptions } from "./client_session.ts";

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

// Connections that may turn out to be going away before a call is on its way; each try takes a new one.
const MAX_OPEN_TRIES = 3;

type Fields = Record<string, string>;

/**
 * An HTTP/2 client over the runtime's own `node:http2`, for `grpcTransport({ httpClient })`.
 *
 * Calls to one address share one connection, within the streams that its server allows; further calls wait their turn.
 * A request that the server refused unprocessed (GOAWAY, REFUSED_STREAM) is sent once more, where its body allows.
 * `waitForReady` is not heeded.
 *
 * Its errors: `unavailable` naming the address where there is no connection; the code of gRPC's table for a stream that the
 * server reset.
 */
export function nodeHttp2Client(options: NodeHttp2ClientOptions = {}): HttpClient {
  return new SessionPool(options);
}

class SessionPool implements HttpClient {
  readonly hasTrailers = true;
  readonly hasUserAgent = false;
  readonly timers: CallTimers = new SharedCallTimers({
    now: () => performance.now(),
    after(delayMs, action) {
      const timer = setTimeout(action, delayMs);
      return () => clearTimeout(timer);
    },
  });
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

  send(request: ClientRequest): ClientExchange {
    try {
      const location = locate(request.endpoint.url, this.#socketPath);
      const fields = fieldsOf([...requestHead(location, request.endpoint), ...request.headers]);
      const host: CallHost = {
        address: location.target.address,
        // A GOAWAY often follows the refusal at once: the other attempt is not to run into it.
        retry: () => void setImmediate(() => this.#submit(call, location.target)),
        // It is seen to be over when its turn comes.
        abandon() {},
      };
      const call = new Http2ClientCall<Fields>(request, fields, host);
      this.#submit(call, location.target);
      return call;
    } catch (error) {
      request.onError(ConnectError.from(error));
      return closedExchange;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#open].map((session) => session.close()));
  }

  // Never rejects.
  async #submit(call: Http2ClientCall<Fields>, target: Http2Target): Promise<void> {
    try {
      for (let tries = 0; tries < MAX_OPEN_TRIES; tries++) {
        if (call.isOver) return;
        if (this.#closed) {
          throw new ConnectError(`Cannot call ${target.address}: the client is closed.`, Code.Unavailable);
        }
        const session = this.#session(target);
        const stream = await session.open(call.head, () => call.isOver);
        if (stream !== undefined) return callOn(stream, call, target.address, () => session.failure);
      }
      const message = `The server at ${target.address} closes its connections before any call.`;
      throw new ConnectError(message, Code.Unavailable);
    } catch (error) {
      call.fail(ConnectError.from(error));
    }
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

/** Fields as node:http2 takes them: one value a name. */
function fieldsOf(list: Iterable<readonly [name: string, value: string]>): Fields {
  const fields: Fields = Object.create(null);
  for (const [name, value] of list) fields[name] = name in fields ? `${fields[name]}, ${value}` : value;
  return fields;
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
