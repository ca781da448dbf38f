// grpc-message: what is encoded, and that nothing else is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeGrpcMessage } from "../../src/rpc/grpc_message.ts";

test("printable ASCII stays as it is, but for the percent sign", () => {
  assert.equal(encodeGrpcMessage("a, b: (c) ~ d/e?"), "a, b: (c) ~ d/e?");
  assert.equal(encodeGrpcMessage("100 %"), "100 %25");
});

test("all else is its UTF-8 bytes", () => {
  assert.equal(encodeGrpcMessage("nö\n\x7f\u0000€"), "n%C3%B6%0A%7F%00%E2%82%AC");
  assert.equal(decodeURIComponent(encodeGrpcMessage("😀 \r\n grpc-status: 0")), "😀 \r\n grpc-status: 0");
});

test("a lone surrogate, which UTF-8 has no bytes for, is replaced", () => {
  assert.equal(encodeGrpcMessage("\ud800"), "%EF%BF%BD");
});
