// Fields: what a decorator or a builder says of one, the TypeScript type of its property and what the property begins with.
// Which forms there are, and what they mean, is in docs/messages.md.
import { type DescEnum, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { scalarNames, scalarType } from "../schema/scalar.ts";
import type { Code } from "./layout.ts";
import type { ModuleContext } from "./module.ts";

/** The type of a field's values. */
export interface ValueCode {
  /** What the decorator or builder names: `"int32"`, `() => Order`. */
  readonly type: Code;
  /** The TypeScript type. */
  readonly property: string;
  /** What a property without presence begins with; undefined for messages. */
  readonly zero: string | undefined;
  /** Whether the value `zero` alone says the type to a decorator. */
  readonly derivable: boolean;
}

interface ValueType {
  readonly scalar?: ScalarType | undefined;
  readonly enum?: DescEnum | undefined;
  readonly message?: DescMessage | undefined;
}

const scalarNamesByType = new Map<number, string>(scalarNames.map((name) => [scalarType(name), name]));

/** The name of a scalar type, as decorators take it. */
export function scalarName(type: ScalarType): string {
  return scalarNamesByType.get(type) ?? "";
}

/** The code of a type. */
export function valueCode(context: ModuleContext, { scalar, enum: enumeration, message }: ValueType): ValueCode {
  if (message) return messageCode(context, message);
  if (enumeration) return enumCode(context, enumeration);
  const name = scalarName(scalar as ScalarType);
  const property = scalarProperty(scalar as ScalarType);
  const zero = scalarZero(scalar as ScalarType);
  return { type: `"${name}"`, property, zero, derivable: ["string", "bool", "bytes"].includes(name) };
}

function scalarProperty(scalar: ScalarType): string {
  switch (scalar) {
    case ScalarType.STRING:
      return "string";
    case ScalarType.BOOL:
      return "boolean";
    case ScalarType.BYTES:
      return "Uint8Array";
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return "bigint";
    default:
      return "number";
  }
}

function scalarZero(scalar: ScalarType): string {
  switch (scalarProperty(scalar)) {
    case "string":
      return '""';
    case "boolean":
      return "false";
    case "Uint8Array":
      return "new Uint8Array()";
    case "bigint":
      return "0n";
    default:
      return "0";
  }
}

function messageCode(context: ModuleContext, message: DescMessage): ValueCode {
  const known = context.wellKnown(message);
  if (message.typeName === "google.protobuf.Timestamp" && known) {
    return { type: "Date", property: "Date", zero: undefined, derivable: false };
  }
  if (known) {
    return {
      type: known.schema(),
      property: plainShape(context, message) ?? known.type(),
      zero: undefined,
      derivable: false,
    };
  }
  const name = context.name(message);
  return { type: `() => ${name}`, property: name, zero: undefined, derivable: false };
}

// As protobuf-es has well-known messages in other messages.
function plainShape(context: ModuleContext, message: DescMessage): string | undefined {
  if (message.typeName === "google.protobuf.Struct") return context.imports.type("@bufbuild/protobuf", "JsonObject");
  const [value] = message.fields;
  const isWrapper = message.file.proto.name === "google/protobuf/wrappers.proto" && value !== undefined;
  return isWrapper && value.scalar !== undefined ? scalarProperty(value.scalar) : undefined;
}

function enumCode(context: ModuleContext, enumeration: DescEnum): ValueCode {
  const known = context.wellKnown(enumeration);
  const type = known ? known.schema() : context.name(enumeration);
  const property = known ? known.type() : type;
  const [first] = enumeration.values;
  return { type, property, zero: first && context.enumValue(enumeration, first.number), derivable: false };
}
