// The HTTP/2 client that connect-es's transports call, over any byte sockets: connections to each origin, made when a call
// asks for them. Left out on purpose: HTTP/1.1, over which native gRPC is not spoken, and retries by status, which belong
// to the call, not to HTTP.
import { Code, ConnectError } from "@connectrpc/connect";
import type { UniversalClientRequest, UniversalClientResponse } from "@connectrpc/connect/protocol";
import { BufferPool } from "../http2/frame/buffer_pool.ts";
import type { BackoffOptions } from "./backoff.ts";
import { Http2ClientCall } from "./http2_client_call.ts";
import { type Http2ClientHost, Http2Origin, type Http2OriginOptions } from "./http2_origin.ts";
import { type Http2Location, locate, requestHead } from "./http2_target.ts";

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

/** URLs that are kept taken apart: those of a client are a few methods as a rule. */
const MAX_LOCATIONS = 1_000;

/** A client of any number of origins. */
export class Http2Client {
  readonly #host: Http2ClientHost;
  readonly #options: Http2OriginOptions;
  readonly #socketPath: string | undefined;
  readonly #origins = new Map<string, Http2Origin>();
  readonly #locations = new Map<string, Http2Location>();
  #isClosed = false;

  constructor(options: Http2ClientOptions, host: Http2ClientHost) {
    this.#host = host;
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
   * Sends a request; answers when the head of its response is there.
   * @throws ConnectError `unavailable` naming the address where there is no connection; the code of gRPC's table for a
   *   stream that the server reset; `canceled` or the reason of the signal where it aborted.
   */
  call(request: UniversalClientRequest): Promise<UniversalClientResponse> {
    try {
      const location = this.#locate(request.url);
      const head = requestHead(request.method, location, request.header);
      const origin = this.#origin(location);
      const { clock } = this.#host;
      const call = new Http2ClientCall(request, head, location.target.address, {
        // A GOAWAY often follows the refusal at once: the other attempt is not to run into it.
        retry: (call) => clock.soon(() => origin.submit(call)),
        abandon: (call) => origin.abandon(call),
      });
      origin.submit(call);
      return call.response;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Lets running calls end, closes all connections and refuses further calls with `unavailable`. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#origins.values()].map((origin) => origin.close()));
  }

  #locate(url: string): Http2Location {
    let location = this.#locations.get(url);
    if (location === undefined) {
      location = locate(url, this.#socketPath);
      if (this.#locations.size >= MAX_LOCATIONS) this.#locations.clear();
      this.#locations.set(url, location);
    }
    return location;
  }

  #origin({ target }: Http2Location): Http2Origin {
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
