// The zero of each scalar type: what a field without presence is when it is not set.
import { ScalarType } from "@bufbuild/protobuf";

export { ScalarType };

/** The zero value of a scalar; bytes are made anew. */
export function scalarZeroValue(scalar: ScalarType): unknown {
  switch (scalar) {
    case ScalarType.STRING:
      return "";
    case ScalarType.BOOL:
      return false;
    case ScalarType.BYTES:
      return new Uint8Array();
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return 0n;
    default:
      return 0;
  }
}
