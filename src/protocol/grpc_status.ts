// The end of a gRPC call: its status as trailers. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses
import type { ConnectError } from "@connectrpc/connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import type { HeaderList } from "../http/exchange.ts";
import { encodeGrpcMessage } from "../rpc/grpc_message.ts";
import { frozenList, metadata } from "./enveloped_call.ts";

const ok = frozenList([["grpc-status", "0"]]);

/** The trailers of a call: code, text, details and metadata of its error, and the handler's own trailers. */
export function statusTrailers(error: ConnectError | undefined, own: Headers | undefined): HeaderList {
  const trailers = own ? metadata(own) : [];
  if (!error) return own ? [...trailers, ...ok] : ok;
  const status = setTrailerStatus(
    new Headers(trailers.map(([name, value]) => [name, value] as [string, string])),
    error,
  );
  return [...status].map(([name, value]) =>
    // connect-es encodes more of the text than gRPC says, and grpc-js does not decode all of that.
    name === "grpc-message" ? [name, encodeGrpcMessage(decodeURIComponent(value))] : [name, value]
  );
}
