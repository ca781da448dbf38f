// The end of a gRPC call: its status as trailers. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses
import { create, toBinary } from "@bufbuild/protobuf";
import { base64Encode, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { ConnectError } from "@connectrpc/connect";
import type { HeaderList } from "../http/exchange.ts";
import { encodeGrpcMessage } from "../rpc/grpc_message.ts";
import { frozenList, metadata } from "./enveloped_call.ts";

/** The longest `grpc-status-details-bin`: peers refuse header lists of more, and the status with them. */
const maxDetailsLength = 8192;

const ok = frozenList([["grpc-status", "0"]]);

/** The trailers of a call: code, text, details and metadata of its error, and the handler's own trailers. */
export function statusTrailers(error: ConnectError | undefined, own: Headers | undefined): HeaderList {
  const trailers = own ? metadata(own) : [];
  if (!error) return own ? [...trailers, ...ok] : ok;
  const details = error.details.length > 0 ? detailsOf(error) : undefined;
  return [
    ...trailers,
    ...metadata(error.metadata),
    ["grpc-status", String(error.code)],
    ...(error.rawMessage === "" ? [] : [["grpc-message", encodeGrpcMessage(error.rawMessage)] as const]),
    ...(details === undefined || details.length > maxDetailsLength
      ? []
      : [["grpc-status-details-bin", details] as const]),
  ];
}

// A google.rpc.Status: code = 1, message = 2, details = 3 (google.protobuf.Any: type_url = 1, value = 2).
function detailsOf(error: ConnectError): string {
  const status = new BinaryWriter();
  status.tag(1, WireType.Varint).int32(error.code);
  if (error.rawMessage !== "") status.tag(2, WireType.LengthDelimited).string(error.rawMessage);
  for (const detail of error.details) {
    const [type, value] = "desc" in detail
      ? [detail.desc.typeName, toBinary(detail.desc, create(detail.desc, detail.value))]
      : [detail.type, detail.value];
    status.tag(3, WireType.LengthDelimited).fork();
    status.tag(1, WireType.LengthDelimited).string(`type.googleapis.com/${type}`);
    status.tag(2, WireType.LengthDelimited).bytes(value);
    status.join();
  }
  return base64Encode(status.finish(), "std_raw");
}
