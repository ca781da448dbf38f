// Errors of Connect as JSON, and the statuses of HTTP that unary calls end with.
// https://connectrpc.com/docs/protocol#error-end-stream
import type { JsonObject, JsonWriteOptions } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { toBase64Raw } from "../../bytes/base64.ts";
import { detailBytes } from "../../codec/error_detail.ts";
import { writeJsonText } from "../../codec/json_writer.ts";
import { protobufShape } from "../../codec/protobuf_shape.ts";
import { codeName, type ConnectError } from "../../rpc/connect_error.ts";

const statuses: { readonly [code in Code]: number } = {
  [Code.Canceled]: 499,
  [Code.Unknown]: 500,
  [Code.InvalidArgument]: 400,
  [Code.DeadlineExceeded]: 504,
  [Code.NotFound]: 404,
  [Code.AlreadyExists]: 409,
  [Code.PermissionDenied]: 403,
  [Code.ResourceExhausted]: 429,
  [Code.FailedPrecondition]: 400,
  [Code.Aborted]: 409,
  [Code.OutOfRange]: 400,
  [Code.Unimplemented]: 501,
  [Code.Internal]: 500,
  [Code.Unavailable]: 503,
  [Code.DataLoss]: 500,
  [Code.Unauthenticated]: 401,
};

/** The status of HTTP for a code. */
export function httpStatus(code: Code): number {
  return statuses[code] ?? 500;
}

/** The error as callers get it: code, text and details. */
export function errorJson(error: ConnectError, options: Partial<JsonWriteOptions>): JsonObject {
  return {
    code: codeName(error.code),
    ...(error.rawMessage === "" ? {} : { message: error.rawMessage }),
    ...(error.details.length === 0 ? {} : { details: error.details.map((detail) => detailJson(detail, options)) }),
  };
}

function detailJson(detail: ConnectError["details"][number], options: Partial<JsonWriteOptions>): JsonObject {
  if (!("desc" in detail)) return { type: detail.type, value: toBase64Raw(detail.value) };
  const { desc, value } = detail;
  const json = { type: desc.typeName, value: toBase64Raw(detailBytes(desc, value)) };
  try {
    return { ...json, debug: JSON.parse(writeJsonText(protobufShape(desc), value, options)) };
  } catch {
    // The debug form is for people to read, and left out where there is none.
    return json;
  }
}
