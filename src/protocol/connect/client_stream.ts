// The streams of Connect, client side: envelopes, and a last one of JSON with status and trailers.
// https://connectrpc.com/docs/protocol#streaming-rpcs
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../../rpc/connect_error.ts";
import type { HeaderList } from "../../http/exchange.ts";
import { fieldValue } from "../client_metadata.ts";
import type { ClientProtocolOptions } from "../client_protocol.ts";
import type { ClientDialect, ReadEnd } from "../enveloped_method.ts";
import { httpError, wireError } from "../grpc_reply.ts";
import { readErrorJson } from "./read_error.ts";
import { formatConnectTimeout } from "./timeout.ts";

/** The flag of the envelope that ends a response. */
const endStreamFlag = 2;

/** How Connect streams. */
export const connectStreamDialect: ClientDialect = {
  timeoutHeader: "connect-timeout-ms",
  encodingHeader: "connect-content-encoding",
  acceptEncodingHeader: "connect-accept-encoding",
  endFlag: endStreamFlag,
  headers: ({ format }) => [
    ["content-type", `application/connect+${format === "json" ? "json" : "proto"}`],
    ["connect-protocol-version", "1"],
  ],
  formatTimeout: formatConnectTimeout,
  headError(status, headers, options) {
    if (status !== 200) return httpError(status, headers);
    return contentTypeError(headers, "application/connect+", options);
  },
  end({ headers, envelope }) {
    if (envelope !== undefined) return readEndStream(envelope, headers);
    const missing = new ConnectError("the response ended without its end-of-stream message", Code.Internal);
    return { error: wireError(missing, headers), trailers: [] };
  },
};

/** What is wrong with the content type of a response, which is `prefix` and the format asked for; undefined for nothing. */
export function contentTypeError(
  headers: HeaderList,
  prefix: string,
  { format }: ClientProtocolOptions,
): ConnectError | undefined {
  const given = fieldValue(headers, "content-type") ?? "";
  const name = given.toLowerCase().split(";")[0].trim();
  const expected = `${prefix}${format === "json" ? "json" : "proto"}`;
  if (name === expected) return undefined;
  const isConnect = /^application\/(connect\+)?(proto|json)$/.test(name);
  const text = `the response has the content type "${given}" in place of ${expected}`;
  return wireError(new ConnectError(text, isConnect ? Code.Internal : Code.Unknown), headers);
}

function readEndStream(content: Uint8Array, headers: HeaderList): ReadEnd {
  const malformed = new ConnectError("the end-of-stream message of the response is malformed", Code.Internal);
  const broken: ReadEnd = { error: wireError(malformed, headers), trailers: [] };
  let end: { error?: unknown; metadata?: unknown };
  try {
    end = JSON.parse(new TextDecoder().decode(content));
  } catch {
    return broken;
  }
  if (typeof end !== "object" || end === null || Array.isArray(end)) return broken;
  const trailers: [string, string][] = [];
  if (end.metadata !== undefined) {
    if (typeof end.metadata !== "object" || end.metadata === null || Array.isArray(end.metadata)) return broken;
    for (const [name, values] of Object.entries(end.metadata)) {
      if (!Array.isArray(values) || values.some((value) => typeof value !== "string")) return broken;
      for (const value of values) trailers.push([name.toLowerCase(), value]);
    }
  }
  if (end.error === undefined || end.error === null) return { error: undefined, trailers };
  const error = readErrorJson(end.error, Code.Unknown);
  return error ? { error: wireError(error, trailers, headers), trailers } : broken;
}
