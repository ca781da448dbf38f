// From annotations to a resolved schema: every type is found, every name settled, starting from services and messages and
// following fields. What can't be resolved is noted as a mistake and left out; protobuf's own law is checked in check.ts.
import type { DescEnum, DescMessage, DescService } from "@bufbuild/protobuf";
import {
  contractOf,
  enumAnnotation,
  type FieldAnnotation,
  fileAnnotation,
  type MessageAnnotation,
  messageAnnotation,
  type ServiceAnnotation,
} from "./annotation.ts";
import { isClass, isDescMessage, type MessageClass, unwrapThunk } from "./field_type.ts";
import { FieldResolver } from "./resolve_field.ts";
import type { Extension } from "./extension.ts";
import type { Mistakes } from "./mistake.ts";
import { shortName, toPascalCase, toUpperSnakeCase } from "./name.ts";
import type { CustomOption } from "./option.ts";
import type { ImportableFile, ProtoFile } from "./proto_file.ts";

import type {
  ResolvedEnum,
  ResolvedExtension,
  ResolvedMessage,
  ResolvedMessageType,
  ResolvedMethod,
  ResolvedSchema,
  ResolvedService,
} from "./resolved.ts";

export type * from "./resolved.ts";

/** Resolves services and messages, and all that they reach. Mistakes are noted in `mistakes`. */
export function resolve(
  contracts: readonly (ServiceAnnotation | DescService)[],
  messageClasses: readonly (MessageClass | DescMessage)[],
  mistakes: Mistakes,
  files: readonly ProtoFile[] = [],
): ResolvedSchema {
  return new Resolver(mistakes).run(contracts, messageClasses, files);
}

/** Follows types from services and messages; one for each schema. */
export class Resolver {
  readonly mistakes: Mistakes;
  readonly #messages = new Map<object, ResolvedMessage>();
  readonly #enums = new Map<object, ResolvedEnum>();
  readonly #foreign = new Set<DescMessage | DescEnum | DescService>();
  readonly #services = new Map<ServiceAnnotation, ResolvedService>();
  readonly #extensions = new Map<Extension, ResolvedExtension>();
  readonly #files = new Set<ProtoFile>();
  /** Extensions that were come upon: their own options may lead back to them. */
  readonly #known = new Set<Extension>();
  readonly #queue: ResolvedMessage[] = [];

  constructor(mistakes: Mistakes) {
    this.mistakes = mistakes;
  }

