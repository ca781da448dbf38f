// The members of a message, fields and oneofs, in the terms that decorators and builders share: the arguments of their maker,
// the property's name, its type and what it begins with.
import type { DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence, OneofOptionsSchema } from "@bufbuild/protobuf/wkt";
import { toSnakeCase } from "../schema/name.ts";
import { fieldOptions } from "./field_options.ts";
import { scalarName, valueCode } from "./field.ts";
import { type Code, type ObjectEntry, objectOf, quote } from "./layout.ts";
import { type MemberNames, memberNames } from "./member_name.ts";
import type { ModuleContext } from "./module.ts";
import { optionsCode } from "./options.ts";

/** A type on one line, and its properties, one a line, for where it does not fit. */
export interface TypeCode {
  readonly flat: string;
  readonly properties?: ReadonlyArray<readonly [key: string, type: string]>;
}

/** A member of a message. */
export interface MemberCode {
  readonly property: string;
  readonly comment: readonly string[];
  /** The name of the builder: `optional`. */
  readonly builder: "field" | "optional" | "repeated" | "map" | "oneof";
  /** The arguments of the decorator, and those of the builder. */
  readonly decoratorArgs: readonly Code[];
  readonly builderArgs: readonly Code[];
  /** The TypeScript type of the property, one for each case of a oneof. */
  readonly types: readonly TypeCode[];
  /** What a property of a class begins with; undefined where it begins as undefined. */
  readonly initial: string | undefined;
  /** Whether the initial value alone gives the property its type. */
  readonly inferred: boolean;
}

/** The members of a message, in the order of its declaration. */
export function membersOf(context: ModuleContext, message: DescMessage, path: readonly number[]): MemberCode[] {
  const names = memberNames(message);
  return message.members.map((member) =>
    member.kind === "oneof"
      ? oneofCode(context, message, member, names, path)
      : fieldCode(context, message, member, names.fields.get(member) ?? "", path)
  );
}

function fieldCode(
  context: ModuleContext,
  message: DescMessage,
  field: DescField,
  property: string,
  path: readonly number[],
): MemberCode {
  const at = [...path, 2, message.fields.indexOf(field)];
  const comment = context.jsdoc(at, field.deprecated);
  const options = fieldOptions(context, field, property, at);
  const last = options ? [options] : [];
  const number = String(field.number);
  const common = { property, comment };
  if (field.fieldKind === "map") {
    const value = valueCode(context, field);
    const key = scalarName(field.mapKey);
    const args = [number, quote(key), value.type, ...last];
    const type = `Map<${valueCode(context, { scalar: field.mapKey }).property}, ${value.property}>`;
    return {
      ...common,
      builder: "map",
      decoratorArgs: args,
      builderArgs: args,
      types: [{ flat: type }],
      initial: `new ${type}()`,
      inferred: true,
    };
  }
  const value = valueCode(context, field);
  const args = [number, value.type, ...last];
  if (field.fieldKind === "list") {
    return {
      ...common,
      builder: "repeated",
      decoratorArgs: args,
      builderArgs: args,
      types: [{ flat: /[ |&]/.test(value.property) ? `(${value.property})[]` : `${value.property}[]` }],
      initial: "[]",
      inferred: false,
    };
  }
  const hasPresence = field.fieldKind === "message" || field.presence !== FeatureSet_FieldPresence.IMPLICIT;
  if (!hasPresence && value.zero !== undefined) {
    return {
      ...common,
      builder: "field",
      decoratorArgs: value.derivable ? [number, ...last] : args,
      builderArgs: args,
      types: [{ flat: value.property }],
      initial: value.zero,
      inferred: true,
    };
  }
  return {
    ...common,
    builder: field.fieldKind === "message" ? "field" : "optional",
    decoratorArgs: args,
    builderArgs: args,
    types: [{ flat: value.property }],
    initial: undefined,
    inferred: false,
  };
}

function oneofCode(
  context: ModuleContext,
  message: DescMessage,
  oneof: DescOneof,
  names: MemberNames,
  path: readonly number[],
): MemberCode {
  const property = names.oneofs.get(oneof) ?? "";
  const types: TypeCode[] = [];
  const entries = oneof.fields.map((field): ObjectEntry => {
    const name = names.fields.get(field) ?? "";
    const value = valueCode(context, field);
    const at = [...path, 2, message.fields.indexOf(field)];
    const options = fieldOptions(context, field, name, at);
    types.push({
      flat: `{ case: ${quote(name)}; value: ${value.property} }`,
      properties: [["case", quote(name)], ["value", value.property]],
    });
    return {
      key: name,
      value: { elements: [String(field.number), value.type, ...(options ? [options] : [])] },
      comment: context.jsdoc(at, field.deprecated),
    };
  });
  const at = [...path, 8, message.oneofs.indexOf(oneof)];
  const options = objectOf({
    doc: context.doc(at),
    name: toSnakeCase(property) === oneof.name ? undefined : quote(oneof.name),
    ...optionsCode(context, OneofOptionsSchema, oneof.proto.options),
  });
  const args = [{ entries }, ...(options ? [options] : [])];
  return {
    property,
    comment: context.jsdoc(at, false),
    builder: "oneof",
    decoratorArgs: args,
    builderArgs: args,
    types,
    initial: undefined,
    inferred: false,
  };
}
