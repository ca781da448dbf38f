// What a connection holds at the moment, for metrics and tests: octets, and counts. docs/engine.md has the formula of the
// most that these can come to.

/** What a connection holds at the moment. */
export interface ConnectionUsage {
  readonly openStreams: number;
  /** Streams that are open, or that the application has not released. */
  readonly streams: number;
  /** Received data that was not consumed. */
  readonly heldBytes: number;
  /** Data that waits to be sent. */
  readonly waitingBytes: number;
  /** Frames that wait to be taken. */
  readonly outputBytes: number;
  /** The beginnings of a frame and of a header block that are not complete. */
  readonly partialBytes: number;
  readonly retainedHeaderBytes: number;
  /** The dynamic tables for what we receive and for what we send, as RFC 7541 4.1 counts them. */
  readonly decoderTableBytes: number;
  readonly encoderTableBytes: number;
  /** What the peer may send, and what we may, on the whole connection. */
  readonly receiveWindow: number;
  readonly sendWindow: number;
}

/** What a server's connection holds at the moment. */
export interface ServerConnectionUsage extends ConnectionUsage {
  /** Requests given out and not released. */
  readonly runningRequests: number;
  /** Requests that wait for a slot. */
  readonly queuedRequests: number;
}
