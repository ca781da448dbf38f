// Protobuf's law for what resolve.ts found: numbers, names, reserved ranges, enums, clashes. protobuf-es checks none of it
// for descriptors made at run time. https://protobuf.dev/programming-guides/proto3/ and descriptor.proto's own comments.
import type { DescFile } from "@bufbuild/protobuf";
import { type EnumOptions, fileAnnotation, type MessageOptions } from "./annotation.ts";
import { beyondProto3 } from "./edition.ts";
import type { Mistakes } from "./mistake.ts";
import type { FilePlans } from "./file_plan.ts";
import type { PackageOptions } from "./proto_file.ts";
import { declaredIn } from "./lazy_registry.ts";
import { isMessageType } from "./resolve_field.ts";
import { isFullName, isIdentifier, mapEntryName, scopeName } from "./name.ts";
import type {
  ResolvedEnum,
  ResolvedField,
  ResolvedMessage,
  ResolvedSchema,
  ResolvedService,
  ResolvedType,
} from "./resolve.ts";

/** The largest field number: 2^29 - 1. */
export const maxFieldNumber = 536_870_911;

/** Checks a resolved schema; mistakes are noted in `mistakes`. */
export function check(
  schema: ResolvedSchema,
  plans: FilePlans,
  mistakes: Mistakes,
  packages: PackageOptions = {},
): void {
  const names = new NameTable(mistakes);
  for (const message of schema.messages) {
    names.add(message.typeName, "class", message.messageClass.name);
    checkMessage(message, plans, mistakes);
    for (const field of message.fields) {
      if (field.cardinality !== "map") continue;
      names.add(`${message.typeName}.${mapEntryName(field.protoName)}`, "the map entry of", field.place);
    }
  }
  for (const enumeration of schema.enums) {
    names.add(enumeration.typeName, "enum", enumeration.typeName);
    checkEnum(enumeration, plans, mistakes);
    // Values are siblings of their enum, as in C++.
    const scope = scopeName(enumeration.typeName);
    const own = new Set(enumeration.values.map((value) => value.protoName));
    for (const name of own) {
      names.add(scope ? `${scope}.${name}` : name, "a value of", enumeration.typeName);
    }
  }
  for (const service of schema.services) {
    names.add(service.typeName, "service", service.typeName);
    checkService(service, mistakes);
  }
  checkForeignNames(schema, names, mistakes);
  checkFileCycles(schema, plans, mistakes);
  checkPackages(packages, plans, mistakes);
}

function checkPackages(packages: PackageOptions, plans: FilePlans, mistakes: Mistakes): void {
  const made = plans.all.filter(({ file }) => file === undefined).map(({ packageName }) => packageName);
  for (const name of typeof packages === "function" ? [] : Object.keys(packages)) {
    if (made.includes(name)) continue;
    const known = made.length === 0 ? "none is made" : `there are ${made.map((each) => `"${each}"`).join(", ")}`;
    mistakes.add(
      "packages",
      `no file is made for "${name}": ${known}. A file made by protoFile takes its options there.`,
    );
  }
}

// Types of generated code, and what their files import, share the names of an app's registry.
function checkForeignNames(schema: ResolvedSchema, names: NameTable, mistakes: Mistakes): void {
  const seen = new Set<DescFile>();
  const visit = (file: DescFile): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { typeName } of [...declaredIn(file)].filter((desc) => desc.kind !== "extension")) {
      const owner = names.owner(typeName);
      if (owner) mistakes.add(typeName, `the name is taken by ${owner} and by ${file.proto.name}. Use one of the two.`);
    }
    file.dependencies.forEach(visit);
  };
  for (const desc of schema.foreign) visit(desc.file);
}

// Texts of mistakes are put together where there is one: a schema has thousands of names, and nearly always no mistake.
class NameTable {
  readonly #owners = new Map<string, readonly [kind: string, place: string]>();
  readonly #mistakes: Mistakes;

  constructor(mistakes: Mistakes) {
    this.#mistakes = mistakes;
  }

  /** What has a name; undefined where nothing has. */
  owner(fullName: string): string | undefined {
    return this.#owners.get(fullName)?.join(" ");
  }

  add(fullName: string, kind: string, place: string): void {
    if (!isFullName(fullName)) {
      this.#mistakes.add(
        place,
        `"${fullName}" is no protobuf name. Names are letters, digits and _, joined by dots: "shop.v1.Order".`,
      );
    }
    const other = this.owner(fullName);
    if (other !== undefined) {
      this.#mistakes.add(place, `the name ${fullName} is taken by ${other}. Give one of the two another name.`);
    } else this.#owners.set(fullName, [kind, place]);
  }
}

