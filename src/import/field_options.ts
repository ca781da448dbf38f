// The options of fields and of cases of oneofs.
import type { DescField } from "@bufbuild/protobuf";
import { toJsonName, toSnakeCase } from "../schema/name.ts";
import { type ObjectCode, objectOf, quote } from "./layout.ts";
import type { ModuleContext } from "./module.ts";

/** The options of a field; undefined where it has none. */
export function fieldOptions(_: ModuleContext, field: DescField, property: string): ObjectCode | undefined {
  const { proto } = field;
  return objectOf({
    name: toSnakeCase(property) === field.name ? undefined : quote(field.name),
    jsonName: field.jsonName === toJsonName(field.name) ? undefined : quote(field.jsonName),
    deprecated: field.deprecated ? "true" : undefined,
    packed: proto.options && Object.hasOwn(proto.options, "packed") ? String(proto.options.packed) : undefined,
  });
}
