// From a FileDescriptorProto to descriptors in protobuf-es's form, whose functions take them: as its registries make them, but
// without what those check and carry. Types are looked up among those that are linked already.
import type {
  DescEnum,
  DescExtension,
  DescField,
  DescFile,
  DescMessage,
  DescMethod,
  DescOneof,
  DescService,
  ScalarType,
} from "@bufbuild/protobuf";
import type {
  DescriptorProto,
  EnumDescriptorProto,
  FieldDescriptorProto,
  FileDescriptorProto,
  MethodDescriptorProto,
  ServiceDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import { defaultValue } from "./default_value.ts";
import { editionNumber, fieldLabel, fieldPresence, fieldType, idempotencyLevel } from "./descriptor_number.ts";
import { enumPrefix } from "./enum_prefix.ts";
import { featureOf } from "./feature.ts";
import { toJsonName } from "./name.ts";

/** What a file can declare. */
export type DescType = DescMessage | DescEnum | DescExtension | DescService;

type Scope = DescMessage | DescFile;
type Kind = "scalar" | "enum" | "message";

/** A field whose properties are still being set. */
interface FieldInProgress {
  [property: string]: unknown;
  enum: DescEnum | undefined;
}

/**
 * Links a file whose imports are linked.
 *
 * @param files the files so far, by their paths
 * @param types what they declare, by full name; what the file declares is added.
 * @throws Error where an import or a type is missing.
 */
export function linkFile(
  proto: FileDescriptorProto,
  files: ReadonlyMap<string, DescFile>,
  types: Map<string, DescType>,
): DescFile {
  return new Linker(proto, files, types).link();
}

class Linker {
  readonly #file: DescFile;
  readonly #types: Map<string, DescType>;
  /** The entries of maps, which are no types of their own. */
  readonly #entries = new Map<string, DescriptorProto>();
  readonly #messages: DescMessage[] = [];

  constructor(proto: FileDescriptorProto, files: ReadonlyMap<string, DescFile>, types: Map<string, DescType>) {
    this.#types = types;
    const edition = proto.syntax === "editions" ? proto.edition : editionNumber[proto.syntax as "proto3"];
    this.#file = {
      kind: "file",
      proto,
      deprecated: proto.options?.deprecated ?? false,
      edition: (edition ?? editionNumber.proto2) as DescFile["edition"],
      name: proto.name.replace(/\.proto$/, ""),
      dependencies: proto.dependency.map((path) => {
        const file = files.get(path);
        if (!file) throw new Error(`${proto.name}: its import ${path} is missing. Import it before.`);
        return file;
      }),
      enums: [],
      messages: [],
      extensions: [],
      services: [],
      toString: () => `file ${proto.name}`,
    };
  }

  link(): DescFile {
    const file = this.#file;
    const { proto } = file;
    for (const each of proto.enumType) file.enums.push(this.#enum(each, undefined));
    for (const each of proto.messageType) file.messages.push(this.#message(each, undefined));
    for (const each of proto.service) file.services.push(this.#service(each));
    for (const each of proto.extension) file.extensions.push(this.#extension(each, file));
    for (const message of this.#messages) {
      this.#addFields(message);
      for (const each of message.proto.extension) message.nestedExtensions.push(this.#extension(each, message));
    }
    return file;
  }

  #typeName(name: string, parent: DescMessage | undefined): string {
    const scope = parent ? parent.typeName : this.#file.proto.package;
    return scope === "" ? name : `${scope}.${name}`;
  }

  #find<K extends DescType["kind"]>(kind: K, reference: string): DescType & { kind: K } {
    const desc = this.#types.get(reference.slice(1));
    if (desc?.kind !== kind) throw new Error(`${this.#file.proto.name}: it has no ${kind} ${reference.slice(1)}.`);
    return desc as DescType & { kind: K };
  }

  #enum(proto: EnumDescriptorProto, parent: DescMessage | undefined): DescEnum {
    const typeName = this.#typeName(proto.name, parent);
    const sharedPrefix = enumPrefix(proto);
    const desc: DescEnum = {
      kind: "enum",
      proto,
      deprecated: proto.options?.deprecated ?? false,
      file: this.#file,
      parent,
      open: featureOf("enumType", proto.options, parent ?? this.#file) === 1,
      name: proto.name,
      typeName,
      value: {},
      values: [],
      sharedPrefix,
      toString: () => `enum ${typeName}`,
    };
    for (const each of proto.value) {
      const { name, number } = each;
      desc.values.push({
        kind: "enum_value",
        proto: each,
        deprecated: each.options?.deprecated ?? false,
        parent: desc,
        name,
        localName: safeName(name.slice(sharedPrefix?.length ?? 0)),
        number,
        jsonName: name,
        toString: () => `enum value ${typeName}.${name}`,
      });
    }
    // Of several names for a number, the first counts.
    for (const value of desc.values) desc.value[value.number] ??= value;
    this.#types.set(typeName, desc);
    return desc;
  }

  #message(proto: DescriptorProto, parent: DescMessage | undefined): DescMessage {
    const typeName = this.#typeName(proto.name, parent);
    const desc: DescMessage = {
      kind: "message",
      proto,
      deprecated: proto.options?.deprecated ?? false,
      file: this.#file,
      parent,
      name: proto.name,
      typeName,
      fields: [],
      field: {},
      oneofs: [],
      members: [],
      nestedEnums: [],
      nestedMessages: [],
      nestedExtensions: [],
      toString: () => `message ${typeName}`,
    };
    this.#types.set(typeName, desc);
    this.#messages.push(desc);
    for (const each of proto.enumType) desc.nestedEnums.push(this.#enum(each, desc));
    for (const each of proto.nestedType) {
      if (each.options?.mapEntry) this.#entries.set(`.${typeName}.${each.name}`, each);
      else desc.nestedMessages.push(this.#message(each, desc));
    }
    return desc;
  }

  #service(proto: ServiceDescriptorProto): DescService {
    const typeName = this.#typeName(proto.name, undefined);
    const desc: DescService = {
      kind: "service",
      proto,
      deprecated: proto.options?.deprecated ?? false,
      file: this.#file,
      name: proto.name,
      typeName,
      methods: [],
      method: {},
      toString: () => `service ${typeName}`,
    };
    for (const each of proto.method) {
      const method = this.#method(each, desc);
      desc.methods.push(method);
      desc.method[method.localName] = method;
    }
    this.#types.set(typeName, desc);
    return desc;
  }

  #method(proto: MethodDescriptorProto, parent: DescService): DescMethod {
    const { name, clientStreaming, serverStreaming, options } = proto;
    const streaming = clientStreaming ? serverStreaming ? "bidi" : "client" : serverStreaming ? "server" : undefined;
    return {
      kind: "rpc",
      proto,
      deprecated: options?.deprecated ?? false,
      parent,
      name,
      localName: safeName(name.charAt(0).toLowerCase() + name.slice(1)),
      methodKind: streaming ? `${streaming}_streaming` : "unary",
      input: this.#find("message", proto.inputType),
      output: this.#find("message", proto.outputType),
      idempotency: options?.idempotencyLevel ?? idempotencyLevel.IDEMPOTENCY_UNKNOWN,
      toString: () => `rpc ${parent.typeName}.${name}`,
    } as DescMethod;
  }

  #addFields(message: DescMessage): void {
    const { proto, typeName } = message;
    const oneofs = proto.oneofDecl.map((each): DescOneof => ({
      kind: "oneof",
      proto: each,
      deprecated: false,
      parent: message,
      fields: [],
      name: each.name,
      localName: safeName(toJsonName(each.name)),
      toString: () => `oneof ${typeName}.${each.name}`,
    }));
    for (const each of proto.field) {
      // The oneof of an optional field of proto3 is there for readers of old.
      const isIn = Object.hasOwn(each, "oneofIndex") && !each.proto3Optional;
      const oneof = isIn ? oneofs[each.oneofIndex] : undefined;
      const field = this.#field(each, message, oneof);
      message.fields.push(field);
      message.field[field.localName] = field;
      if (!oneof) message.members.push(field);
      else if (oneof.fields.push(field) === 1) message.members.push(oneof);
    }
    message.oneofs.push(...oneofs.filter(({ fields }) => fields.length > 0));
  }

  #field(proto: FieldDescriptorProto, parent: DescMessage, oneof: DescOneof | undefined): DescField {
    const localName = toJsonName(proto.name);
    const field = this.#fieldType("field", proto, parent, oneof, () => `field ${parent.typeName}.${proto.name}`);
    field.parent = parent;
    field.oneof = oneof;
    field.localName = oneof ? localName : safeName(localName);
    field.jsonName = proto.jsonName;
    return field as unknown as DescField;
  }

  #extension(proto: FieldDescriptorProto, scope: Scope): DescExtension {
    const parent = scope.kind === "message" ? scope : undefined;
    const typeName = this.#typeName(proto.name, parent);
    const field = this.#fieldType("extension", proto, scope, undefined, () => `extension ${typeName}`);
    field.file = this.#file;
    field.parent = parent;
    field.oneof = undefined;
    field.typeName = typeName;
    field.jsonName = `[${typeName}]`;
    field.extendee = this.#find("message", proto.extendee);
    const desc = field as unknown as DescExtension;
    this.#types.set(typeName, desc);
    return desc;
  }

  /** What fields and extensions have in common. */
  #fieldType(
    kind: "field" | "extension",
    proto: FieldDescriptorProto,
    scope: Scope,
    oneof: DescOneof | undefined,
    toString: () => string,
  ): FieldInProgress {
    const { label, options } = proto;
    const type: number = proto.type;
    const isMessage = type === fieldType.message || type === fieldType.group;
    const isRepeated = label === fieldLabel.repeated;
    const entry = isRepeated && type === fieldType.message ? this.#entries.get(proto.typeName) : undefined;
    const field: FieldInProgress = {
      kind,
      proto,
      deprecated: options?.deprecated ?? false,
      name: proto.name,
      number: proto.number,
      fieldKind: "scalar",
      scalar: undefined,
      message: undefined,
      enum: undefined,
      presence: presenceOf(proto, scope, oneof !== undefined || kind === "extension", isMessage),
      utf8Validation: featureOf("utf8Validation", options, scope) === 2,
      listKind: undefined,
      mapKind: undefined,
      mapKey: undefined,
      delimitedEncoding: undefined,
      packed: undefined,
      longAsString: false,
      getDefaultValue: undefined,
      toString,
    };
    if (entry) {
      const [key, value] = entry.field;
      field.fieldKind = "map";
      field.mapKey = key.type;
      field.mapKind = this.#setType(field, value);
      field.delimitedEncoding = false;
      return field;
    }
    const valueKind = this.#setType(field, proto);
    if (isMessage) {
      field.delimitedEncoding = type === fieldType.group || featureOf("messageEncoding", options, scope) === 2;
    }
    if (valueKind === "scalar") field.longAsString = options?.jstype === 1;
    if (isRepeated) {
      field.fieldKind = "list";
      field.listKind = valueKind;
      field.packed = isPacked(proto, scope, isMessage);
      return field;
    }
    field.fieldKind = valueKind;
    const values = field.enum?.values;
    field.getDefaultValue = () => {
      if (isMessage || !Object.hasOwn(proto, "defaultValue")) return undefined;
      const text = proto.defaultValue;
      return values ? values.find((value) => value.name === text)?.number : defaultValue(type as ScalarType, text);
    };
    return field;
  }

  #setType(field: FieldInProgress, { type, typeName }: FieldDescriptorProto): Kind {
    switch (type as number) {
      case fieldType.message:
      case fieldType.group:
        field.message = this.#find("message", typeName);
        return "message";
      case fieldType.enum:
        field.enum = this.#find("enum", typeName);
        return "enum";
      default:
        field.scalar = type;
        return "scalar";
    }
  }
}

/** https://protobuf.dev/programming-guides/field_presence/ */
function presenceOf(proto: FieldDescriptorProto, scope: Scope, isExplicit: boolean, isMessage: boolean): number {
  if (proto.label === fieldLabel.required) return fieldPresence.legacyRequired;
  if (proto.label === fieldLabel.repeated) return fieldPresence.implicit;
  if (isExplicit || proto.proto3Optional) return fieldPresence.explicit;
  const presence = featureOf("fieldPresence", proto.options, scope);
  return isMessage && presence === fieldPresence.implicit ? fieldPresence.explicit : presence;
}

function isPacked(proto: FieldDescriptorProto, scope: Scope, isMessage: boolean): boolean {
  const { options } = proto;
  const type: number = proto.type;
  // What has a length can't be packed: text (9), bytes (12) and messages.
  if (isMessage || type === 9 || type === 12) return false;
  return options && Object.hasOwn(options, "packed")
    ? options.packed
    : featureOf("repeatedFieldEncoding", options, scope) === 1;
}

// Names that objects have already.
function safeName(name: string): string {
  return ["constructor", "toString", "toJSON", "valueOf"].includes(name) ? `${name}$` : name;
}
