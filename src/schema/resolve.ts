// From annotations to a resolved schema: every type is found, every name settled, starting from services and messages and
// following fields. What can't be resolved is noted as a mistake and left out; protobuf's own law is checked in check.ts.
import type { DescEnum, DescMessage, DescService } from "@bufbuild/protobuf";
import {
  type EnumAnnotation,
  enumAnnotation,
  type FieldOptions,
  type MessageAnnotation,
  messageAnnotation,
  type MethodKind,
  type MethodOptions,
  type OneOfOptions,
  type ServiceAnnotation,
} from "./annotation.ts";
import { isClass, isDescMessage, type MessageClass, unwrapThunk } from "./field_type.ts";
import { FieldResolver } from "./resolve_field.ts";
import type { Mistakes } from "./mistake.ts";
import { shortName, toPascalCase, toUpperSnakeCase } from "./name.ts";
import type { MapKeyName, ScalarName } from "./scalar.ts";

/** A message type: a class of the user's, or a descriptor of protobuf-es. */
export type ResolvedMessageType =
  | { readonly kind: "message"; readonly message: ResolvedMessage }
  | { readonly kind: "desc_message"; readonly desc: DescMessage };

/** The type of a field. `date` marks a Timestamp that is held in a Date. */
export type ResolvedType =
  | ResolvedMessageType
  | { readonly kind: "date" }
  | { readonly kind: "scalar"; readonly scalar: ScalarName }
  | { readonly kind: "enum"; readonly enumeration: ResolvedEnum }
  | { readonly kind: "desc_enum"; readonly desc: DescEnum };

/** How many values a field holds, and whether its absence is known: `implicit` is proto3's singular field without presence. */
export type Cardinality = "implicit" | "optional" | "repeated" | "map";

/** A field whose type is known. */
export interface ResolvedField {
  /** The property of the class; for a case of a oneof, the name of the case. */
  readonly property: string;
  readonly protoName: string;
  readonly jsonName: string;
  readonly number: number;
  readonly cardinality: Cardinality;
  readonly type: ResolvedType;
  /** Present for maps. */
  readonly mapKey: MapKeyName | undefined;
  readonly oneof: ResolvedOneOf | undefined;
  readonly options: FieldOptions;
  /** Where to point in a mistake: `Order.total`. */
  readonly place: string;
}

/** A oneof, known by its property. */
export interface ResolvedOneOf {
  readonly property: string;
  readonly protoName: string;
  readonly options: OneOfOptions;
}

/** A message class with its fields. */
export interface ResolvedMessage {
  readonly typeName: string;
  readonly messageClass: MessageClass;
  readonly annotation: MessageAnnotation;
  /** An instance as its constructor leaves it. */
  readonly sample: object;
  readonly fields: ResolvedField[];
  readonly oneofs: ResolvedOneOf[];
}

/** An enum with the protobuf names of its values, zero first. */
export interface ResolvedEnum {
  readonly typeName: string;
  readonly annotation: EnumAnnotation;
  readonly values: ReadonlyArray<{ readonly local: string; readonly protoName: string; readonly number: number }>;
}

/** A method with its message types. */
export interface ResolvedMethod {
  readonly property: string;
  readonly protoName: string;
  readonly kind: MethodKind;
  readonly input: ResolvedMessageType;
  readonly output: ResolvedMessageType;
  readonly options: MethodOptions;
}

/** A service with its methods. */
export interface ResolvedService {
  readonly typeName: string;
  readonly contract: ServiceAnnotation;
  readonly methods: ResolvedMethod[];
}

/** Everything that a set of services and messages reaches. */
export interface ResolvedSchema {
  readonly messages: readonly ResolvedMessage[];
  readonly enums: readonly ResolvedEnum[];
  readonly services: readonly ResolvedService[];
  /** Descriptors of protobuf-es that fields, methods and the caller name. */
  readonly foreign: ReadonlySet<DescMessage | DescEnum | DescService>;
}

/** Resolves services and messages, and all that they reach. Mistakes are noted in `mistakes`. */
export function resolve(
  contracts: readonly (ServiceAnnotation | DescService)[],
  messageClasses: readonly (MessageClass | DescMessage)[],
  mistakes: Mistakes,
): ResolvedSchema {
  return new Resolver(mistakes).run(contracts, messageClasses);
}

/** Follows types from services and messages; one for each schema. */
export class Resolver {
  readonly mistakes: Mistakes;
  readonly #messages = new Map<object, ResolvedMessage>();
  readonly #enums = new Map<object, ResolvedEnum>();
  readonly #foreign = new Set<DescMessage | DescEnum | DescService>();
  readonly #queue: ResolvedMessage[] = [];

  constructor(mistakes: Mistakes) {
    this.mistakes = mistakes;
  }

