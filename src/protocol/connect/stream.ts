// The streams of Connect: envelopes, and a last one of JSON with status and trailers.
// https://connectrpc.com/docs/protocol#streaming-rpcs
import type { JsonObject } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { encodeEnvelope } from "../envelope.ts";
import { type Dialect, metadata } from "../enveloped_call.ts";
import { errorJson } from "./error_json.ts";
import { parseConnectTimeout } from "./timeout.ts";
import { checkVersion, versionHeader } from "./version.ts";

/** The flag of the envelope that ends a stream. */
const endStreamFlag = 2;

const encoder = new TextEncoder();
const okEnvelope = encodeEnvelope(encoder.encode("{}"), endStreamFlag);

/** How Connect sends envelopes. */
export const connectStream: Dialect = {
  protocolName: "connect",
  timeoutHeader: "connect-timeout-ms",
  encodingHeader: "connect-content-encoding",
  acceptEncodingHeader: "connect-accept-encoding",
  malformed: Code.InvalidArgument,
  checkHead: (exchange, { requireConnectProtocolVersion }) =>
    checkVersion(versionHeader, exchange.header(versionHeader), "1", requireConnectProtocolVersion),
  parseTimeout: parseConnectTimeout,
  isUnsized: false,
  end(error, own, { jsonOptions }) {
    if (!error && !own) return { chunk: okEnvelope };
    const trailers = [...(own ? metadata(own) : []), ...(error ? metadata(error.metadata) : [])];
    const end: JsonObject = {
      ...(error ? { error: errorJson(error, jsonOptions) } : {}),
      ...(trailers.length > 0 ? { metadata: byName(trailers) } : {}),
    };
    return { chunk: encodeEnvelope(encoder.encode(JSON.stringify(end)), endStreamFlag) };
  },
};

function byName(trailers: ReadonlyArray<readonly [name: string, value: string]>): { [name: string]: string[] } {
  const values = new Map<string, string[]>();
  for (const [name, value] of trailers) values.set(name, [...values.get(name) ?? [], value]);
  return Object.fromEntries(values);
}
