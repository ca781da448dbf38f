// The value that FieldDescriptorProto.default_value says in text, in the form in which protobuf-es holds it.
import { ScalarType } from "@bufbuild/protobuf";

/** The value of a scalar's default. @throws RangeError for text that no number stands in. */
export function defaultValue(type: ScalarType, text: string): string | number | bigint | boolean | Uint8Array {
  switch (type) {
    case ScalarType.STRING:
      return text;
    case ScalarType.BYTES:
      return unescape(text);
    case ScalarType.BOOL:
      return text === "true";
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return BigInt(text);
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return numbers.get(text) ?? Number.parseFloat(text);
    default:
      return Number.parseInt(text, 10);
  }
}

const numbers = new Map([["inf", Infinity], ["-inf", -Infinity], ["nan", NaN]]);

const letters: { readonly [letter: string]: number } = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };

// Bytes are written as C writes strings: a byte a character, others escaped, mostly in octal.
function unescape(text: string): Uint8Array {
  const escapes = /\\([0-7]{1,3}|[xX][0-9a-fA-F]{1,2}|[^])|([^\\])/g;
  const bytes = Array.from(text.matchAll(escapes), ([, escaped, plain]) => {
    if (plain !== undefined) return plain.charCodeAt(0);
    if (/^[0-7]/.test(escaped)) return Number.parseInt(escaped, 8);
    if (escaped.length > 1) return Number.parseInt(escaped.slice(1), 16);
    return letters[escaped] ?? escaped.charCodeAt(0);
  });
  return Uint8Array.from(bytes);
}
