// What a caller and an operator get of what a handler throws, where it can't be sent as it is: no throw of a handler's may
// leave a call without an answer, or end the process.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { createSchema, field, message, service, unary } from "sigil";
import { ErrorMask, type UnknownErrorInfo } from "../../src/call/error_mask.ts";
import { toConnectError } from "../../src/protocol/enveloped_call.ts";
import { statusTrailers } from "../../src/protocol/grpc_status.ts";
import { maxStatusTextLength } from "../../src/rpc/status_text.ts";

const Note = message("mask.v1.Note", { count: field(1, "int32") });
const Notes = service("mask.v1.Notes", { add: unary(Note, Note) });
const schema = createSchema({ contracts: [Notes] });
const method = schema.service(Notes).methods[0];
const desc = schema.message(Note);
const signalOf = (): AbortSignal => new AbortController().signal;

interface Report {
  readonly error: unknown;
  readonly info: UnknownErrorInfo;
}

function masked(thrown: unknown): { sent: ConnectError; reports: Report[] } {
  const reports: Report[] = [];
  const mask = new ErrorMask((error, info) => void reports.push({ error, info }));
  return { sent: mask.mask(thrown, method, signalOf), reports };
}

function trailer(error: unknown, name: string): string | undefined {
  return statusTrailers(toConnectError(error), undefined).find(([key]) => key === name)?.[1];
}

test("a text that is no Unicode is sent with its lone surrogates replaced, in gRPC too", () => {
  const { sent, reports } = masked(new ConnectError("bad name \ud83d", Code.InvalidArgument));
  assert.equal(sent.rawMessage, "bad name \ufffd");
  assert.equal(sent.code, Code.InvalidArgument);
  assert.deepEqual(reports, []);
  // What a parser says of a peer's message does not come through the mask.
  assert.equal(trailer(new ConnectError("got \ud83d", Code.Internal), "grpc-message"), "got %EF%BF%BD");
});

test("a text at the limit is sent whole, and one over it is cut", () => {
  const whole = new ConnectError("x".repeat(maxStatusTextLength), Code.Aborted, { "x-note": "kept" }, [
    { desc, value: { count: 1 } as never },
  ]);
  assert.equal(masked(whole).sent, whole);
  const long = new ConnectError("x".repeat(maxStatusTextLength + 1), Code.Aborted, whole.metadata);
  long.details = whole.details;
  const { sent } = masked(long);
  assert.equal(sent.rawMessage, `${"x".repeat(maxStatusTextLength - 1)}…`);
  assert.equal(sent.metadata.get("x-note"), "kept");
  assert.equal(sent.details, long.details);
});

test("a detail that can't be written, and a code that is none, are reported and masked", () => {
  const detail = { desc, value: { count: 1.5 } as never };
  const inDetail = masked(new ConnectError("no", Code.NotFound, undefined, [detail]));
  assert.match(inDetail.sent.message, /^\[internal\] internal error, id [0-9a-f]{8}$/);
  assert.match(String(inDetail.reports[0].error), /A detail of the error is no mask\.v1\.Note: .*count.*1\.5/);
  for (const code of [0, 17, 1.5] as unknown as Code[]) {
    const { sent, reports } = masked(new ConnectError("no", code));
    assert.equal(sent.code, Code.Internal);
    assert.match(String(reports[0].error), /is no code of an error\. Use one of Code, 1 to 16/);
  }
});

test("values that are no errors are reported as they are", () => {
  for (const thrown of ["text", undefined, null, 5]) {
    const { sent, reports } = masked(thrown);
    assert.equal(sent.code, Code.Internal);
    assert.equal(reports[0].error, thrown);
    assert.equal(reports[0].info.method, "mask.v1.Notes/Add");
  }
});

test("a report that fails later ends on the console, not the process", async () => {
  const written: unknown[][] = [];
  const write = console.error;
  console.error = (...parts: unknown[]) => void written.push(parts);
  try {
    const mask = new ErrorMask(() => Promise.reject(new Error("the collector is down")));
    mask.mask(new Error("boom"), method, signalOf);
    await new Promise((resolve) => setTimeout(resolve, 1));
  } finally {
    console.error = write;
  }
  assert.equal(written.length, 1);
  assert.match(String(written[0][0]), /the report of an unknown error/);
  assert.match(String(written[0][1]), /the collector is down/);
});