function checkMessage(message: ResolvedMessage, plans: FilePlans, mistakes: Mistakes): void {
  const names = new Map<string, string>();
  // As long as all JSON names are the names themselves, no two of them clash that the names don't. Files that are declared in
  // another edition than proto3 may let them.
  const isProto3 = plans.editionOf(message.typeName) === "proto3";
  const declared = fileAnnotation(message.messageClass)?.edition ?? "proto3";
  const jsonNames = declared === "proto3" && message.fields.some((field) => field.jsonName !== field.protoName)
    ? new Map<string, string>()
    : undefined;
  const reserved = readReserved(message.annotation.options, message.messageClass.name, 1, maxFieldNumber, mistakes);
  let before: ResolvedField | undefined;
  // Fields are in the order of their numbers, but for those of a declared file.
  const taken = fileAnnotation(message.messageClass) && new Map<number, string>();
  for (const field of message.fields) {
    const { number, place, protoName, jsonName } = field;
    checkFieldNumber(number, place, mistakes);
    if (!taken && before && number === before.number) {
      mistakes.add(place, `number ${number} is taken by ${before.place}. Give it a number of its own.`);
    }
    before = field;
    if (taken) clash(taken, number, place, "number", "Give it a number of its own.", mistakes);
    if (!isIdentifier(protoName)) {
      mistakes.add(place, `"${protoName}" is no protobuf name. Set { name } to letters, digits and _.`);
    }
    clash(names, protoName, place, "name", "Set { name } of one of them.", mistakes);
    if (jsonNames) clash(jsonNames, jsonName, place, "JSON name", "Set { jsonName } of one of them.", mistakes);
    if (reserved) checkReserved(reserved, number, protoName, place, message.typeName, mistakes);
    if (isProto3) checkProto3(field, mistakes);
    const beyond = field.cardinality === "implicit" ? beyondProto3(field) : undefined;
    if (beyond === "default" || beyond === "closed enum" || beyond === "required") {
      mistakes.add(
        place,
        `a field with ${beyond} has presence. Leave { optional: false } and an initial value of zero out.`,
      );
    }
    if (field.cardinality === "implicit" && isMessageType(field.type)) {
      mistakes.add(place, "a message always has presence. Leave { optional: false } out.");
    }
  }
  for (const oneof of message.oneofs) {
    const place = `${message.messageClass.name}.${oneof.property}`;
    if (!isIdentifier(oneof.protoName)) mistakes.add(place, `"${oneof.protoName}" is no protobuf name. Set { name }.`);
    clash(names, oneof.protoName, place, "name", "Set { name } of one of them.", mistakes);
  }
}

function checkProto3(field: ResolvedField, mistakes: Mistakes): void {
  const what = beyondProto3(field);
  if (what === undefined) return;
  mistakes.add(
    field.place,
    `proto3 has no ${what}, and its file is declared as proto3. Leave the file's edition out, which makes it edition 2023.`,
  );
}

function checkFieldNumber(number: number, place: string, mistakes: Mistakes): void {
  if (typeof number !== "number") {
    mistakes.add(place, "it has no field number. Give it one: @Field(1).");
  } else if (!Number.isInteger(number) || number < 1 || number > maxFieldNumber) {
    mistakes.add(place, `${number} is no field number. Use a whole number from 1 to ${maxFieldNumber}.`);
  } else if (number >= 19_000 && number <= 19_999) {
    mistakes.add(place, `number ${number} is in 19000 to 19999, which protobuf keeps for itself. Use another.`);
  }
}

function checkEnum(enumeration: ResolvedEnum, plans: FilePlans, mistakes: Mistakes): void {
  const place = enumeration.typeName;
  const { options } = enumeration.annotation;
  const reserved = readReserved(options, place, -(2 ** 31), 2 ** 31 - 1, mistakes);
  const numbers = new Map<number, string>();
  const names = new Map<string, string>();
  const isProto3 = plans.editionOf(place) === "proto3";
  if (isProto3 && options.closed) {
    mistakes.add(
      place,
      `proto3 has no closed enums, and its file is declared as proto3. Leave the file's edition out.`,
    );
  } else if (
    (isProto3 || fileAnnotation(enumeration.object)?.edition === undefined) && !options.closed &&
    !enumeration.values.some((value) => value.number === 0)
  ) {
    mistakes.add(place, "it has no value that is 0, which stands for an unset field. Add one: UNSPECIFIED = 0.");
  }
  for (const { local, number, protoName } of enumeration.values) {
    const valuePlace = `${place}.${local}`;
    if (!Number.isInteger(number) || number < -(2 ** 31) || number > 2 ** 31 - 1) {
      mistakes.add(valuePlace, `${number} is no enum number. Use a whole number of 32 bits.`);
    }
    if (!isIdentifier(protoName)) {
      mistakes.add(valuePlace, `"${protoName}" is no protobuf name. Use letters, digits and _.`);
    }
    clash(names, protoName, valuePlace, "name", "Rename one of them.", mistakes);
    if (!options.allowAlias) {
      clash(numbers, number, valuePlace, "number", "Set { allowAlias: true } to allow that.", mistakes);
    }
    if (reserved) checkReserved(reserved, number, protoName, valuePlace, place, mistakes);
  }
}

