// Errors of Connect, as their JSON says them. https://connectrpc.com/docs/protocol#error-codes
import { Code } from "@connectrpc/connect";
import { bytesFromBase64 } from "../../bytes/base64.ts";
import { incomingDetail } from "../../codec/error_detail.ts";
import { codeName, ConnectError } from "../../rpc/connect_error.ts";

const codes = new Map<unknown, Code>(
  Object.values(Code).flatMap((code) => typeof code === "number" ? [[codeName(code), code]] : []),
);

/**
 * Reads an error; undefined where the JSON is none.
 * @param fallback the code where none, or an unknown one, is said
 */
export function readErrorJson(json: unknown, fallback: Code): ConnectError | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
  const { code, message = "", details = [] } = json as { code?: unknown; message?: unknown; details?: unknown };
  if (message !== null && typeof message !== "string") return undefined;
  const error = new ConnectError(message ?? "", codes.get(code) ?? fallback);
  for (const detail of Array.isArray(details) ? details : []) {
    const { type, value, debug } = (detail ?? {}) as { type?: unknown; value?: unknown; debug?: unknown };
    if (typeof type !== "string" || typeof value !== "string") return undefined;
    try {
      error.details.push(incomingDetail(type, bytesFromBase64(value), debug));
    } catch {
      return undefined;
    }
  }
  return error;
}

/** Reads an error out of a body; undefined where there is none in it. */
export function readErrorBody(body: Uint8Array, fallback: Code): ConnectError | undefined {
  try {
    return readErrorJson(JSON.parse(new TextDecoder().decode(body)), fallback);
  } catch {
    return undefined;
  }
}
