// The HTTP/2 client, over any byte sockets: connections to each origin, made when a call asks for them. Left out on purpose:
// HTTP/1.1, over which native gRPC is not spoken, and retries by status, which belong to the call, not to HTTP.
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";
import { SharedCallTimers } from "../http/call_timers.ts";
import {
  type CallTimers,
  type ClientExchange,
  type ClientRequest,
  closedExchange,
  type Endpoint,
  type HttpClient,
} from "../http/client_exchange.ts";
import type { HeaderList } from "../http/exchange.ts";
import { BufferPool } from "../http2/frame/buffer_pool.ts";
import { encodeBlock, HpackEncoder } from "../http2/hpack/encoder.ts";
import type { HeaderBlock } from "../http2/stream.ts";
import type { BackoffOptions } from "./backoff.ts";
import { Http2ClientCall } from "./http2_client_call.ts";
import { type Http2ClientHost, Http2Origin, type Http2OriginOptions } from "./http2_origin.ts";
import { type Http2Target, locate, requestHead } from "./http2_target.ts";

/** How an HTTP/2 client connects and what it holds. */
export interface Http2ClientOptions {
  /** Path of a unix socket to connect to, whatever the host of the URL. A URL may also be `unix:path/Service/Method`. */
  socketPath?: string;
  /** Milliseconds for TCP and TLS to connect. Default: 10000. */
  connectTimeoutMs?: number;
  /** Milliseconds after which a connection without calls is closed. It keeps no process alive. Default: 300000. */
  idleTimeoutMs?: number;
  /**
   * Milliseconds without a byte from the server, while calls run, after which it is pinged; servers may take offence below
   * 300000, and the interval doubles when one says so. gRPC's transports take 10000 for less. Default: 0, none.
   */
  pingIntervalMs?: number;
  /** Milliseconds that a ping may take before the connection counts as lost. Default: 20000. */
  pingTimeoutMs?: number;
  /** Ping also while no call runs, which few servers allow more often than every two hours. Default: false. */
  pingWithoutCalls?: boolean;
  /**
   * Connections to one address, 1 or more. Another one is made when calls wait because the server takes no more streams on
   * those that stand. Default: 1.
   */
  maxConnections?: number;
  /** Bytes of one response that may be under way unread, at first (SETTINGS_INITIAL_WINDOW_SIZE). Default: 262144. */
  initialWindowSize?: number;
  /** Bytes of all responses of one connection that may be under way unread. Default: 4194304. */
  connectionWindowSize?: number;
  /** Bytes of response headers or trailers, by HPACK's measure. Default: 65536. */
  maxHeaderBytes?: number;
  /** Octets of the table that compresses request headers (HPACK), 0 to 4096; secrets never enter it. Default: 0, none. */
  encoderTableSize?: number;
  /** Calls to one address that may wait for a stream; more end with `resource_exhausted`. Default: 10000. */
  maxQueuedCalls?: number;
  /** How long to leave an address alone after it could not be reached; calls in that time fail at once. */
  backoff?: BackoffOptions;
}

/** Buffers of 336 KiB that a client keeps for large requests. */
const MAX_POOLED = 8;

/** What is kept of an endpoint. */
interface Route {
  readonly target: Http2Target;
  readonly head: HeaderList;
  /** The head encoded once: literals without indexing depend on no connection (RFC 7541 6.2.2). */
  readonly block: Uint8Array;
}

/** A client of any number of origins. */
export class Http2Client implements HttpClient {
  readonly hasTrailers = true;
  readonly hasUserAgent = false;
  readonly timers: CallTimers;
  readonly #host: Http2ClientHost;
  readonly #options: Http2OriginOptions;
  readonly #socketPath: string | undefined;
  /** Connections compress heads by what went before, so they are handed over as they are. */
  readonly #hasTables: boolean;
  readonly #origins = new Map<string, Http2Origin>();
  readonly #routes = new WeakMap<Endpoint, Route>();
  readonly #encoder = new HpackEncoder();
  #isClosed = false;

