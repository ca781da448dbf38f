// The text of a default value, as FieldDescriptorProto.default_value has it.
import type { ResolvedType } from "./resolve.ts";

/** The text for a value; text for what is no string stands for itself. */
export function defaultText(type: ResolvedType, value: string | number | bigint | boolean): string {
  if (typeof value !== "number") return String(value);
  if (type.kind === "enum") return type.enumeration.values.find(({ number }) => number === value)?.protoName ?? "";
  if (type.kind === "desc_enum") return type.desc.value[value]?.name ?? "";
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return Object.is(value, -0) ? "-0" : String(value);
}
