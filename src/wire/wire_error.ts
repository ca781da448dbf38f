// What is wrong with bytes that a peer sent: no protobuf, or beyond a limit.

/** Thrown by readers of the binary format and of JSON for input that is malformed or beyond a limit. */
export class WireError extends Error {
  override readonly name: string = "WireError";
}
