// SETTINGS, RFC 9113 6.5 and RFC 8441 3: the peer's values, which hold as soon as they are read, and ours, which hold once
// the peer has acknowledged them.

import { type ConnectionFault, ErrorCode } from "./frame/error_code.ts";
import { MAX_31_BIT, MAX_MAX_FRAME_SIZE, MIN_MAX_FRAME_SIZE, readUint32 } from "./frame/frame.ts";

/** Identifiers of settings (RFC 9113 6.5.2, RFC 8441 3). */
export const SettingId = {
  HEADER_TABLE_SIZE: 0x1,
  ENABLE_PUSH: 0x2,
  MAX_CONCURRENT_STREAMS: 0x3,
  INITIAL_WINDOW_SIZE: 0x4,
  MAX_FRAME_SIZE: 0x5,
  MAX_HEADER_LIST_SIZE: 0x6,
  ENABLE_CONNECT_PROTOCOL: 0x8,
} as const;

/** The values of one end's settings. */
export interface SettingsValues {
  /** Octets of the decoder's dynamic table. Begins at 4096. */
  headerTableSize: number;
  /** Streams that the other end may open at once. Begins without a limit, here 2^31-1. */
  maxConcurrentStreams: number;
  /** Octets of a new stream's window. Begins at 65535. */
  initialWindowSize: number;
  /** Octets of the largest payload taken. Begins at 16384. */
  maxFrameSize: number;
  /** Octets of the largest header list taken, which is advice. Begins without a limit, here 2^31-1. */
  maxHeaderListSize: number;
  /** Extended CONNECT is understood (RFC 8441). Begins false. */
  enableConnectProtocol: boolean;
}

/** Settings before any SETTINGS frame (RFC 9113 6.5.2). */
export function initialSettings(): SettingsValues {
  return {
    headerTableSize: 4096,
    maxConcurrentStreams: MAX_31_BIT,
    initialWindowSize: 65_535,
    maxFrameSize: MIN_MAX_FRAME_SIZE,
    maxHeaderListSize: MAX_31_BIT,
    enableConnectProtocol: false,
  };
}

/**
 * Takes over a peer's SETTINGS payload, `bytes[start, end)`, whose length is a multiple of 6. In order, so that the last
 * of several values for one setting holds; unknown ones are passed over.
 * @param fromServer the peer is a server, which may not enable push
 */
export function readSettings(
  into: SettingsValues,
  bytes: Uint8Array,
  start: number,
  end: number,
  fromServer: boolean,
): ConnectionFault | undefined {
  for (let at = start; at < end; at += 6) {
    const id = (bytes[at]! << 8) | bytes[at + 1]!;
    const value = readUint32(bytes, at + 2);
    switch (id) {
      case SettingId.HEADER_TABLE_SIZE:
        into.headerTableSize = Math.min(value, MAX_31_BIT);
        break;
      case SettingId.ENABLE_PUSH:
        if (value > (fromServer ? 0 : 1)) return fault("SETTINGS_ENABLE_PUSH", value, fromServer ? "0" : "0 or 1");
        break;
      case SettingId.MAX_CONCURRENT_STREAMS:
        into.maxConcurrentStreams = Math.min(value, MAX_31_BIT);
        break;
      case SettingId.INITIAL_WINDOW_SIZE:
        if (value > MAX_31_BIT) {
          return {
            ...fault("SETTINGS_INITIAL_WINDOW_SIZE", value, "at most 2147483647"),
            code: ErrorCode.FLOW_CONTROL_ERROR,
          };
        }
        into.initialWindowSize = value;
        break;
      case SettingId.MAX_FRAME_SIZE:
        if (value < MIN_MAX_FRAME_SIZE || value > MAX_MAX_FRAME_SIZE) {
          return fault("SETTINGS_MAX_FRAME_SIZE", value, `${MIN_MAX_FRAME_SIZE} to ${MAX_MAX_FRAME_SIZE}`);
        }
        into.maxFrameSize = value;
        break;
      case SettingId.MAX_HEADER_LIST_SIZE:
        into.maxHeaderListSize = Math.min(value, MAX_31_BIT);
        break;
      case SettingId.ENABLE_CONNECT_PROTOCOL:
        // RFC 8441 3: never back to 0.
        if (value > 1 || (value === 0 && into.enableConnectProtocol)) {
          return fault("SETTINGS_ENABLE_CONNECT_PROTOCOL", value, "0 or 1, and not 0 after 1");
        }
        into.enableConnectProtocol = value === 1;
        break;
    }
  }
  return undefined;
}

function fault(name: string, value: number, range: string): ConnectionFault {
  return { code: ErrorCode.PROTOCOL_ERROR, message: `${name} is ${value}; it has to be ${range}` };
}

/** Settings of ours that can change while the connection lives. */
export interface SettingsUpdate {
  /** Octets, 0 to 2^30. */
  readonly initialWindowSize?: number;
  /** Streams, 0 to 2^31-1. Holds at once: more are refused, not an error. */
  readonly maxConcurrentStreams?: number;
  /** Octets, 0 to 65536. */
  readonly headerTableSize?: number;
}
