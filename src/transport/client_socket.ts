// A byte socket as a client needs it beyond what a server does: it says what it failed with, and whether a process is to
// stay for it.
import type { ByteSocket } from "./byte_socket.ts";

/** A socket that was connected to a server. */
export interface ClientSocket extends ByteSocket {
  /** What it failed with, if it did: known by the time of `onEnd`. */
  readonly failure: Error | undefined;
  /** Says whether the socket keeps its process alive, which it does at first. */
  keepAlive(wanted: boolean): void;
}
