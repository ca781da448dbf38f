// The streams of Connect: envelopes, and a last one of JSON with status and trailers.
// https://connectrpc.com/docs/protocol#streaming-rpcs
import { Code } from "@connectrpc/connect";
import { endStreamFlag, endStreamToJson } from "@connectrpc/connect/protocol-connect";
import { encodeEnvelope } from "../envelope.ts";
import type { Dialect } from "../enveloped_call.ts";
import { parseConnectTimeout } from "./timeout.ts";
import { checkVersion, versionHeader } from "./version.ts";

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
  canReplyWhole: () => true,
  end(error, own, { jsonOptions }) {
    if (!error && !own) return { chunk: okEnvelope };
    const json = JSON.stringify(endStreamToJson(own ?? new Headers(), error, jsonOptions));
    return { chunk: encodeEnvelope(encoder.encode(json), endStreamFlag) };
  },
};
