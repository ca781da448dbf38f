// From a resolved schema to one FileDescriptorProto a package, with the `doc` texts as its source comments. Message fields
// refer to types by full name, as protoc writes descriptors. Syntax: proto3.
import { create, type DescEnum, type DescFile, type DescMessage } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  EnumDescriptorProtoSchema,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  FieldOptionsSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  MessageOptionsSchema,
  type MethodDescriptorProto,
  MethodDescriptorProtoSchema,
  MethodOptions_IdempotencyLevel,
  MethodOptionsSchema,
  OneofDescriptorProtoSchema,
  ServiceDescriptorProtoSchema,
  type SourceCodeInfo_Location,
  SourceCodeInfo_LocationSchema,
  TimestampSchema,
} from "@bufbuild/protobuf/wkt";
import { mapEntryName, packageOf, scopeName, shortName } from "./name.ts";
import type {
  ResolvedEnum,
  ResolvedField,
  ResolvedMessage,
  ResolvedMethod,
  ResolvedSchema,
  ResolvedService,
  ResolvedType,
} from "./resolve.ts";
import { scalarType } from "./scalar.ts";

/** A file to be, and the files made elsewhere that it imports. */
export interface FileDraft {
  readonly proto: FileDescriptorProto;
  readonly foreign: readonly DescFile[];
}

/** The files of a schema, one a package, in the order in which their packages come up. */
export function draftFiles(schema: ResolvedSchema): FileDraft[] {
  const messageNames = new Set(schema.messages.map((message) => message.typeName));
  const packageName = (typeName: string): string => packageOf(typeName, (name) => messageNames.has(name));
  const scopes = new Scopes(schema);
  const names = [...schema.services, ...schema.messages, ...schema.enums].map((element) =>
    packageName(element.typeName)
  );
  return [...new Set(names)].map((name) => new FileBuilder(name, packageName, schema, scopes).build());
}

/** The path of the file of a package: `shop.v1` is `shop/v1/shop.proto`. */
export function filePath(packageName: string): string {
  const parts = packageName.split(".");
  const name = [...parts].reverse().find((part) => !/^v\d+((alpha|beta|test)\d*)?$/.test(part)) ?? parts[0];
  return packageName === "" ? "schema.proto" : `${parts.join("/")}/${name}.proto`;
}

// Field numbers in descriptor.proto, which make the paths of comments.
const path = {
  messageType: 4,
  enumType: 5,
  service: 6,
  field: 2,
  nestedType: 3,
  nestedEnum: 4,
  oneof: 8,
  value: 2,
  method: 2,
};

/** Messages and enums by the name that they are declared in: a package's or a message's. */
class Scopes {
  readonly #messages: ReadonlyMap<string, ResolvedMessage[]>;
  readonly #enums: ReadonlyMap<string, ResolvedEnum[]>;

  constructor(schema: ResolvedSchema) {
    this.#messages = Map.groupBy(schema.messages, (message) => scopeName(message.typeName));
    this.#enums = Map.groupBy(schema.enums, (enumeration) => scopeName(enumeration.typeName));
  }

  messagesIn(scope: string): readonly ResolvedMessage[] {
    return this.#messages.get(scope) ?? [];
  }

  enumsIn(scope: string): readonly ResolvedEnum[] {
    return this.#enums.get(scope) ?? [];
  }
}

class FileBuilder {
  readonly #package: string;
  readonly #packageOf: (typeName: string) => string;
  readonly #schema: ResolvedSchema;
  readonly #scopes: Scopes;
  readonly #imports = new Set<string>();
  readonly #foreign = new Set<DescFile>();
  readonly #locations: SourceCodeInfo_Location[] = [];

  constructor(
    packageName: string,
    packageOf: (typeName: string) => string,
    schema: ResolvedSchema,
    scopes: Scopes,
  ) {
    this.#scopes = scopes;
    this.#package = packageName;
    this.#packageOf = packageOf;
    this.#schema = schema;
  }

