// What a client reads of an error: the trailers in gRPC-Web's last envelope, a status with its details, Connect's JSON. None of
// it can make a client fail in any other way than with the call's own error.
import assert from "node:assert/strict";
import { Code, ConnectError } from "@connectrpc/connect";
import { errorJson } from "../../../src/protocol/connect/error_json.ts";
import { readErrorBody, readErrorJson } from "../../../src/protocol/connect/read_error.ts";
import { statusError } from "../../../src/protocol/grpc_reply.ts";
import { parseTrailers } from "../../../src/protocol/grpc_web/client.ts";
import { text } from "../../support/frames.ts";
import type { FuzzTarget } from "../fuzz_target.ts";

const LINES = [
  "grpc-status: 0",
  "grpc-status: 5",
  "Grpc-Status:13",
  "grpc-status: 99",
  "grpc-status: x",
  "grpc-message: a%20b%zz",
  "grpc-message: %F0%9F",
  "grpc-status-details-bin: CAUSA2FiYw",
  "grpc-status-details-bin: CAUSA2FiYxoMCgNhLmISBQgBEgFh",
  "grpc-status-details-bin: ?",
  "x-more: 1",
  ": nameless",
  "no colon",
  "",
];

export const trailers: FuzzTarget = {
  name: "trailers",
  about: "gRPC-Web's trailers and the status in them: an error with a code of gRPC's, or none; never a throw",
  make(random) {
    const lines = Array.from({ length: random.below(6) }, () => random.pick(LINES));
    return text(lines.map((line) => `${line}${random.percent(90) ? "\r\n" : "\n"}`).join(""));
  },
  run(input) {
    const fields = parseTrailers(input);
    assert.ok(fields.length <= input.length / 2 + 1);
    for (const [name, value] of fields) {
      assert.equal(name, name.toLowerCase().trim());
      assert.doesNotMatch(value, /\n/);
    }
    const error = statusError(fields, []);
    if (error === undefined) assert.equal(fields.find(([name]) => name === "grpc-status")?.[1], "0");
    else assert.ok(error instanceof ConnectError && error.code in Code);
  },
};

const JSONS = [
  "{}",
  '{"code":"not_found"}',
  '{"code":"not_found","message":"gone","details":[]}',
  '{"code":"nonsense","message":5}',
  '{"code":null,"message":null}',
  '{"details":[{"type":"a.B","value":"CAE"}]}',
  '{"details":[{"type":"a.B","value":"?","debug":{"a":1}}]}',
  '{"details":{"__proto__":null}}',
  '[{"code":"internal"}]',
  '"code"',
  "null",
];

export const connectError: FuzzTarget = {
  name: "connect-error",
  about: "Connect's errors in JSON: an error that reads back the same, or none; never a throw",
  make(random) {
    return text(random.pick(JSONS));
  },
  run(input) {
    const error = readErrorBody(input, Code.Unavailable);
    if (error === undefined) return;
    assert.ok(error.code in Code);
    const again = readErrorJson(JSON.parse(JSON.stringify(errorJson(error, {}))), Code.Unavailable)!;
    assert.deepEqual([again.code, again.rawMessage], [error.code, error.rawMessage]);
    assert.equal(again.details.length, error.details.length);
  },
};
