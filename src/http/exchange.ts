// The neck: all that protocols and transports share. A transport makes one Exchange for each HTTP request and hands it to
// the ExchangeHandler; a protocol reads the request from it and writes the reply to it. Neither side names the other.
// A unary body crosses whole, as bytes; only streams are pulled chunk by chunk. RFC 9110 gives the words.

/** Headers in order, as lower-case name and value pairs. */
export type HeaderList = ReadonlyArray<readonly [name: string, value: string]>;

/** What the host of an exchange can do; a protocol asks before it relies on any of it. */
export interface HostCapabilities {
  /** Replies can carry trailers, which native gRPC needs (RFC 9110 6.5). */
  readonly trailers: boolean;
  /** The reply can begin while the request body still arrives, which bidi streaming needs. */
  readonly fullDuplex: boolean;
}

/** The other end of an exchange, as far as the host knows it. */
export interface Peer {
  /** IP address or socket path of the other end; absent where the platform does not tell. */
  readonly address?: string;
  /** TCP port of the other end. */
  readonly port?: number;
  /** True where the connection is encrypted by this process's own TLS. */
  readonly encrypted?: boolean;
  /** The verified certificate of a client (mTLS), in DER form. */
  readonly certificate?: Uint8Array;
}

/** Judges a body by how it begins, so that one which will be refused need not be waited for. */
export interface BodyStart {
  /** How many bytes it has to see. */
  readonly bytes: number;
  /**
   * Takes that many, or more, and answers how long the body says that it is.
   * @throws what is wrong with the body
   */
  check(start: Uint8Array): number;
}

/** One HTTP request and the reply to it. */
export interface Exchange {
  readonly host: HostCapabilities;
  readonly peer: Peer;
  /** The HTTP version of the request: `"1.1"` or `"2"`. */
  readonly httpVersion: string;
  /** The request method, upper case: `"POST"`. */
  readonly method: string;
  /** The absolute URL of the request. */
  readonly url: string;
  /** The path of the request, without its query. */
  readonly path: string;
  /** The value of one request header by its lower-case name; several lines are joined by `", "`. */
  header(name: string): string | undefined;
  /** All request headers. Made on the first call and kept. */
  headers(): Headers;
  /** Aborts when the peer went away or reset the exchange before the reply had ended. Made when asked for. */
  readonly signal: AbortSignal;

  /**
   * Reads the whole request body, at most `maxBytes` bytes of it. The bytes belong to the caller.
   * Answers at once, without a promise, where the body is already there. A host that waits for it may let `start` see what
   * has come as soon as that is long enough; what it throws is thrown in place of the body.
   * @throws BodyTooLargeError when the body is larger; the rest of it is discarded.
   */
  readWhole(maxBytes: number, start?: BodyStart): Uint8Array | Promise<Uint8Array>;
  /**
   * Reads the next chunk of the request body, or `undefined` at its end. One read at a time.
   * Back-pressure: the host reads no more from the peer than what its buffers hold until this is called.
   */
  read(): Promise<Uint8Array | undefined>;

  /**
   * The largest list of trailers that the peer takes, in bytes: each name and value, and 32 for each pair (RFC 9113 6.5.2,
   * SETTINGS_MAX_HEADER_LIST_SIZE). Absent where it does not say.
   */
  readonly maxTrailersBytes?: number;
  /**
   * Sends a whole reply at once: head, body and trailers. Ends the exchange. The body is left alone from now on.
   * @param isUnsized has a host that would tell the length of the body, without being asked, not do so.
   */
  reply(status: number, headers: HeaderList, body: Uint8Array, trailers?: HeaderList, isUnsized?: boolean): void;
  /** As `reply` with status 200 and without trailers, of a host that takes a text faster than its bytes; absent on others. */
  replyText?(headers: HeaderList, text: string): void;
  /** Sends the head of a streamed reply now, before any of its body. */
  replyHead(status: number, headers: HeaderList): void;
  /**
   * Sends a chunk of a streamed reply; `replyHead` has been called. The chunk is left alone from now on.
   * Answers a promise where the peer reads slower than this is called: wait for it before the next call. Never rejects;
   * once the peer is gone, chunks are dropped and `signal` has aborted.
   */
  write(chunk: Uint8Array): Promise<void> | undefined;
  /** Ends a streamed reply. Trailers are dropped where the host has none. */
  end(trailers?: HeaderList): void;
  /**
   * Asked with each message that a handler is given of a chunk that holds many. Answers a promise where handlers have kept
   * the event loop for long: wait for it, so that others are heard. Absent where the host has no others to hear.
   */
  pace?(): Promise<void> | undefined;
  /**
   * What the host counts for the exchange (a slot of its connection) is given back when this has settled, too, and not with
   * the end of the reply alone: a handler outlives its call. Called before that end. Absent where the host counts nothing.
   */
  holdUntil?(settled: Promise<unknown>): void;
  /** Breaks the exchange off, without an end (RFC 9113 6.4 RST_STREAM, or a closed connection). Safe to call at any time. */
  reset(reason?: unknown): void;
}

/** Serves exchanges. Never throws: whatever goes wrong is told to the peer through the exchange. */
export type ExchangeHandler = (exchange: Exchange) => void;

/** Thrown by {@link Exchange.readWhole} when a body is larger than its limit. */
export class BodyTooLargeError extends Error {
  override name = "BodyTooLargeError";
  /** The limit that the body went over, in bytes. */
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    super(`The request body is larger than the limit of ${maxBytes} bytes.`);
    this.maxBytes = maxBytes;
  }
}
