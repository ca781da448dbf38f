// Keys of maps as text, the way plain objects and JSON hold them.
import { ScalarType } from "@bufbuild/protobuf";

/** Makes a key of its text; what can't be read stays text, and is no key of that type. */
export function keyReader(key: ScalarType): (text: string) => unknown {
  switch (key) {
    case ScalarType.STRING:
      return (text) => text;
    case ScalarType.BOOL:
      return (text) => text === "true" ? true : text === "false" ? false : text;
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return (text) => wholeNumber.test(text) ? BigInt(text) : text;
    default:
      return (text) => wholeNumber.test(text) ? Number(text) : text;
  }
}

// No more digits than could fit: making a number of millions of them takes seconds.
const wholeNumber = /^-?\d{1,40}$/;
