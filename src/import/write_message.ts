// Messages: decorated classes, or classes made by `message`.
import type { DescMessage } from "@bufbuild/protobuf";
import { ExtensionRangeOptionsSchema, MessageOptionsSchema } from "@bufbuild/protobuf/wkt";
import { flag } from "./field_options.ts";
import { array, call, type CallCode, type Code, type Layout, objectOf, propertyKey, quote } from "./layout.ts";
import { type MemberCode, membersOf, type TypeCode } from "./member.ts";
import type { ModuleContext } from "./module.ts";
import { optionsCode } from "./options.ts";
import { reservedOf, visibilityCode } from "./write_enum.ts";

/** The lines of a message. */
export function writeMessage(context: ModuleContext, message: DescMessage, path: readonly number[]): string[] {
  const name = context.name(message);
  const members = membersOf(context, message, path);
  const comments = [...context.detached(path), ...context.jsdoc(path, message.deprecated)];
  const { proto } = message;
  const ranges = proto.extensionRange.map(({ start, end, options }): Code => {
    const more = options &&
      (objectOf({ ...optionsCode(context, ExtensionRangeOptionsSchema, options) }) ?? { entries: [] });
    return array([String(start), String(end - 1), ...(more ? [more] : [])]);
  });
  const options = objectOf({
    doc: context.doc(path),
    visibility: visibilityCode(proto.visibility),
    deprecated: flag(proto.options, "deprecated"),
    // Ends of reserved ranges of messages are exclusive.
    reserved: reservedOf(proto.reservedRange.map(({ start, end }) => [start, end - 1]), proto.reservedName),
    extensionRanges: ranges.length > 0 ? array(ranges) : undefined,
    ...optionsCode(context, MessageOptionsSchema, proto.options, ["deprecated"]),
  });
  const more = options ? [options] : [];
  if (context.options.form === "builders") {
    const entries = members.map((member) => ({
      key: member.property,
      value: call(context.sigil(member.builder), ...member.builderArgs),
      comment: member.comment,
    }));
    const code = call(context.sigil("message"), quote(message.typeName), { entries }, ...more);
    if (context.isCircular(message)) {
      return [...interfaceLines(context, name, members), ...comments, ...typedConstant(context, name, code)];
    }
    return [...comments, ...context.assignment(`export const ${name}`, code), ...typeLines(context, name)];
  }
  const decorator = call(context.sigil("Message"), quote(message.typeName), ...more);
  const body = members.flatMap((
    member,
    i,
  ) => [...(i > 0 && member.comment.length > 0 ? [""] : []), ...memberLines(context, member)]);
  return [
    ...comments,
    `@${context.layout.format(decorator, 0, 1, 0)}`,
    ...(body.length === 0 ? [`export class ${name} {}`] : [`export class ${name} {`, ...body, "}"]),
  ];
}

function typeLines({ layout }: ModuleContext, name: string): string[] {
  const line = `export type ${name} = InstanceType<typeof ${name}>;`;
  if (layout.fits(line.length)) return [line];
  const head = `export type ${name} =`;
  if (layout.fits(head.length + 14)) return [`${head} InstanceType<`, `  typeof ${name}`, ">;"];
  const type = `  InstanceType<typeof ${name}>;`;
  return layout.fits(type.length) ? [head, type] : [head, "  InstanceType<", `    typeof ${name}`, "  >;"];
}

function typedConstant(context: ModuleContext, name: string, code: CallCode): string[] {
  const type = context.sigilType("MessageClass");
  const left = `export const ${name}:`;
  if (context.layout.fits(left.length + type.length + name.length + 5)) {
    return context.assignment(`${left} ${type}<${name}>`, code);
  }
  if (context.layout.fits(left.length + type.length + 2)) {
    return [`${left} ${type}<`, `  ${name}`, ...context.assignment(">", code)];
  }
  return [left, `  ${type}<`, `    ${name}`, ...context.assignment("  >", code, "", 2)];
}

