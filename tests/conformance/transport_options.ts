// What the suite asks of every transport, whatever it goes over.
import { type ClientCompatRequest, Codec, COMPRESSION_NAMES } from "./protocol.ts";

/** The options of a transport for a call. */
export function transportOptions({ codec, compression, messageReceiveLimit }: ClientCompatRequest) {
  return {
    format: codec === Codec.json ? "json" : "binary",
    sendCompression: COMPRESSION_NAMES[compression],
    // The suite's messages are small.
    compressMinBytes: 0,
    maxReceiveBytes: messageReceiveLimit || undefined,
  } as const;
}