function checkService(service: ResolvedService, mistakes: Mistakes): void {
  const names = new Map<string, string>();
  if (Object.keys(service.contract.methods).length === 0 && !fileAnnotation(service.contract)) {
    mistakes.add(
      service.typeName,
      "it has no methods. Decorate them with @Unary, @ServerStreaming, @ClientStreaming or @BidiStreaming.",
    );
  }
  for (const method of service.methods) {
    const place = `${service.typeName}.${method.property}`;
    if (!isIdentifier(method.protoName)) {
      mistakes.add(place, `"${method.protoName}" is no protobuf name. Set { name }.`);
    }
    clash(names, method.protoName, place, "name", "Set { name } of one of them.", mistakes);
  }
}

function clash<K>(
  taken: Map<K, string>,
  key: K,
  place: string,
  what: string,
  remedy: string,
  mistakes: Mistakes,
): void {
  const other = taken.get(key);
  if (other !== undefined) mistakes.add(place, `${what} ${String(key)} is taken by ${other}. ${remedy}`);
  else taken.set(key, place);
}

interface Reserved {
  readonly ranges: readonly (readonly [first: number, last: number])[];
  readonly names: ReadonlySet<string>;
}

/** What is reserved in a message or an enum; undefined where nothing is. */
function readReserved(
  options: MessageOptions | EnumOptions,
  place: string,
  min: number,
  max: number,
  mistakes: Mistakes,
): Reserved | undefined {
  if (options.reserved === undefined) return undefined;
  const ranges: (readonly [number, number])[] = [];
  const names = new Set<string>();
  for (const entry of options.reserved) {
    if (typeof entry === "string") {
      if (!isIdentifier(entry)) mistakes.add(place, `reserved name "${entry}" is no protobuf name.`);
      names.add(entry);
      continue;
    }
    const [first, last] = typeof entry === "number" ? [entry, entry] : entry;
    if (!Number.isInteger(first) || !Number.isInteger(last) || first < min || last > max || first > last) {
      mistakes.add(place, `reserved range ${first} to ${last} is no range of numbers from ${min} to ${max}.`);
    } else if (ranges.some(([a, b]) => first <= b && last >= a)) {
      mistakes.add(place, `reserved range ${first} to ${last} overlaps another one.`);
    } else ranges.push([first, last]);
  }
  return { ranges, names };
}

function checkReserved(
  { ranges, names }: Reserved,
  number: number,
  name: string,
  place: string,
  owner: string,
  mistakes: Mistakes,
): void {
  if (ranges.some(([first, last]) => number >= first && number <= last)) {
    mistakes.add(place, `number ${number} is reserved in ${owner}. Use another.`);
  }
  if (names.has(name)) mistakes.add(place, `name ${name} is reserved in ${owner}. Use another.`);
}

// Protobuf's files can't import each other in a circle, nor can packages that are one file each.
function checkFileCycles(schema: ResolvedSchema, plans: FilePlans, mistakes: Mistakes): void {
  if (plans.all.length < 2) return;
  const uses = new Map<string, Map<string, string>>();
  const use = (from: string, type: ResolvedType, why: string): void => {
    const typeName = type.kind === "message" ? type.message.typeName : undefined;
    const name = type.kind === "enum" ? type.enumeration.typeName : typeName;
    if (name === undefined) return;
    const shown = type.kind === "message" ? type.message.messageClass.name : name;
    const to = plans.nameOf(name);
    if (from === to) return;
    const targets = uses.get(from) ?? new Map<string, string>();
    if (!targets.has(to)) targets.set(to, `${why}, a ${shown}`);
    uses.set(from, targets);
  };
  for (const message of schema.messages) {
    const from = plans.nameOf(message.typeName);
    for (const { type, place } of message.fields) use(from, type, place);
  }
  for (const { extension, extendee, field } of schema.extensions) {
    const from = plans.nameOf(extension.typeName);
    for (const type of [extendee, field.type]) use(from, type, extension.typeName);
  }
  for (const service of schema.services) {
    const from = plans.nameOf(service.typeName);
    for (const { input, output, property } of service.methods) {
      for (const type of [input, output]) use(from, type, `${service.typeName}.${property}`);
    }
  }
  const cycle = findCycle(uses);
  if (cycle) {
    const steps = cycle.map(([from, to]) => `${from} uses ${to} in ${uses.get(from)?.get(to)}`);
    const [what, advice] = cycle.some(([name]) => name.endsWith(".proto"))
      ? ["files", "file"]
      : ["packages", "package"];
    mistakes.add(
      cycle[0][0],
      `${what} import each other in a circle: ${steps.join("; ")}. Move one of the types to another ${advice}.`,
    );
  }
}

function findCycle(uses: ReadonlyMap<string, ReadonlyMap<string, string>>): [string, string][] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): [string, string][] | undefined => {
    const start = path.indexOf(name);
    if (start >= 0) {
      const loop = path.slice(start);
      return loop.map((from, i) => [from, loop[(i + 1) % loop.length]]);
    }
    if (done.has(name)) return undefined;
    path.push(name);
    for (const to of uses.get(name)?.keys() ?? []) {
      const cycle = visit(to);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(name);
    return undefined;
  };
  for (const name of uses.keys()) {
    const cycle = visit(name);
    if (cycle) return cycle;
  }
  return undefined;
}
