// Enums: a TypeScript enum, or an object of numbers beside builders, and its declaration by `Enum`. Names of values lose the
// enum's own name in front, where all of them have it.
import type { DescEnum } from "@bufbuild/protobuf";
import {
  EnumOptionsSchema,
  EnumValueOptionsSchema,
  FeatureSet_EnumType,
  SymbolVisibility,
} from "@bufbuild/protobuf/wkt";
import { enumValueNames, hasPrefix } from "./enum_names.ts";
import { flag } from "./field_options.ts";
import { array, call, type Code, type ObjectEntry, objectOf, propertyKey, quote } from "./layout.ts";
import type { ModuleContext } from "./module.ts";
import { optionsCode } from "./options.ts";

/** The lines of an enum. */
export function writeEnum(context: ModuleContext, enumeration: DescEnum, path: readonly number[]): string[] {
  const name = context.name(enumeration);
  const { proto } = enumeration;
  const locals = enumValueNames(enumeration);
  const head = context.jsdoc(path, enumeration.deprecated);
  const entries = enumeration.values.map((value, i) => ({
    key: locals[i] as string,
    value: String(value.number),
    comment: context.jsdoc([...path, 2, i], value.deprecated),
  }));
  const values = enumeration.values.flatMap((value, i): ObjectEntry[] => {
    const given = value.proto.options;
    const code = objectOf({
      deprecated: flag(given, "deprecated"),
      ...optionsCode(context, EnumValueOptionsSchema, given, ["deprecated"]),
    });
    return given ? [{ key: locals[i] as string, value: code ?? { entries: [] } }] : [];
  });
  const docs = objectOf(Object.fromEntries(locals.map((local, i) => [local, context.doc([...path, 2, i])])));
  const isClosed = proto.options?.features?.enumType === FeatureSet_EnumType.CLOSED;
  const options = objectOf({
    doc: context.doc(path),
    docs,
    prefix: hasPrefix(enumeration) ? undefined : "false",
    visibility: visibilityCode(proto.visibility),
    allowAlias: flag(proto.options, "allowAlias"),
    deprecated: flag(proto.options, "deprecated"),
    values: values.length > 0 ? { entries: values } : undefined,
    reserved: reservedOf(
      proto.reservedRange.map(({ start, end }) => [start, end]),
      proto.reservedName,
    ),
    closed: isClosed ? "true" : undefined,
    ...optionsCode(context, EnumOptionsSchema, proto.options, [
      "allowAlias",
      "deprecated",
      ...(isClosed ? ["features.enumType"] : []),
    ]),
  });
  const declaration = call(context.sigil("Enum"), quote(enumeration.typeName), name, ...(options ? [options] : []));
  return [
    ...context.detached(path),
    ...head,
    ...(context.options.form === "builders" ? objectLines(context, name, entries) : enumLines(context, name, entries)),
    `${context.layout.format(declaration, 0, 0, 1)};`,
  ];
}

function enumLines({ layout }: ModuleContext, name: string, entries: readonly ObjectEntry[]): string[] {
  const lines = entries.flatMap(({ key, value, comment = [] }) => {
    const line = `  ${propertyKey(key)} = ${String(value)},`;
    const broken = [`  ${propertyKey(key)} =`, `    ${String(value)},`];
    return [...comment.map((text) => `  ${text}`), ...(layout.fits(line.length) ? [line] : broken)];
  });
  return [`export enum ${name} {`, ...lines, "}"];
}

function objectLines(context: ModuleContext, name: string, entries: readonly ObjectEntry[]): string[] {
  const head = `export type ${name} =`;
  const [object, key] = [`(typeof ${name})`, `keyof typeof ${name}`];
  const type = `${object}[${key}];`;
  const lines = context.layout.fits(head.length + type.length + 1)
    ? [`${head} ${type}`]
    : context.layout.fits(head.length + object.length + 2)
    ? [`${head} ${object}[`, `  ${key}`, "];"]
    : context.layout.fits(type.length + 2)
    ? [head, `  ${type}`]
    : [head, `  ${object}[`, `    ${key}`, "  ];"];
  return [...context.assignment(`export const ${name}`, { entries }, " as const"), ...lines];
}

/** Reserved numbers, inclusive ranges and names; undefined where there are none. */
export function reservedOf(ranges: readonly number[][], names: readonly string[]): Code | undefined {
  const numbers = ranges.map(([first, last]) => first === last ? String(first) : array([String(first), String(last)]));
  const all = [...numbers, ...names.map(quote)];
  return all.length === 0 ? undefined : array(all);
}

/** Who may use an element, where the file says so. */
export function visibilityCode(visibility: SymbolVisibility): string | undefined {
  if (visibility === SymbolVisibility.VISIBILITY_UNSET) return undefined;
  return visibility === SymbolVisibility.VISIBILITY_EXPORT ? '"export"' : '"local"';
}
