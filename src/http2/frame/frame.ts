// Frame types, flags and fixed sizes of RFC 9113 4 and 6. There is no frame object: a frame is read as offsets into the
// bytes that hold it, and written as bytes.

/** Frame types (RFC 9113 6). */
export const FrameType = {
  DATA: 0x0,
  HEADERS: 0x1,
  PRIORITY: 0x2,
  RST_STREAM: 0x3,
  SETTINGS: 0x4,
  PUSH_PROMISE: 0x5,
  PING: 0x6,
  GOAWAY: 0x7,
  WINDOW_UPDATE: 0x8,
  CONTINUATION: 0x9,
} as const;

/** Frame flags (RFC 9113 6). ACK and END_STREAM share a bit. */
export const FrameFlag = {
  NONE: 0x0,
  ACK: 0x1,
  END_STREAM: 0x1,
  END_HEADERS: 0x4,
  PADDED: 0x8,
  PRIORITY: 0x20,
} as const;

/** Octets of the head that each frame begins with (RFC 9113 4.1). */
export const FRAME_HEAD_LENGTH = 9;

/** SETTINGS_MAX_FRAME_SIZE before any SETTINGS, and the least it can be (RFC 9113 6.5.2). */
export const MIN_MAX_FRAME_SIZE = 16_384;

/** The most that SETTINGS_MAX_FRAME_SIZE can be (RFC 9113 6.5.2). */
export const MAX_MAX_FRAME_SIZE = 16_777_215;

/** The largest flow-control window, stream identifier and 31-bit number (RFC 9113 5.1.1, 6.9.1). */
export const MAX_31_BIT = 0x7fffffff;

/** What a client sends first (RFC 9113 3.4). */
export const PREFACE: Uint8Array = new Uint8Array(
  Array.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (character) => character.charCodeAt(0)),
);

/** Reads 31 bits, the reserved one dropped. */
export function readUint31(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! & 0x7f) << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

/** Reads 32 bits, unsigned. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
