// The text of a status in `grpc-message`: percent-encoded where it must be, and only there. Some clients decode no more than
// that. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses (Percent-Encoded)

/** Encodes the text of a status: UTF-8, with all but printable ASCII, and `%` itself, as `%XX`. */
export function encodeGrpcMessage(text: string): string {
  if (/^[\x20-\x24\x26-\x7e]*$/.test(text)) return text;
  let encoded = "";
  for (const byte of new TextEncoder().encode(text)) {
    encoded += byte >= 0x20 && byte <= 0x7e && byte !== 0x25
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}

/** Decodes the text of a status. Never fails: what is no escape stands for itself, what is no UTF-8 becomes U+FFFD. */
export function decodeGrpcMessage(encoded: string): string {
  if (!encoded.includes("%") && /^[\x20-\x7e]*$/.test(encoded)) return encoded;
  const bytes: number[] = [];
  for (let index = 0; index < encoded.length; index++) {
    const octet = encoded.charCodeAt(index);
    const hex = octet === 0x25 ? encoded.slice(index + 1, index + 3) : "";
    if (/^[0-9a-fA-F]{2}$/.test(hex)) {
      bytes.push(parseInt(hex, 16));
      index += 2;
    } else bytes.push(octet & 0xff);
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
