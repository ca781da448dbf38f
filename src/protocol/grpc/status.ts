// The end of a gRPC call: its status as trailers. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses
import { Code, ConnectError } from "@connectrpc/connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { BodyTooLargeError, type HeaderList } from "../../http/exchange.ts";
import { encodeGrpcMessage } from "../../rpc/grpc_message.ts";
import { withStatusText } from "../../rpc/status_text.ts";

const ok: HeaderList = [["grpc-status", "0"]];

/** The trailers of a call that went well, the handler's own among them. */
export function okTrailers(own: Headers | undefined): HeaderList {
  return own ? [...metadata(own), ...ok] : ok;
}

/** The trailers of a call that failed: code, text, details, the error's metadata and the handler's own trailers. */
export function errorTrailers(error: unknown, own: Headers | undefined): HeaderList {
  // connect-es throws at text that is no Unicode, as a parser's report of a peer's string can be.
  const status = setTrailerStatus(new Headers(own), withStatusText(toConnectError(error)));
  return [...status].map(([name, value]) =>
    // connect-es encodes more of the text than gRPC says, and grpc-js does not decode all of that.
    name === "grpc-message" ? [name, encodeGrpcMessage(decodeURIComponent(value))] : [name, value]
  );
}

/** Headers of the handler's own, without the names that belong to the protocol. */
export function metadata(headers: Headers): HeaderList {
  return [...headers].filter(([name]) => !name.startsWith("grpc-") && name !== "content-type");
}

function toConnectError(error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;
  if (error instanceof BodyTooLargeError) return new ConnectError(error.message, Code.ResourceExhausted);
  // What comes here broke off under the call: the peer is gone, and will hardly read it.
  return new ConnectError("the request broke off", Code.Canceled, undefined, undefined, error);
}