  run(
    contracts: readonly (ServiceAnnotation | DescService)[],
    messageClasses: readonly (MessageClass | DescMessage)[],
  ): ResolvedSchema {
    const services: ResolvedService[] = [];
    for (const contract of contracts) {
      if ("kind" in contract) this.#foreign.add(contract);
      else services.push(this.#service(contract));
    }
    for (const messageClass of messageClasses) this.messageType(messageClass, "messages");
    // A message's fields wait here until the one before is done: types may refer to each other in a circle.
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) new FieldResolver(this, next).run();
    return {
      messages: [...this.#messages.values()],
      enums: [...this.#enums.values()],
      services,
      foreign: this.#foreign,
    };
  }

  /** Resolves what names a message. Answers undefined after a mistake. */
  messageType(type: unknown, place: string): ResolvedMessageType | undefined {
    const named = this.unwrap(type, place);
    if (isDescMessage(named)) return { kind: "desc_message", desc: this.foreign(named) };
    if (isClass(named)) {
      const message = this.message(named, place);
      return message && { kind: "message", message };
    }
    if (named !== undefined) {
      this.mistakes.add(place, `${describe(named)} is no message. Name a class decorated with @Message.`);
    }
    return undefined;
  }

  /** Resolves a message class; its fields follow later. Answers undefined after a mistake. */
  message(messageClass: MessageClass, place: string): ResolvedMessage | undefined {
    const known = this.#messages.get(messageClass);
    if (known) return known;
    const annotation = messageAnnotation(messageClass);
    if (!annotation) {
      this.mistakes.add(
        place,
        `class ${messageClass.name} is no message. Decorate it with @Message("package.${messageClass.name}").`,
      );
      return undefined;
    }
    if (typeof annotation.typeName !== "string") {
      this.mistakes.add(messageClass.name, `it has no name. Write @Message("package.${messageClass.name}").`);
      return undefined;
    }
    const sample = this.#sample(messageClass, annotation);
    const message: ResolvedMessage = {
      typeName: annotation.typeName,
      messageClass,
      annotation,
      sample: sample ?? {},
      fields: [],
      oneofs: [],
    };
    this.#messages.set(messageClass, message);
    // Without an instance nothing can be said of its fields, and one mistake is enough.
    if (sample) this.#queue.push(message);
    return message;
  }

  /** Resolves an enum object; undefined where it was never declared. */
  enumeration(object: object): ResolvedEnum | undefined {
    const known = this.#enums.get(object);
    if (known) return known;
    const annotation = enumAnnotation(object);
    if (!annotation) return undefined;
    const prefix = `${toUpperSnakeCase(shortName(annotation.typeName))}_`;
    const values = annotation.values.map(([local, number]) => {
      const name = toUpperSnakeCase(local);
      return { local, number, protoName: name.startsWith(prefix) ? name : prefix + name };
    });
    // proto3 wants zero first, which is also what a reader takes for the default.
    values.sort((a, b) => Number(b.number === 0) - Number(a.number === 0));
    const enumeration = { typeName: annotation.typeName, annotation, values };
    this.#enums.set(object, enumeration);
    return enumeration;
  }

  /** Notes a descriptor made elsewhere, whose file becomes an import. */
  foreign<D extends DescMessage | DescEnum>(desc: D): D {
    this.#foreign.add(desc);
    return desc;
  }

  /** Calls a thunk; a throw is a mistake. */
  unwrap(type: unknown, place: string): unknown {
    try {
      const named = unwrapThunk(type);
      if (named === undefined) {
        this.mistakes.add(place, `the type is undefined. In a circle of imports, name it by a thunk: () => Type.`);
      }
      return named;
    } catch (error) {
      this.mistakes.add(place, `the thunk that names the type threw: ${String(error)}`);
      return undefined;
    }
  }

  #service(contract: ServiceAnnotation): ResolvedService {
    const methods: ResolvedMethod[] = [];
    for (const [property, method] of Object.entries(contract.methods)) {
      const place = `${contract.typeName}.${property}`;
      if (!isMethod(method)) {
        this.mistakes.add(
          place,
          `${
            describe(method)
          } is no method. Declare it by unary(), serverStreaming(), clientStreaming() or bidiStreaming().`,
        );
        continue;
      }
      const input = this.messageType(method.input, `${place} (its request)`);
      const output = this.messageType(method.output, `${place} (its reply)`);
      if (!input || !output) continue;
      const protoName = method.options.name ?? toPascalCase(property);
      methods.push({ property, protoName, kind: method.kind, input, output, options: method.options });
    }
    return { typeName: contract.typeName, contract, methods };
  }

  #sample(messageClass: MessageClass, annotation: MessageAnnotation): object | undefined {
    try {
      return new messageClass();
    } catch (error) {
      this.mistakes.add(
        messageClass.name,
        `new ${messageClass.name}() threw: ${
          String(error)
        }. The class of ${annotation.typeName} must be constructible without arguments.`,
      );
      return undefined;
    }
  }
}

const methodKinds: readonly unknown[] = ["unary", "server_streaming", "client_streaming", "bidi_streaming"];

function isMethod(value: unknown): boolean {
  const { kind, options } = (value ?? {}) as { kind?: unknown; options?: unknown };
  return methodKinds.includes(kind) && typeof options === "object";
}

/** A value, as a mistake shows it: short, on one line. */
export function describe(value: unknown): string {
  if (isClass(value)) return `class ${value.name}`;
  if (Array.isArray(value)) return "an array";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object" && value !== null) {
    const name = value.constructor?.name;
    return name && name !== "Object"
      ? `a ${name}`
      : `an object with ${Object.keys(value).slice(0, 3).join(", ") || "no keys"}`;
  }
  return String(value);
}