  build(): FileDraft {
    const services = this.#schema.services
      .filter((service) => this.#packageOf(service.typeName) === this.#package)
      .map((service, i) => this.#service(service, [path.service, i]));
    const messages = this.#scopes.messagesIn(this.#package).map((message, i) =>
      this.#message(message, [path.messageType, i])
    );
    const enums = this.#scopes.enumsIn(this.#package).map((enumeration, i) =>
      this.#enum(enumeration, [path.enumType, i])
    );
    const proto = create(FileDescriptorProtoSchema, {
      name: filePath(this.#package),
      package: this.#package,
      syntax: "proto3",
      dependency: [...this.#imports].sort(),
      sourceCodeInfo: { location: this.#locations },
    });
    proto.messageType = messages;
    proto.enumType = enums;
    proto.service = services;
    return { proto, foreign: [...this.#foreign] };
  }

  #message(message: ResolvedMessage, at: number[]): DescriptorProto {
    const { doc, deprecated, reserved } = message.annotation.options;
    this.#comment(doc, at);
    const oneofs = message.oneofs.map((oneof, i) => {
      this.#comment(oneof.options.doc, at, path.oneof, i);
      return create(OneofDescriptorProtoSchema, { name: oneof.protoName });
    });
    const entries: DescriptorProto[] = [];
    const fields = message.fields.map((field, i) => {
      this.#comment(field.options.doc, at, path.field, i);
      const proto = this.#field(field);
      if (field.oneof) proto.oneofIndex = message.oneofs.indexOf(field.oneof);
      else if (field.cardinality === "optional" && hasSyntheticOneof(field.type)) {
        // descriptor.proto: an optional scalar of proto3 is alone in a oneof that is named after it.
        proto.proto3Optional = true;
        proto.oneofIndex = oneofs.push(create(OneofDescriptorProtoSchema, { name: `_${field.protoName}` })) - 1;
      }
      if (field.cardinality === "map") entries.push(this.#mapEntry(message, field, proto));
      return proto;
    });
    const nested = this.#scopes.messagesIn(message.typeName).map((child, i) =>
      this.#message(child, [...at, path.nestedType, i])
    );
    const proto = create(
      DescriptorProtoSchema,
      reserved === undefined ? undefined : {
        // Ends of reserved ranges of messages are exclusive.
        reservedRange: reserved.filter((entry) => typeof entry !== "string")
          .map((entry) => typeof entry === "number" ? [entry, entry] as const : entry)
          .map(([start, last]) => ({ start, end: last + 1 })),
        reservedName: reserved.filter((entry) => typeof entry === "string"),
      },
    );
    proto.name = shortName(message.typeName);
    proto.field = fields;
    proto.oneofDecl = oneofs;
    proto.nestedType = nested.length === 0 ? entries : [...nested, ...entries];
    proto.enumType = this.#scopes.enumsIn(message.typeName).map((child, i) =>
      this.#enum(child, [...at, path.nestedEnum, i])
    );
    if (deprecated) proto.options = create(MessageOptionsSchema, { deprecated });
    return proto;
  }

  #field(field: ResolvedField): FieldDescriptorProto {
    const { deprecated, packed } = field.options;
    const repeated = field.cardinality === "repeated" || field.cardinality === "map";
    const label = repeated ? FieldDescriptorProto_Label.REPEATED : FieldDescriptorProto_Label.OPTIONAL;
    const proto = this.#singular(field.protoName, field.number, field.jsonName, label, field.type);
    if (deprecated || packed !== undefined) proto.options = create(FieldOptionsSchema, { deprecated, packed });
    return proto;
  }

  // Set one by one, as are all that come in great numbers: reading an object with initial values takes several times longer.
  #singular(
    name: string,
    number: number,
    jsonName: string,
    label: FieldDescriptorProto_Label,
    type: ResolvedType,
  ): FieldDescriptorProto {
    const proto = create(FieldDescriptorProtoSchema);
    proto.name = name;
    proto.number = number;
    proto.jsonName = jsonName;
    proto.label = label;
    proto.type = typeNumber(type);
    const typeName = this.#typeName(type);
    if (typeName !== undefined) proto.typeName = typeName;
    return proto;
  }

  // A map is a repeated field of entry messages with a key and a value.
  #mapEntry(message: ResolvedMessage, field: ResolvedField, proto: FieldDescriptorProto): DescriptorProto {
    const name = mapEntryName(field.protoName);
    proto.type = FieldDescriptorProto_Type.MESSAGE;
    proto.typeName = `.${message.typeName}.${name}`;
    const key: ResolvedType = { kind: "scalar", scalar: field.mapKey ?? "string" };
    const entry = create(DescriptorProtoSchema);
    entry.name = name;
    entry.options = create(MessageOptionsSchema, { mapEntry: true });
    entry.field.push(this.#singular("key", 1, "key", FieldDescriptorProto_Label.OPTIONAL, key));
    entry.field.push(this.#singular("value", 2, "value", FieldDescriptorProto_Label.OPTIONAL, field.type));
    return entry;
  }

  #enum(enumeration: ResolvedEnum, at: number[]): ReturnType<typeof create<typeof EnumDescriptorProtoSchema>> {
    const { doc, docs = {}, deprecated, allowAlias, reserved = [] } = enumeration.annotation.options;
    this.#comment(doc, at);
    enumeration.values.forEach(({ local }, i) => this.#comment(docs[local], at, path.value, i));
    return create(EnumDescriptorProtoSchema, {
      name: shortName(enumeration.typeName),
      value: enumeration.values.map(({ protoName, number }) => ({ name: protoName, number })),
      reservedRange: reserved.filter((entry) => typeof entry !== "string")
        .map((entry) => typeof entry === "number" ? [entry, entry] as const : entry)
        .map(([start, end]) => ({ start, end })),
      reservedName: reserved.filter((entry) => typeof entry === "string"),
      options: deprecated || allowAlias ? { deprecated, allowAlias } : undefined,
    });
  }

  #service(service: ResolvedService, at: number[]): ReturnType<typeof create<typeof ServiceDescriptorProtoSchema>> {
    const { doc, deprecated } = service.contract.options;
    this.#comment(doc, at);
    const proto = create(ServiceDescriptorProtoSchema, { options: deprecated ? { deprecated } : undefined });
    proto.name = shortName(service.typeName);
    proto.method = service.methods.map((method, i) => {
      this.#comment(method.options.doc, at, path.method, i);
      return this.#method(method);
    });
    return proto;
  }

  #method({ protoName, kind, input, output, options }: ResolvedMethod): MethodDescriptorProto {
    const { deprecated, idempotency } = options;
    const proto = create(MethodDescriptorProtoSchema);
    proto.name = protoName;
    proto.inputType = this.#typeName(input) ?? "";
    proto.outputType = this.#typeName(output) ?? "";
    // False is left unset, as protoc leaves it.
    if (kind === "client_streaming" || kind === "bidi_streaming") proto.clientStreaming = true;
    if (kind === "server_streaming" || kind === "bidi_streaming") proto.serverStreaming = true;
    if (deprecated || idempotency) {
      const idempotencyLevel = idempotency && MethodOptions_IdempotencyLevel[idempotency];
      proto.options = create(MethodOptionsSchema, { deprecated, idempotencyLevel });
    }
    return proto;
  }