function interfaceLines(context: ModuleContext, name: string, members: readonly MemberCode[]): string[] {
  const lines = members.flatMap((member) => propertyLines(context, member, member.initial === undefined ? "?" : ""));
  return [`export interface ${name} {`, ...lines, "}"];
}

function memberLines(context: ModuleContext, member: MemberCode): string[] {
  const decorator: CallCode = call(
    context.sigil(member.builder === "oneof" ? "OneOf" : "Field"),
    ...member.decoratorArgs,
  );
  return [
    ...member.comment.map((line) => `  ${line}`),
    `  @${context.layout.format(decorator, 2, 3, 0)}`,
    ...(member.initial === undefined ? propertyLines(context, member, "?") : initialized(context, member)),
  ];
}

// deno fmt breaks a declaration behind its colon or its equals sign, a union into its members, and so on inwards.
function propertyLines({ layout }: ModuleContext, { property, types }: MemberCode, mark: "?" | ""): string[] {
  const key = `${propertyKey(property)}${mark}`;
  const flat = types.map((type) => type.flat).join(" | ");
  const line = `  ${key}: ${flat};`;
  if (layout.fits(line.length)) return [line];
  if (types.length > 1) return [`  ${key}:`, ...unionLines(layout, types)];
  const [{ properties } = { properties: undefined }] = types;
  if (!properties) return [`  ${key}:`, `    ${flat};`];
  return [`  ${key}: {`, ...typeProperties(layout, properties, 4), "  };"];
}

function initialized({ layout }: ModuleContext, { property, types, initial = "", inferred }: MemberCode): string[] {
  const key = propertyKey(property);
  const flat = types.map((type) => type.flat).join(" | ");
  const head = inferred ? `  ${key} =` : `  ${key}: ${flat} =`;
  if (layout.fits(`${head} ${initial};`.length)) return [`${head} ${initial};`];
  const map = /^new Map<(.*), (.*)>\(\)$/.exec(initial);
  if (map) return [`${head} new Map<`, `    ${map[1]},`, `    ${map[2]}`, "  >();"];
  const dot = initial.lastIndexOf(".");
  if (!layout.fits(initial.length + 5) && dot > 0) {
    const object = `${head} ${initial.slice(0, dot)}`;
    if (layout.fits(object.length)) return [object, `    ${initial.slice(dot)};`];
  }
  if (layout.fits(head.length) || inferred) return [head, ...initialLines(layout, initial, 4)];
  const typed = `    ${flat} =`;
  if (layout.fits(`${typed} ${initial};`.length)) return [`  ${key}:`, `${typed} ${initial};`];
  return [`  ${key}:`, typed, ...initialLines(layout, initial, 6)];
}

function unionLines(layout: Layout, types: readonly TypeCode[]): string[] {
  const end = (i: number): string => i === types.length - 1 ? ";" : "";
  return types.flatMap(({ flat, properties }, i) => {
    const line = `    | ${flat}${end(i)}`;
    if (layout.fits(line.length) || !properties) return [line];
    return ["    | {", ...typeProperties(layout, properties, 6), `    }${end(i)}`];
  });
}

function typeProperties(
  layout: Layout,
  properties: ReadonlyArray<readonly [key: string, type: string]>,
  indent: number,
): string[] {
  const start = " ".repeat(indent);
  return properties.flatMap(([key, type]) => {
    const line = `${start}${key}: ${type};`;
    return layout.fits(line.length) ? [line] : [`${start}${key}:`, `${start}  ${type};`];
  });
}

// A value of an enum is broken before its dot.
function initialLines(layout: Layout, initial: string, indent: number): string[] {
  const line = `${" ".repeat(indent)}${initial};`;
  const dot = initial.lastIndexOf(".");
  if (layout.fits(line.length) || dot < 0) return [line];
  return [`${" ".repeat(indent)}${initial.slice(0, dot)}`, `${" ".repeat(indent + 2)}${initial.slice(dot)};`];
}