  constructor(options: Http2ClientOptions, host: Http2ClientHost) {
    this.#host = host;
    this.timers = new SharedCallTimers(host.clock);
    this.#hasTables = (options.encoderTableSize ?? 0) > 0;
    this.#socketPath = options.socketPath;
    const maxHeaderBytes = options.maxHeaderBytes ?? 65_536;
    this.#options = {
      pool: new BufferPool(MAX_POOLED),
      connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
      idleTimeoutMs: options.idleTimeoutMs ?? 300_000,
      pingIntervalMs: options.pingIntervalMs ?? 0,
      pingTimeoutMs: options.pingTimeoutMs ?? 20_000,
      pingWithoutCalls: options.pingWithoutCalls ?? false,
      maxQueuedCalls: options.maxQueuedCalls ?? 10_000,
      maxConnections: atLeastOne("maxConnections", options.maxConnections ?? 1),
      backoff: options.backoff,
      limits: {
        initialWindowSize: options.initialWindowSize ?? 262_144,
        connectionWindowSize: options.connectionWindowSize ?? 4_194_304,
        encoderTableSize: options.encoderTableSize ?? 0,
        maxHeaderListSize: maxHeaderBytes,
        maxHeaderFieldLength: maxHeaderBytes,
        maxHeaderBlockLength: Math.max(32_768, maxHeaderBytes),
        // A body is pulled no further ahead of the windows than this.
        maxUnsentStreamBytes: 65_536,
        // A server that streams tiny messages to a slow reader does nothing wrong.
        smallDataBudget: 67_108_864,
        // How long a server may leave a request unread is for the call's deadline to say; pings find dead ones.
        stalledSendTimeoutMs: 2_147_483_647,
      },
    };
  }

  /**
   * Sends a request. Its errors: `unavailable` naming the address where there is no connection; the code of gRPC's table for
   * a stream that the server reset; `resource_exhausted` where too many calls wait; `invalid_argument` for a wrong URL.
   */
  send(request: ClientRequest): ClientExchange {
    try {
      const route = this.#route(request.endpoint);
      const origin = this.#origin(route.target);
      const call = new Http2ClientCall<HeaderBlock>(request, this.#headOf(route, request.headers), origin);
      origin.submit(call);
      return call;
    } catch (error) {
      request.onError(ConnectError.from(error));
      return closedExchange;
    }
  }

  /** Lets running calls end, closes all connections and refuses further calls with `unavailable`. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#origins.values()].map((origin) => origin.close()));
  }

  #route(endpoint: Endpoint): Route {
    let route = this.#routes.get(endpoint);
    if (route === undefined) {
      const location = locate(endpoint.url, this.#socketPath);
      const head = requestHead(location, endpoint);
      route = { target: location.target, head, block: encodeBlock(head) };
      this.#routes.set(endpoint, route);
    }
    return route;
  }

  /** The head of an endpoint's requests with a request's own fields after it. */
  #headOf({ head, block }: Route, own: HeaderList): HeaderBlock {
    if (this.#hasTables) return own.length === 0 ? head : [...head, ...own];
    if (own.length === 0) return block;
    const octets = new Uint8Array(block.length + this.#encoder.maxEncodedLength(own));
    octets.set(block);
    return octets.subarray(0, this.#encoder.encode(own, octets, block.length));
  }

  #origin(target: Http2Target): Http2Origin {
    let origin = this.#origins.get(target.key);
    if (origin !== undefined) return origin;
    if (this.#isClosed) {
      throw new ConnectError(`Cannot call ${target.address}: the client is closed.`, Code.Unavailable);
    }
    for (const [key, other] of this.#origins) {
      if (other.isForgettable) this.#origins.delete(key);
    }
    origin = new Http2Origin(target, this.#options, this.#host);
    this.#origins.set(target.key, origin);
    return origin;
  }
}

function atLeastOne(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new RangeError(`${name} is ${value}; it has to be a whole number from 1.`);
}