  /** The full name of a type, as descriptors refer to it, whose file becomes an import; undefined for scalars. */
  #typeName(type: ResolvedType): string | undefined {
    switch (type.kind) {
      case "scalar":
        return undefined;
      case "message":
        return this.#own(type.message.typeName);
      case "enum":
        return this.#own(type.enumeration.typeName);
      case "date":
        return this.#elsewhere(TimestampSchema);
      default:
        return this.#elsewhere(type.desc);
    }
  }

  #own(typeName: string): string {
    const packageName = this.#packageOf(typeName);
    if (packageName !== this.#package) this.#imports.add(filePath(packageName));
    return `.${typeName}`;
  }

  #elsewhere({ file, typeName }: DescMessage | DescEnum): string {
    this.#imports.add(file.proto.name);
    this.#foreign.add(file);
    return `.${typeName}`;
  }

  /** Notes the comment of the element at a path, or of one below it: its kind and its index there. */
  #comment(doc: string | undefined, at: readonly number[], kind?: number, index?: number): void {
    if (!doc) return;
    const below = kind === undefined || index === undefined ? [] : [kind, index];
    const leadingComments = doc.split("\n").map((line) => ` ${line}\n`).join("");
    // descriptor.proto requires a span of three or four numbers; there is no source text to point into.
    this.#locations.push(
      create(SourceCodeInfo_LocationSchema, { path: [...at, ...below], span: [0, 0, 0], leadingComments }),
    );
  }
}

function typeNumber(type: ResolvedType): FieldDescriptorProto_Type {
  switch (type.kind) {
    case "scalar":
      return scalarType(type.scalar);
    case "enum":
    case "desc_enum":
      return FieldDescriptorProto_Type.ENUM;
    default:
      return FieldDescriptorProto_Type.MESSAGE;
  }
}

// Only proto3's optional scalars and enums need one: messages have presence anyway.
function hasSyntheticOneof(type: ResolvedType): boolean {
  return type.kind === "scalar" || type.kind === "enum" || type.kind === "desc_enum";
}
