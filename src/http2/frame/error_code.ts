// The error codes of RFC 9113 7, as RST_STREAM and GOAWAY carry them, and the two values that say what a peer did wrong.
// Nothing here is thrown: the engine answers a peer's fault with a frame, never with an exception.

/** Error codes of HTTP/2 (RFC 9113 7). */
export const ErrorCode = {
  NO_ERROR: 0x0,
  PROTOCOL_ERROR: 0x1,
  INTERNAL_ERROR: 0x2,
  FLOW_CONTROL_ERROR: 0x3,
  SETTINGS_TIMEOUT: 0x4,
  STREAM_CLOSED: 0x5,
  FRAME_SIZE_ERROR: 0x6,
  REFUSED_STREAM: 0x7,
  CANCEL: 0x8,
  COMPRESSION_ERROR: 0x9,
  CONNECT_ERROR: 0xa,
  ENHANCE_YOUR_CALM: 0xb,
  INADEQUATE_SECURITY: 0xc,
  HTTP_1_1_REQUIRED: 0xd,
} as const;

const NAMES: readonly string[] = Object.keys(ErrorCode);

/** The registered name of an error code, or its number in hexadecimal where it has none. */
export function errorCodeName(code: number): string {
  return NAMES[code] ?? `0x${code.toString(16)}`;
}

/** A fault that ends a connection: the code and the debug data of the GOAWAY to send. */
export interface ConnectionFault {
  readonly code: number;
  /** What was wrong, with the value and the limit; plain ASCII. */
  readonly message: string;
}

/** Why a connection ended: what is in the GOAWAY that was sent or received, or how the transport went away. */
export class ConnectionError {
  /** The error code, one of {@link ErrorCode} or an unregistered one that the peer sent. */
  readonly code: number;
  /** What was wrong, with the value and the limit. Plain ASCII; what we send as GOAWAY debug data. */
  readonly message: string;
  /** Who ended it: `"local"` this engine, `"peer"` a GOAWAY of the other end, `"transport"` the socket. */
  readonly by: "local" | "peer" | "transport";
  /** What an event handler threw, where that is why. */
  readonly cause: unknown;

  constructor(code: number, message: string, by: "local" | "peer" | "transport", cause?: unknown) {
    this.code = code;
    this.message = message;
    this.by = by;
    this.cause = cause;
  }

  toString(): string {
    return `${errorCodeName(this.code)}: ${this.message}`;
  }
}
