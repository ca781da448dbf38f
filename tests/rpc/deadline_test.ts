// grpc-timeout: every unit, the largest value, and what is none.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, type ConnectError } from "@connectrpc/connect";
import { parseGrpcTimeout } from "../../src/rpc/deadline.ts";

const noLimit = Number.MAX_SAFE_INTEGER;

test("every unit is read as milliseconds", () => {
  const cases: [string, number][] = [
    ["2H", 7_200_000],
    ["3M", 180_000],
    ["4S", 4000],
    ["5m", 5],
    ["6000u", 6],
    ["7000000n", 7],
    ["0m", 0],
    ["99999999H", 99_999_999 * 3_600_000],
  ];
  for (const [text, ms] of cases) assert.ok(Math.abs(parseGrpcTimeout(text, noLimit)! - ms) < 1e-6, text);
  assert.equal(parseGrpcTimeout(undefined, noLimit), undefined);
});

test("anything else is refused", () => {
  for (const text of ["", "1", "m", "-1m", "1.5S", "1 m", "100000000m", "1s", "1h", "1mm", "0x1m"]) {
    assert.throws(
      () => parseGrpcTimeout(text, noLimit),
      (error: ConnectError) => error.code === Code.InvalidArgument,
      text,
    );
  }
});

test("a timeout of the server's limit is accepted, and more is refused", () => {
  assert.equal(parseGrpcTimeout("1S", 1000), 1000);
  assert.throws(() => parseGrpcTimeout("1001m", 1000), /1001 ms is over this server's limit of 1000 ms/);
});
