// The type of a field: what the decorator names, else what metadata says, else what the initial value is. Where none says
// enough, the mistake says what to write.
import type { FieldAnnotation, FieldOptions, OneOfAnnotation, OneOfCases } from "./annotation.ts";
import { isClass, isDescEnum, isDescMessage, isEnumObject, isHeldType } from "./field_type.ts";
import { fileAnnotation, messageAnnotation } from "./annotation.ts";
import { toJsonName, toSnakeCase } from "./name.ts";
import { type Cardinality, describe, type ResolvedField, type ResolvedMessage, type ResolvedOneOf } from "./resolve.ts";
import type { ResolvedType, Resolver } from "./resolve.ts";
import {
  holdsNumber,
  holdsScalar,
  isMapKeyName,
  isScalarName,
  scalarHolder,
  type ScalarName,
  scalarNames,
} from "./scalar.ts";

/** Resolves the fields of one message. */
export class FieldResolver {
  readonly #resolver: Resolver;
  readonly #message: ResolvedMessage;
  readonly #className: string;

  constructor(resolver: Resolver, message: ResolvedMessage) {
    this.#resolver = resolver;
    this.#message = message;
    this.#className = message.messageClass.name || message.typeName;
  }

  run(): void {
    const { annotation, fields } = this.#message;
    // A declared file has the order of its source; else the order is that of numbers, below.
    if (fileAnnotation(this.#message.messageClass)) {
      for (const member of annotation.members) {
        if ("cases" in member) this.#oneof(member);
        else this.#add(this.#field(member));
      }
      return;
    }
    let last = 0;
    let inOrder = annotation.oneofs.length === 0;
    for (const field of annotation.fields) {
      const resolved = this.#field(field);
      if (!resolved) continue;
      this.#add(resolved);
      inOrder &&= resolved.number >= last;
      last = resolved.number;
    }
    for (const oneof of annotation.oneofs) this.#oneof(oneof);
    // Decorator dialects evaluate members in different orders; by number, the descriptor is always the same.
    if (!inOrder) fields.sort((a, b) => a.number - b.number);
  }

  #add(field: ResolvedField | undefined): void {
    if (!field) return;
    this.#message.fields.push(field);
    if (field.options.custom) this.#resolver.customs(field.options.custom);
  }

