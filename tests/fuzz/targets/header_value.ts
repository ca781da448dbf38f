// What header values are read and written as: timeouts in gRPC's form and in Connect's, and the text of a status.
import assert from "node:assert/strict";
import { Code, ConnectError } from "@connectrpc/connect";
import { parseConnectTimeout } from "../../../src/protocol/connect/timeout.ts";
import { formatGrpcTimeout, parseGrpcTimeout } from "../../../src/rpc/deadline.ts";
import { decodeGrpcMessage, encodeGrpcMessage } from "../../../src/rpc/grpc_message.ts";
import { maxStatusTextLength, statusText } from "../../../src/rpc/status_text.ts";
import { text } from "../../support/frames.ts";
import type { FuzzTarget } from "../fuzz_target.ts";

const MAX_MS = 3_600_000;

function assertTimeout(parse: (value: string, maxMs: number) => number | undefined, value: string, form: RegExp): void {
  let timeoutMs: number | undefined;
  try {
    timeoutMs = parse(value, MAX_MS);
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    assert.equal(error.code, Code.InvalidArgument);
    return;
  }
  assert.match(value, form);
  assert.ok(timeoutMs !== undefined && timeoutMs >= 0 && timeoutMs <= MAX_MS, `${value} is ${timeoutMs} ms`);
}

export const timeout: FuzzTarget = {
  name: "timeout",
  about: "timeouts of gRPC and Connect: a number within the limit for what has their form, else invalid_argument",
  make(random) {
    const digits = Array.from({ length: random.below(12) }, () => random.below(10)).join("");
    return text(`${digits}${random.pick(["", "m", "S", "H", "M", "u", "n", "x", " ", "-1", "e3", ".5"])}`);
  },
  run(input) {
    const value = String.fromCharCode(...input.subarray(0, 100));
    assertTimeout(parseGrpcTimeout, value, /^[0-9]{1,8}[HMSmun]$/);
    assertTimeout(parseConnectTimeout, value, /^[0-9]{1,10}$/);
    // What we write, others read as no less than what was meant, up to what fits.
    const meant = input.reduce((sum, octet) => (sum * 256 + octet) % 2 ** 45, 0);
    const written = formatGrpcTimeout(meant);
    assert.match(written, /^[0-9]{1,8}[mSMH]$/);
    assert.ok(parseGrpcTimeout(written, Infinity)! >= Math.min(meant, 99_999_999 * 3_600_000), `${meant}: ${written}`);
  },
};

export const percent: FuzzTarget = {
  name: "percent",
  about:
    "the text of a status: printable ASCII for any string, which decodes to it made well-formed; any string decodes",
  make(random) {
    const units = [0x41, 0x20, 0x25, 0x7e, 0x7f, 0xe9, 0x2603, 0xd83d, 0xde00, 0xd800, 0xdc00, 0, 10];
    return Uint8Array.from({ length: 2 * random.below(30) }, (_, at) => {
      const unit = random.pick(units);
      return at % 2 ? unit & 255 : unit >> 8;
    });
  },
  run(input) {
    let units = "";
    for (let at = 0; at + 1 < input.length; at += 2) units += String.fromCharCode(input[at]! * 256 + input[at + 1]!);
    const encoded = encodeGrpcMessage(units);
    assert.match(encoded, /^(?:[\x20-\x24\x26-\x7e]|%[0-9A-F]{2})*$/);
    assert.equal(decodeURIComponent(encoded), wellFormed(units));
    assert.equal(decodeGrpcMessage(encoded), wellFormed(units));
    // What others send is read whatever it is: as well-formed text, no longer than it came.
    const decoded = decodeGrpcMessage(units);
    assert.ok(decoded.length <= units.length && decoded === wellFormed(decoded));
    assert.ok(statusText(units).length <= maxStatusTextLength + 100);
  },
};

/** Lone surrogates become U+FFFD, as in UTF-8. */
function wellFormed(units: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(units));
}
