// The end of a gRPC call: its status as trailers. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses
import { toBase64Raw } from "../bytes/base64.ts";
import { detailBytes } from "../codec/error_detail.ts";
import type { ConnectError } from "../rpc/connect_error.ts";
import type { HeaderList } from "../http/exchange.ts";
import { encodeGrpcMessage } from "../rpc/grpc_message.ts";
import { tagOf, WireType } from "../wire/wire_type.ts";
import { Writer } from "../wire/writer.ts";
import { frozenList, metadata } from "./enveloped_call.ts";

/** The longest `grpc-status-details-bin`: peers refuse header lists of more, and the status with them. */
const maxDetailsLength = 8192;

const ok = frozenList([["grpc-status", "0"]]);

/** What a pair of a header list counts beside its name and value (RFC 9113 6.5.2). */
const pairBytes = 32;
/** The most bytes that a UTF-16 unit comes to in `grpc-message`: three of UTF-8, each as `%XX`. */
const maxEncodedBytes = 9;

/**
 * The trailers of a call: code, text, details and metadata of its error, and the handler's own trailers. A peer refuses more
 * than `maxBytes`, and the status with it: then details are left out, then all metadata, then the end of the text.
 */
export function statusTrailers(
  error: ConnectError | undefined,
  own: Headers | undefined,
  maxBytes: number = Infinity,
): HeaderList {
  const trailers = own ? metadata(own) : [];
  if (!error) return own ? firstThatFits(maxBytes, [...trailers, ...ok], ok) : ok;
  const details = error.details.length > 0 ? detailsOf(error) : undefined;
  const status = [...trailers, ...metadata(error.metadata), ...codeAndText(error, error.rawMessage)];
  const whole: HeaderList = details === undefined || details.length > maxDetailsLength
    ? status
    : [...status, ["grpc-status-details-bin", details]];
  const room = Math.max(0, maxBytes - listBytes(codeAndText(error, "")) - "grpc-message".length - pairBytes);
  const cut = error.rawMessage.slice(0, Math.floor(room / maxEncodedBytes)).toWellFormed();
  return firstThatFits(maxBytes, whole, status, codeAndText(error, error.rawMessage), codeAndText(error, cut));
}

function codeAndText(error: ConnectError, text: string): HeaderList {
  const code = ["grpc-status", String(error.code)] as const;
  return text === "" ? [code] : [code, ["grpc-message", encodeGrpcMessage(text)]];
}

/** The first of the lists that is not too large, or the last. */
function firstThatFits(maxBytes: number, ...lists: HeaderList[]): HeaderList {
  return lists.find((list) => listBytes(list) <= maxBytes) ?? lists[lists.length - 1];
}

// All that is sent in trailers is ASCII, so a character is a byte.
function listBytes(list: HeaderList): number {
  return list.reduce((sum, [name, value]) => sum + name.length + value.length + pairBytes, 0);
}

// A google.rpc.Status: code = 1, message = 2, details = 3 (google.protobuf.Any: type_url = 1, value = 2).
function detailsOf(error: ConnectError): string {
  const status = new Writer().begin(0);
  status.taggedInt32(codeTag, error.code);
  if (error.rawMessage !== "") status.taggedString(messageTag, error.rawMessage);
  for (const detail of error.details) {
    const [type, value] = "desc" in detail
      ? [detail.desc.typeName, detailBytes(detail.desc, detail.value)]
      : [detail.type, detail.value];
    status.ensure(10);
    status.tag(detailsTag);
    const start = status.open(1);
    status.taggedString(typeUrlTag, `type.googleapis.com/${type}`);
    status.ensure(5);
    status.tag(valueTag);
    status.blob(value);
    status.close(start, 1);
  }
  return toBase64Raw(status.finish());
}

const codeTag = tagOf(1, WireType.varint), messageTag = tagOf(2, WireType.bytes), detailsTag = tagOf(3, WireType.bytes);
const typeUrlTag = tagOf(1, WireType.bytes), valueTag = tagOf(2, WireType.bytes);
