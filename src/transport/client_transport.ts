// What all client transports have in common, whatever their protocol and their HTTP client.
import type { CommonTransportOptions, UniversalClientFn } from "@connectrpc/connect/protocol";
import { streamCompression } from "../rpc/stream_compression.ts";

/** A connect-es HTTP client that holds connections. */
export interface ClosableHttpClient extends UniversalClientFn {
  /** Lets running calls end, closes all connections and refuses further calls with `unavailable`. */
  close(): Promise<void>;
}

/** TLS of a client. PEM text, or the PEM file's bytes. */
export interface ClientTlsOptions {
  /** Authorities to trust. Default: the runtime's own list. */
  ca?: string | Uint8Array;
  /** The client's certificate with its chain (mTLS). */
  cert?: string | Uint8Array;
  /** The private key of `cert`. */
  key?: string | Uint8Array;
  /** The name that the server's certificate must hold, and that is sent as SNI. Default: the host of the URL. */
  servername?: string;
  /** Refuse servers whose certificate is not valid. Default: true. */
  rejectUnauthorized?: boolean;
}

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
    acceptCompression: [...streamCompression],
    sendCompression: null,
    compressMinBytes: 1024,
    readMaxBytes: maxReceiveBytes,
    writeMaxBytes: maxEnvelopeBytes,
  };
}
