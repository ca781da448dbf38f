// What a broken HTTP/2 stream or connection means to a caller: the gRPC code for an RST_STREAM code ("gRPC over HTTP2",
// section "Errors") and for whatever a socket fails with.
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";

interface ResetMeaning {
  readonly name: string;
  readonly code: Code;
}

// By RFC 9113 section 7. STREAM_CLOSED and HTTP_1_1_REQUIRED are not in gRPC's table.
const RESETS: readonly ResetMeaning[] = [
  { name: "NO_ERROR", code: Code.Internal },
  { name: "PROTOCOL_ERROR", code: Code.Internal },
  { name: "INTERNAL_ERROR", code: Code.Internal },
  { name: "FLOW_CONTROL_ERROR", code: Code.Internal },
  { name: "SETTINGS_TIMEOUT", code: Code.Internal },
  { name: "STREAM_CLOSED", code: Code.Internal },
  { name: "FRAME_SIZE_ERROR", code: Code.Internal },
  { name: "REFUSED_STREAM", code: Code.Unavailable },
  { name: "CANCEL", code: Code.Canceled },
  { name: "COMPRESSION_ERROR", code: Code.Internal },
  { name: "CONNECT_ERROR", code: Code.Internal },
  { name: "ENHANCE_YOUR_CALM", code: Code.ResourceExhausted },
  { name: "INADEQUATE_SECURITY", code: Code.PermissionDenied },
  { name: "HTTP_1_1_REQUIRED", code: Code.Unavailable },
];

/** RST_STREAM code of a request that the server did not process, which may be sent again (RFC 9113 8.7). */
export const REFUSED_STREAM = 7;

/** RST_STREAM code for what goes over a limit. */
const TOO_MUCH = 11;

/** The error of a call whose stream was reset by the server with `resetCode`. */
export function resetError(resetCode: number, address: string): ConnectError {
  const meaning = RESETS[resetCode];
  return new ConnectError(
    `The server at ${address} reset the stream with ${meaning?.name ?? `code ${resetCode}`}.`,
    meaning?.code ?? Code.Unknown,
  );
}

/** The error of a call whose stream was reset at this end with `resetCode`, for what the server sent on it. */
export function faultError(resetCode: number, address: string): ConnectError {
  const meaning = RESETS[resetCode];
  const what = resetCode === TOO_MUCH ? "is larger than the client's limits" : "is not valid HTTP/2";
  return new ConnectError(
    `The response of ${address} ${what} (${meaning?.name ?? `code ${resetCode}`}).`,
    meaning?.code ?? Code.Internal,
  );
}

/** The error of a call whose connection could not be made or was lost: always `unavailable`. */
export function connectionError(what: string, address: string, cause?: unknown): ConnectError {
  const { message, code, errors } = (cause ?? {}) as {
    message?: string;
    code?: string;
    errors?: { message: string }[];
  };
  // An AggregateError, of several addresses tried, has no message of its own.
  const why = message || errors?.map((error) => error.message).join("; ") || code;
  return new ConnectError(
    `${what} ${address}${why ? `: ${why.trim().replace(/\s*\n\s*/g, " ").replace(/\.$/, "")}` : ""}.`,
    Code.Unavailable,
    undefined,
    undefined,
    cause,
  );
}
