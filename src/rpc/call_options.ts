// What can be said about one call by who makes it.
import type { CallOptions as ConnectCallOptions } from "@connectrpc/connect";

/**
 * Options of one call: `timeoutMs` (milliseconds; default: the client's; 0 and below: none), `signal`, `headers`,
 * `onHeader`, `onTrailer`, `contextValues`, and what Sigil adds, which only its own transports heed. All are optional.
 */
export interface CallOptions extends ConnectCallOptions {
  /**
   * Wait for a server that can't be reached, as long as the deadline and the signal allow, in place of `unavailable` at
   * once (gRPC's "wait for ready"). Over HTTP/2 alone. Default: the client's, else false.
   */
  readonly waitForReady?: boolean;
  /**
   * Compress the messages that are sent; a function is asked about each of them. False for messages with secrets beside what
   * others choose (CRIME, BEAST). Default: true where the transport has a compression to send with (`sendCompression`).
   */
  readonly compress?: boolean | ((message: object) => boolean);
}

/** Whether a call's message may be compressed. */
export function mayCompress(message: object, { compress }: CallOptions): boolean {
  return typeof compress === "function" ? compress(message) : compress !== false;
}
