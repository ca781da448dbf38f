// What is wrong with a header block that a peer sent, as a value: nothing in this folder throws because of a peer.
// RFC 7541 names one error, RFC 9113 10.5.1 lets us refuse lists that are too large; what is done about either (GOAWAY,
// RST_STREAM, a 431 reply) is decided by the connection.

/** RFC 9113 7: the peer's block cannot be decoded; the two dynamic tables no longer agree. */
export const COMPRESSION_ERROR = 0x9;
/** RFC 9113 7: the peer asks for more than we are willing to do. */
export const ENHANCE_YOUR_CALM = 0xb;

/** Why a header block gave no header list. */
export class HpackError {
  /**
   * `"connection"`: the connection cannot go on (the dynamic table is out of step, or the peer went far beyond a limit).
   * `"stream"`: the list was larger than its limits; the dynamic table is still in step and other streams are unharmed.
   */
  readonly scope: "connection" | "stream";
  /** The HTTP/2 error code: {@link COMPRESSION_ERROR} or {@link ENHANCE_YOUR_CALM}. */
  readonly code: number;
  /** What was wrong, with the value and the limit; plain ASCII, fit for GOAWAY debug data. */
  readonly message: string;

  constructor(scope: "connection" | "stream", code: number, message: string) {
    this.scope = scope;
    this.code = code;
    this.message = message;
  }
}

/** The block is not HPACK, or breaks one of its rules. */
export function compressionError(message: string): HpackError {
  return new HpackError("connection", COMPRESSION_ERROR, message);
}
