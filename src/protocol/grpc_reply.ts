// What the end of a gRPC or gRPC-Web response says: its status, from trailers, from a head alone ("trailers-only"), or, where
// no gRPC server answered, from HTTP. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses
import { incomingDetail } from "../codec/error_detail.ts";
import { bytesFromBase64 } from "../bytes/base64.ts";
import { Code } from "@connectrpc/connect";
import { ConnectError, type ErrorDetail } from "../rpc/connect_error.ts";
import type { HeaderList } from "../http/exchange.ts";
import { decodeGrpcMessage } from "../rpc/grpc_message.ts";
import { Reader } from "../wire/reader.ts";
import { tagOf, WireType } from "../wire/wire_type.ts";
import { appendFields, fieldValue } from "./client_metadata.ts";

/** The code for an HTTP status other than 200. https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md */
export function codeOfHttpStatus(status: number): Code {
  switch (status) {
    case 400:
      return Code.Internal;
    case 401:
      return Code.Unauthenticated;
    case 403:
      return Code.PermissionDenied;
    case 404:
      return Code.Unimplemented;
    case 429:
    case 502:
    case 503:
    case 504:
      return Code.Unavailable;
    default:
      return Code.Unknown;
  }
}

/** The error of a response that HTTP says has failed. */
export function httpError(status: number, headers: HeaderList): ConnectError {
  return wireError(
    new ConnectError(`the server answered with HTTP status ${status}`, codeOfHttpStatus(status)),
    headers,
  );
}

/** True where the call ended well, for which nothing more has to be looked at. */
export function isOk(fields: HeaderList): boolean {
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index];
    if (field[0] === "grpc-status") return field[1] === "0";
  }
  return false;
}

/**
 * The error that a status says: undefined for OK; `internal` where there is no status, `unknown` where it is none of
 * gRPC's (statuscodes.md).
 * @param fields the trailers, or the head in place of them
 * @param headers the head, whose fields join the error's metadata
 */
export function statusError(fields: HeaderList, headers: HeaderList): ConnectError | undefined {
  const status = fieldValue(fields, "grpc-status");
  if (status === "0") return undefined;
  if (status === undefined) {
    const missing = new ConnectError("the response ended without a grpc-status", Code.Internal);
    return wireError(missing, fields, headers);
  }
  const text = decodeGrpcMessage(fieldValue(fields, "grpc-message") ?? "");
  if (!/^\d{1,2}$/.test(status) || !(Number(status) in Code)) {
    const why = text ? `: ${text}` : "";
    return wireError(new ConnectError(`"${status}" is no grpc-status${why}`, Code.Unknown), fields, headers);
  }
  const error = new ConnectError(text, Number(status));
  const details = fieldValue(fields, "grpc-status-details-bin");
  if (details !== undefined) error.details = readDetails(details);
  return wireError(error, fields, headers);
}

/** Notes that an error came from a server, and the fields that came with it. */
export function wireError(error: ConnectError, ...lists: readonly HeaderList[]): ConnectError {
  // connect-es's own mark: a handler that throws such an error on does not pass its metadata on.
  (error as { isWireError?: boolean }).isWireError = true;
  const seen = new Set<HeaderList>();
  for (const list of lists) {
    if (!seen.has(list)) appendFields(error.metadata, list);
    seen.add(list);
  }
  return error;
}

// google.rpc.Status: 1 code, 2 message, 3 details (google.protobuf.Any: 1 type_url, 2 value). What can't be read is left out:
// code and text stand beside it.
function readDetails(value: string): ErrorDetail[] {
  const details: ErrorDetail[] = [];
  try {
    const reader = new Reader(bytesFromBase64(value.split(",")[0].trim()), undefined);
    const { end } = reader;
    while (reader.position < end) {
      const tag = reader.tag();
      if (tag === detailsTag) {
        reader.end = reader.lengthDelimited();
        details.push(readAny(reader));
        reader.end = end;
      } else reader.skip(tag);
    }
  } catch {
    return [];
  }
  return details;
}

const detailsTag = tagOf(3, WireType.bytes), typeUrlTag = tagOf(1, WireType.bytes), valueTag = tagOf(2, WireType.bytes);

function readAny(reader: Reader): ErrorDetail {
  let type = "";
  let value: Uint8Array = new Uint8Array(0);
  while (reader.position < reader.end) {
    const tag = reader.tag();
    if (tag === typeUrlTag) {
      const typeUrl = reader.string(false);
      type = typeUrl.slice(typeUrl.lastIndexOf("/") + 1);
    } else if (tag === valueTag) value = reader.blob();
    else reader.skip(tag);
  }
  return incomingDetail(type, value);
}
