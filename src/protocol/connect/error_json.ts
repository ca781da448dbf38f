// Errors of Connect as JSON, and the statuses of HTTP that unary calls end with.
// https://connectrpc.com/docs/protocol#error-end-stream
import { create, type JsonObject, type JsonWriteOptions, toBinary, toJson } from "@bufbuild/protobuf";
import { base64Encode } from "@bufbuild/protobuf/wire";
import { Code, type ConnectError } from "@connectrpc/connect";

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

/** `not_found`. */
function codeName(code: Code): string {
  return (Code[code] ?? "Unknown").replace(/(?!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}

function detailJson(detail: ConnectError["details"][number], options: Partial<JsonWriteOptions>): JsonObject {
  if (!("desc" in detail)) return { type: detail.type, value: base64Encode(detail.value, "std_raw") };
  const message = create(detail.desc, detail.value);
  const json = { type: detail.desc.typeName, value: base64Encode(toBinary(detail.desc, message), "std_raw") };
  try {
    return { ...json, debug: toJson(detail.desc, message, options) };
  } catch {
    // The debug form is for people to read, and left out where there is none.
    return json;
  }
}