  run(
    contracts: readonly (ServiceAnnotation | DescService)[],
    messageClasses: readonly (MessageClass | DescMessage)[],
    files: readonly ProtoFile[],
  ): ResolvedSchema {
    for (const file of files) this.#file(file);
    for (const contract of contracts) {
      if ("kind" in contract) this.#foreign.add(contract);
      else this.#service(contract);
    }
    for (const messageClass of messageClasses) this.messageType(messageClass, "messages");
    // A message's fields wait here until the one before is done: types may refer to each other in a circle.
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      new FieldResolver(this, next).run();
      this.customs(next.annotation.options.custom);
    }
    return {
      messages: [...this.#messages.values()],
      enums: this.#inOrder(this.#enums, ({ enums }) => enums),
      services: [...this.#services.values()],
      extensions: this.#inOrder(this.#extensions, ({ extensions }) => extensions),
      files: this.#files,
      foreign: this.#foreign,
    };
  }

  // Custom options may lead to an element before its file comes to it.
  #inOrder<K, V>(found: ReadonlyMap<K, V>, listOf: (file: ProtoFile) => readonly K[] | undefined): V[] {
    if (this.#files.size === 0) return [...found.values()];
    const keys = new Set([...[...this.#files].flatMap((file) => listOf(file) ?? []), ...found.keys()]);
    return [...keys].flatMap((key) => found.get(key) ?? []);
  }

  // All of a declared file is part of a schema that has anything of it, in the order of the file.
  #file(file: ProtoFile): void {
    if (this.#files.has(file)) return;
    this.#files.add(file);
    for (const imported of file.imports ?? []) {
      const of = importedFile(imported);
      if ("path" in of) this.#file(of);
    }
    for (const messageClass of file.messages ?? []) this.message(messageClass, file.path);
    for (const object of file.enums ?? []) {
      if (!this.enumeration(object)) {
        this.mistakes.add(file.path, `one of its enums has no name. Declare it: Enum("package.Name", TheEnum).`);
      }
    }
    for (const extension of file.extensions ?? []) this.#extension(extension);
    for (const service of file.services ?? []) {
      const contract = contractOf(service);
      if (contract) this.#service(contract);
      else {this.mistakes.add(
          file.path,
          `${describe(service)} declares no service. Decorate it with @Service("package.Name").`,
        );}
    }
    this.customs(file.custom);
  }

  /** Sees to it that the extensions of custom options are part of the schema. */
  customs(custom: readonly CustomOption[] | undefined): void {
    if (!custom) return;
    for (const { extension } of custom) if (extension) this.#extension(extension);
  }

  #extension(extension: Extension): void {
    if (this.#known.has(extension)) return;
    const file = fileAnnotation(extension);
    if (file && !this.#files.has(file)) return this.#file(file);
    this.#known.add(extension);
    const { typeName, annotation } = extension;
    const extendee = this.messageType(annotation.extends, `${typeName} (what it extends)`);
    const field: FieldAnnotation = {
      property: shortName(typeName),
      number: annotation.number,
      type: annotation.type,
      mapKey: undefined,
      designType: undefined,
      options: { ...annotation, name: shortName(typeName) },
    };
    // A message of this field alone, which no schema has.
    const holder: ResolvedMessage = {
      typeName,
      messageClass: class {},
      annotation: {
        typeName,
        messageClass: class {},
        options: {},
        fields: [field],
        oneofs: [],
        members: [field],
      },
      sample: {},
      fields: [],
      oneofs: [],
    };
    new FieldResolver(this, holder).run();
    const [resolved] = holder.fields;
    if (resolved && extendee) this.#extensions.set(extension, { extension, extendee, field: resolved });
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
    const file = fileAnnotation(messageClass);
    if (file && !this.#files.has(file)) {
      this.#file(file);
      return this.#messages.get(messageClass);
    }
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
    const file = fileAnnotation(object);
    if (file && !this.#files.has(file)) {
      this.#file(file);
      return this.#enums.get(object);
    }
    const annotation = enumAnnotation(object);
    if (!annotation) return undefined;
    const { options } = annotation;
    this.customs(options.custom);
    for (const value of Object.values(options.values ?? {})) this.customs(value.custom);
    const prefix = `${toUpperSnakeCase(shortName(annotation.typeName))}_`;
    const values = annotation.values.map(([local, number]) => {
      if (options.prefix === false) return { local, number, protoName: local };
      const name = toUpperSnakeCase(local);
      return { local, number, protoName: name.startsWith(prefix) ? name : prefix + name };
    });
    // proto3 wants zero first, which is also what a reader takes for the default. A declared file has an order of its own.
    if (!file) values.sort((a, b) => Number(b.number === 0) - Number(a.number === 0));
    const enumeration = { typeName: annotation.typeName, object, annotation, values };
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

  #service(contract: ServiceAnnotation): void {
    if (this.#services.has(contract)) return;
    const file = fileAnnotation(contract);
    if (file && !this.#files.has(file)) return this.#file(file);
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
    this.customs(contract.options.custom);
    for (const { options } of methods) this.customs(options.custom);
    this.#services.set(contract, { typeName: contract.typeName, contract, methods });
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

/** The file of an import. */
export function importedFile(imported: NonNullable<ProtoFile["imports"]>[number]): ImportableFile {
  if ("public" in imported) return imported.public;
  if ("weak" in imported) return imported.weak;
  return "option" in imported ? imported.option : imported;
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
