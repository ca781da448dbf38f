// A connection as a stream of bytes: what the pump needs of a TCP or TLS socket, whoever made it.
import type { Peer } from "../http/exchange.ts";

/** What a socket tells. */
export interface ByteSocketEvents {
  /** Bytes that arrived; they hold during this call only. */
  onBytes(bytes: Uint8Array): void;
  /** More can be written, after `write` answered false. */
  onDrain(): void;
  /** The other end sends no more, or the socket is closed. May be told twice. */
  onEnd(): void;
}

/** A connected socket. Nothing here throws; after its end, calls come to nothing. */
export interface ByteSocket {
  /** The other end. Asked for once a connection. */
  readonly peer: Peer;
  /** Begins to tell events. Called once. */
  start(events: ByteSocketEvents): void;
  /**
   * Sends bytes, which the caller leaves alone from now on. Answers false where it should wait for `onDrain`.
   * @param onWritten Is told the bytes once nobody needs them any more, where the socket can say when that is.
   */
  write(bytes: Uint8Array, onWritten?: (bytes: Uint8Array) => void): boolean;
  /** The same for many pieces in one go; absent where the socket would write them one by one. */
  readonly writeAll?: (pieces: readonly Uint8Array[]) => boolean;
  /** Stops reading. */
  pause(): void;
  /** Goes on reading. */
  resume(): void;
  /** Sends what was written, then says that no more comes. Reading goes on. */
  end(): void;
  /** Closes now. */
  destroy(): void;
}
