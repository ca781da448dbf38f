// What all client transports have in common, whatever their protocol and their HTTP client.
import type { CommonTransportOptions } from "@connectrpc/connect/protocol";
import { gzip } from "../rpc/compression.ts";

/** The largest length that an envelope can say. */
const maxEnvelopeBytes = 0xffff_ffff;

/** The options of a transport that do not depend on its protocol. */
export function transportOptions(
  url: string | URL,
  maxReceiveBytes: number = maxEnvelopeBytes,
): Omit<CommonTransportOptions, "httpClient" | "useBinaryFormat"> {
  return {
    baseUrl: String(url).replace(/\/+$/, ""),
    interceptors: [],
    acceptCompression: [gzip],
    sendCompression: null,
    compressMinBytes: 1024,
    readMaxBytes: maxReceiveBytes,
    writeMaxBytes: maxEnvelopeBytes,
  };
}
