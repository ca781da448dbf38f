// What gRPC and gRPC-Web have in common on the client.
import type { ConnectError } from "../rpc/connect_error.ts";
import { Code } from "@connectrpc/connect";
import { ConnectError as Failure } from "../rpc/connect_error.ts";
import type { HeaderList } from "../http/exchange.ts";
import { version } from "../rpc/version.ts";
import { fieldValue } from "./client_metadata.ts";
import type { ClientProtocolOptions, MessageFormat } from "./client_protocol.ts";
import { httpError, statusError } from "./grpc_reply.ts";

/** What calls themselves: `grpc-<language>-<variant>/<version>`, after what the user calls itself. */
export function userAgent({ userAgent }: ClientProtocolOptions): string {
  const own = `grpc-typescript-sigil/${version}`;
  return userAgent === undefined ? own : `${userAgent} ${own}`;
}

/**
 * What is wrong with the head of a response: its HTTP status, or a content type that is not `type` with the format asked for.
 * A status of gRPC's own goes before HTTP's.
 */
export function grpcHeadError(
  status: number,
  headers: HeaderList,
  type: string,
  format: MessageFormat,
): ConnectError | undefined {
  if (status !== 200) {
    return (fieldValue(headers, "grpc-status") === undefined ? undefined : statusError(headers, headers)) ??
      httpError(status, headers);
  }
  const contentType = fieldValue(headers, "content-type") ?? "";
  const [name, suffix = "proto"] = contentType.toLowerCase().split(";")[0].trim().split("+");
  const what = `the response has the content type "${contentType}"`;
  if (name !== type) return new Failure(`${what}, which is not ${type}`, Code.Unknown, headersInit(headers));
  if (suffix === (format === "json" ? "json" : "proto")) return undefined;
  return new Failure(`${what} and was asked for in ${format} format`, Code.Internal, headersInit(headers));
}

function headersInit(headers: HeaderList): [string, string][] {
  return headers.map(([name, value]) => [name, value]);
}
