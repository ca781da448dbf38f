// What a handler is told about the call it serves, and how it sends. The shape is connect-es's own, so handlers written for it
// work unchanged, with what Sigil adds.
import type { HandlerContext as ConnectHandlerContext } from "@connectrpc/connect";
import type { Leave } from "./abort.ts";
import type { Peer } from "../http/exchange.ts";

/**
 * The call that a handler serves: `signal`, request headers (`requestHeader`), the reply's headers and trailers
 * (`responseHeader`, `responseTrailer`), context values (`values`), descriptors of service and method, and:
 */
export interface HandlerContext extends ConnectHandlerContext {
  /** When the caller stops waiting, in milliseconds since 1970 (as `Date.now()`); undefined where it set no timeout. */
  readonly deadline: number | undefined;
  /** The other end of the connection, as far as the host tells. */
  readonly peer: Peer;
  /**
   * Whether the messages that are sent from now on may be compressed. Set it to false before a reply that holds a secret
   * beside text that a stranger chose, for its size would tell of the secret; in a stream, set it back to true after that
   * message. Default: true.
   */
  compress: boolean;
  /**
   * Sends the head of the reply now, with the headers that `responseHeader` holds; what is set later is not sent. Without it
   * the head goes with the first message. Does nothing in Connect's unary calls, where the head tells how the call ended.
   */
  flushHeaders(): void;
}

/** The context as its call is served by: what handlers are not shown. */
export interface ServedContext extends HandlerContext {
  /** Waits for what a handler promises, until the deadline at the latest; then gives it to `leave`, and rejects. */
  inTime<T>(promise: PromiseLike<T>, leave: Leave): Promise<T>;
  /** The call ends while its handler goes on: what is counted for it counts until that has settled. */
  holdUntil?(settled: Promise<unknown>): void;
}