  #field(field: FieldAnnotation): ResolvedField | undefined {
    const place = this.#place(field.property);
    const initial = (this.#message.sample as Record<string, unknown>)[field.property];
    if (field.mapKey === undefined && (isMap(initial) || field.designType === Map)) {
      return this.#mistake(
        place,
        `a Map needs its key and value types. Write @Field(${field.number}, "string", "int32"), say.`,
      );
    }
    const named = field.type === undefined
      ? this.#derive(field, initial, place)
      : this.#named(field.type, field.number, place);
    const type = named && this.#held(named, field.options.as, place);
    if (!type) return undefined;
    if (field.mapKey !== undefined) {
      if (typeof field.mapKey !== "string" || !isScalarName(field.mapKey) || !isMapKeyName(field.mapKey)) {
        return this.#mistake(
          place,
          `${describe(field.mapKey)} can't be the key of a map. Use an integer type, "bool" or "string".`,
        );
      }
      if (initial !== undefined && isNotEmpty(initial)) return this.#notEmpty(place, "map");
      return this.#make(field.property, field.number, type, "map", field.options, place, field.mapKey);
    }
    const cardinality = this.#cardinality(field, type, initial);
    if (cardinality === "repeated" && isNotEmpty(initial)) return this.#notEmpty(place, "repeated field");
    if (initial !== undefined && cardinality !== "repeated" && !fits(type, initial)) {
      return this.#mistake(
        place,
        `it begins as ${describe(initial)}, which a ${
          typeLabel(type)
        } field can't hold. Change the initial value or the type.`,
      );
    }
    return this.#make(field.property, field.number, type, cardinality, field.options, place);
  }

  #oneof(annotation: OneOfAnnotation): void {
    const oneof: ResolvedOneOf = {
      property: annotation.property,
      protoName: annotation.options.name ?? toSnakeCase(annotation.property),
      options: annotation.options,
    };
    this.#message.oneofs.push(oneof);
    this.#resolver.customs(annotation.options.custom);
    const cases = Object.entries(annotation.cases);
    if (cases.length === 0) {
      this.#resolver.mistakes.add(
        this.#place(oneof.property),
        "the oneof has no cases. Add one: { card: [10, () => Card] }.",
      );
    }
    for (const [name, value] of cases) {
      const place = this.#place(`${oneof.property}.${name}`);
      if (!Array.isArray(value)) {
        this.#mistake(place, `${describe(value)} is no case. Write number and type: ${name}: [10, "string"], say.`);
        continue;
      }
      const [number, named, options] = value as OneOfCases[string];
      const wire = this.#named(named, number, place);
      const type = wire && this.#held(wire, options?.as, place);
      if (type) {
        this.#add(this.#make(name, number, type, "optional", options ?? {}, place, undefined, oneof));
      }
    }
  }

  #make(
    property: string,
    number: number,
    type: ResolvedType,
    cardinality: Cardinality,
    options: FieldOptions,
    place: string,
    mapKey?: ResolvedField["mapKey"],
    oneof?: ResolvedOneOf,
  ): ResolvedField {
    const protoName = options.name ?? toSnakeCase(property);
    const jsonName = options.jsonName ?? toJsonName(protoName);
    return { property, protoName, jsonName, number, cardinality, type, mapKey, oneof, options, place };
  }

  #cardinality(field: FieldAnnotation, type: ResolvedType, initial: unknown): Cardinality {
    if (field.options.repeated || Array.isArray(initial) || field.designType === Array) return "repeated";
    if (field.options.optional !== undefined) return field.options.optional ? "optional" : "implicit";
    if (isMessageType(type)) return "optional";
    // A peer's explicit zero must not be read as the class's own initial value, so such a field needs presence.
    return initial === undefined || !isZero(initial) ? "optional" : "implicit";
  }

  #named(type: unknown, number: number, place: string): ResolvedType | undefined {
    if (typeof type === "string") {
      if (isScalarName(type)) return scalarTypes[type];
      return this.#mistake(
        place,
        `"${type}" is no type. Scalar types: ${scalarNames.join(", ")}; anything else by its class.`,
      );
    }
    const named = this.#resolver.unwrap(type, place);
    if (named === undefined) return undefined;
    if (named === Date) return { kind: "date" };
    if (named === Number) return this.#ambiguous(number, "number", place);
    if (named === BigInt) return this.#ambiguous(number, "bigint", place);
    if (isHeldType(named)) return { kind: "held", held: named, desc: this.#resolver.foreign(named.desc) };
    if (isDescEnum(named)) return { kind: "desc_enum", desc: this.#resolver.foreign(named) };
    if (isDescMessage(named) || isClass(named)) return this.#resolver.messageType(named, place);
    const enumeration = typeof named === "object" && named !== null ? this.#resolver.enumeration(named) : undefined;
    if (enumeration) return { kind: "enum", enumeration };
    if (isEnumObject(named)) {
      return this.#mistake(
        place,
        `its enum { ${
          Object.keys(named).filter((k) => !/^\d/.test(k)).slice(0, 3).join(", ")
        } } has no name. Declare it: Enum("package.Name", TheEnum).`,
      );
    }
    return this.#mistake(
      place,
      `${describe(named)} is no type. Name a scalar, a class decorated with @Message, an enum or Date.`,
    );
  }

  #held(type: ResolvedType, as: unknown, place: string): ResolvedType | undefined {
    if (as === undefined) return type;
    if (as === "number" && type.kind === "scalar" && scalarHolder(type.scalar) === "bigint") {
      return { ...type, asNumber: true };
    }
    return this.#mistake(
      place,
      `a ${typeLabel(type)} field can't be held as ${describe(as)}. Only integers of 64 bits can: { as: "number" }.`,
    );
  }

  #derive(field: FieldAnnotation, initial: unknown, place: string): ResolvedType | undefined {
    const design = field.designType;
    if (design === String || typeof initial === "string") return scalarTypes.string;
    if (design === Boolean || typeof initial === "boolean") return scalarTypes.bool;
    if (design === Uint8Array || initial instanceof Uint8Array) return scalarTypes.bytes;
    if (design === Date || initial instanceof Date) return { kind: "date" };
    if (design === Number || typeof initial === "number") return this.#ambiguous(field.number, "number", place);
    if (design === BigInt || typeof initial === "bigint") return this.#ambiguous(field.number, "bigint", place);
    if (design === Array || Array.isArray(initial)) {
      return this.#mistake(
        place,
        `an array does not say what its elements are. Write @Field(${field.number}, "string"), say.`,
      );
    }
    const messageClass = isClass(design) && design !== Object ? design : (initial as object | undefined)?.constructor;
    if (isClass(messageClass) && messageAnnotation(messageClass)) {
      return this.#resolver.messageType(messageClass, place);
    }
    return this.#mistake(
      place,
      initial === undefined
        ? `nothing says its type: no type is named and it has no initial value. Write @Field(${field.number}, "string") or @Field(${field.number}, () => Type), say.`
        : `${
          describe(initial)
        } says no protobuf type. Name it: @Field(${field.number}, "string") or @Field(${field.number}, () => Type), say.`,
    );
  }

  #ambiguous(number: number, holder: "number" | "bigint", place: string): undefined {
    const fitting = scalarNames.filter((name) => scalarHolder(name) === holder);
    return this.#mistake(
      place,
      `a ${holder} can be ${fitting.join(", ")}. Name one: @Field(${number}, "${
        holder === "bigint" ? "int64" : "int32"
      }").`,
    );
  }

  #notEmpty(place: string, what: string): undefined {
    return this.#mistake(place, `a ${what} can't begin with values: protobuf has no default for it. Begin it empty.`);
  }

  #mistake(place: string, text: string): undefined {
    this.#resolver.mistakes.add(place, text);
    return undefined;
  }

  #place(property: string): string {
    return `${this.#className}.${property}`;
  }
}

// One for all fields of a type: a schema has thousands.
const scalarTypes = Object.fromEntries(scalarNames.map((scalar) => [scalar, { kind: "scalar", scalar }])) as {
  readonly [N in ScalarName]: ResolvedType;
};

function isMap(value: unknown): value is Map<unknown, unknown> {
  return typeof value === "object" && value instanceof Map;
}

function isNotEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isMap(value)) return value.size > 0;
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

function isZero(value: unknown): boolean {
  if (typeof value === "object") return value instanceof Uint8Array && value.length === 0;
  return value === "" || value === false || value === 0n || Object.is(value, 0);
}

function fits(type: ResolvedType, value: unknown): boolean {
  switch (type.kind) {
    case "scalar":
      return type.asNumber ? holdsNumber(type.scalar, value) : holdsScalar(type.scalar, value);
    case "enum":
    case "desc_enum":
      return holdsScalar("int32", value);
    case "date":
      return value instanceof Date;
    case "message":
      return value instanceof type.message.messageClass;
    case "desc_message":
      return value !== null;
    case "held":
      return typeof value !== "object";
  }
}

/** Whether values of a type are messages on the wire, which have presence whatever else is said. */
export function isMessageType({ kind }: ResolvedType): boolean {
  return kind === "message" || kind === "desc_message" || kind === "date" || kind === "held";
}

/** The name of a type, as a mistake shows it. */
export function typeLabel(type: ResolvedType): string {
  switch (type.kind) {
    case "scalar":
      return type.scalar;
    case "enum":
      return type.enumeration.typeName;
    case "message":
      return type.message.typeName;
    case "date":
      return "google.protobuf.Timestamp";
    default:
      return type.desc.typeName;
  }
}
