// From a resolved schema to FileDescriptorProtos, with the `doc` texts as their source comments: those that are declared as files,
// and one a package for all else, in proto3. Types are referred to by full name, as protoc writes descriptors.
import type { DescEnum, DescFile, DescMessage, Message } from "@bufbuild/protobuf";
import type {
  DescriptorProto,
  EnumDescriptorProto,
  FieldDescriptorProto,
  FileDescriptorProto,
  MethodDescriptorProto,
  ServiceDescriptorProto,
  SourceCodeInfo_Location,
} from "@bufbuild/protobuf/wkt";
import type { ElementOptions, EnumValueOptions } from "./annotation.ts";
import { closedFeatures, fieldFeatures } from "./edition.ts";
import { defaultText } from "./default_text.ts";
import { descriptorMessage, type DescriptorMessages } from "./descriptor_message.ts";
import { fieldLabel, fieldType, idempotencyLevel as levels } from "./descriptor_number.ts";
import { addImports, declareEdition, type FilePlan, type FilePlans } from "./file_plan.ts";
import type { CustomOption } from "./option.ts";
import { mapEntryName, shortName } from "./name.ts";
import type {
  ResolvedEnum,
  ResolvedExtension,
  ResolvedField,
  ResolvedMessage,
  ResolvedMethod,
  ResolvedService,
  ResolvedType,
} from "./resolve.ts";
import { isMessageType } from "./resolve_field.ts";
import { scalarType } from "./scalar.ts";
import { timestampFile } from "./timestamp.ts";

/** A file to be, the files made elsewhere that it imports, and the custom options that it sets once it is linked. */
export interface FileDraft {
  readonly proto: FileDescriptorProto;
  readonly foreign: readonly DescFile[];
  readonly custom: ReadonlyArray<readonly [options: Message, set: readonly CustomOption[]]>;
}

/** The files of a schema, declared ones first, in the order in which they come up. */
export function draftFiles(plans: FilePlans): FileDraft[] {
  return plans.all.map((plan) => new FileBuilder(plan, plans).build());
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

class FileBuilder {
  readonly #plan: FilePlan;
  readonly #plans: FilePlans;
  readonly #imports = new Set<string>();
  readonly #foreign = new Set<DescFile>();
  readonly #locations: SourceCodeInfo_Location[] = [];
  readonly #custom: [Message, readonly CustomOption[]][] = [];

  constructor(plan: FilePlan, plans: FilePlans) {
    this.#plan = plan;
    this.#plans = plans;
  }

  build(): FileDraft {
    const plan = this.#plan;
    const { file } = plan;
    const services = plan.services.map((service, i) => this.#service(service, [path.service, i]));
    const messages = plan.messages.map((message, i) => this.#message(message, [path.messageType, i]));
    const enums = plan.enums.map((enumeration, i) => this.#enum(enumeration, [path.enumType, i]));
    const extensions = plan.extensions.map((extension) => this.#extension(extension));
    const proto = descriptorMessage("FileDescriptorProto", {
      name: plan.path,
      package: plan.packageName === "" ? undefined : plan.packageName,
      sourceCodeInfo: { location: this.#locations },
    });
    proto.messageType = messages;
    proto.enumType = enums;
    proto.service = services;
    proto.extension = extensions;
    declareEdition(proto, plan.edition);
    if (file) {
      for (const foreign of addImports(proto, file, this.#imports)) this.#foreign.add(foreign);
    } else {
      proto.dependency = [...this.#imports].sort();
    }
    const options = this.#options("FileOptions", {}, { options: plan.options, custom: file?.custom });
    if (options) proto.options = options;
    return { proto, foreign: [...this.#foreign], custom: this.#custom };
  }

  /** An options message; undefined where nothing is set in it. Options that are not known go into it when the file is linked. */
  #options<N extends keyof DescriptorMessages>(
    typeName: N,
    known: { readonly [name: string]: unknown },
    { options, custom }: ElementOptions<DescMessage>,
  ): DescriptorMessages[N] | undefined {
    if (options === undefined && custom === undefined && !Object.values(known).some((value) => value !== undefined)) {
      return undefined;
    }
    const message = descriptorMessage(typeName, { ...options, ...known });
    if (custom) this.#custom.push([message, custom]);
    return message;
  }

  #message(message: ResolvedMessage, at: number[]): DescriptorProto {
    const { doc, deprecated, reserved, extensionRanges, visibility } = message.annotation.options;
    this.#comment(doc, at);
    const oneofs = message.oneofs.map((oneof, i) => {
      this.#comment(oneof.options.doc, at, path.oneof, i);
      const options = this.#options("OneofOptions", {}, oneof.options);
      return descriptorMessage("OneofDescriptorProto", { name: oneof.protoName, options });
    });
    const entries: DescriptorProto[] = [];
    const fields = message.fields.map((field, i) => {
      this.#comment(field.options.doc, at, path.field, i);
      const proto = this.#field(field);
      if (field.oneof) proto.oneofIndex = message.oneofs.indexOf(field.oneof);
      else if (this.#hasSyntheticOneof(field)) {
        // descriptor.proto: an optional scalar of proto3 is alone in a oneof that is named after it.
        proto.proto3Optional = true;
        proto.oneofIndex = oneofs.push(descriptorMessage("OneofDescriptorProto", { name: `_${field.protoName}` })) - 1;
      }
      if (field.cardinality === "map") entries.push(this.#mapEntry(message, field, proto));
      return proto;
    });
    const nested = this.#plans.messagesIn(message.typeName).map((child, i) =>
      this.#message(child, [...at, path.nestedType, i])
    );
    const proto = descriptorMessage(
      "DescriptorProto",
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
    const extensions = this.#plans.extensionsIn(message.typeName);
    if (extensions.length > 0) proto.extension = extensions.map((extension) => this.#extension(extension));
    proto.enumType = this.#plans.enumsIn(message.typeName).map((child, i) =>
      this.#enum(child, [...at, path.nestedEnum, i])
    );
    if (extensionRanges) {
      proto.extensionRange = extensionRanges.map(([start, last, given = {}]) =>
        descriptorMessage("DescriptorProto.ExtensionRange", {
          start,
          end: last + 1,
          options: this.#options("ExtensionRangeOptions", {}, given),
        })
      );
    }
    if (visibility) proto.visibility = visibilities[visibility];
    if (deprecated !== undefined || isSet(message.annotation.options)) {
      proto.options = this.#options("MessageOptions", { deprecated }, message.annotation.options);
    }
    return proto;
  }

  // Only proto3's optional scalars and enums need one: messages have presence anyway, but a declared file may say so.
  #hasSyntheticOneof({ cardinality, type, options }: ResolvedField): boolean {
    if (this.#plan.edition !== "proto3" || cardinality !== "optional") return false;
    return !isMessageType(type) || (this.#plan.file !== undefined && options.optional === true);
  }

  #extension({ extendee, field }: ResolvedExtension): FieldDescriptorProto {
    const proto = this.#field(field, true);
    proto.extendee = this.#typeName(extendee) ?? "";
    if (field.options.optional && this.#plan.edition === "proto3") proto.proto3Optional = true;
    return proto;
  }

  #field(field: ResolvedField, isExtension = false): FieldDescriptorProto {
    const { deprecated, required, group } = field.options;
    const isEdition = this.#plan.edition !== "proto2" && this.#plan.edition !== "proto3";
    // Editions have a feature in its place.
    const packed = isEdition ? undefined : field.options.packed;
    const inherited = this.#plan.options?.features ?? {};
    const features = isEdition ? fieldFeatures(field, inherited, isExtension) : undefined;
    const repeated = field.cardinality === "repeated" || field.cardinality === "map";
    const label = repeated ? fieldLabel.repeated : required && !isEdition ? fieldLabel.required : fieldLabel.optional;
    const proto = this.#singular(field.protoName, field.number, field.jsonName, label, field.type);
    if (group && !isEdition) proto.type = fieldType.group;
    if (field.options.default !== undefined) proto.defaultValue = defaultText(field.type, field.options.default);
    // Most fields set nothing, and there are thousands.
    if (!features && (deprecated !== undefined || packed !== undefined || isSet(field.options))) {
      proto.options = this.#options("FieldOptions", { deprecated, packed }, field.options);
    }
    if (features) {
      const merged = { ...field.options.options?.features, ...features };
      proto.options = this.#options("FieldOptions", { deprecated, features: merged }, field.options);
    }
    return proto;
  }

  // Set one by one, as are all that come in great numbers: reading an object with initial values takes several times longer.
  #singular(
    name: string,
    number: number,
    jsonName: string,
    label: number,
    type: ResolvedType,
  ): FieldDescriptorProto {
    const proto = descriptorMessage("FieldDescriptorProto");
    proto.name = name;
    proto.number = number;
    if (jsonName !== "") proto.jsonName = jsonName;
    proto.label = label;
    proto.type = typeNumber(type);
    const typeName = this.#typeName(type);
    if (typeName !== undefined) proto.typeName = typeName;
    return proto;
  }

  // A map is a repeated field of entry messages with a key and a value.
  #mapEntry(message: ResolvedMessage, field: ResolvedField, proto: FieldDescriptorProto): DescriptorProto {
    const name = mapEntryName(field.protoName);
    proto.type = fieldType.message;
    proto.typeName = `.${message.typeName}.${name}`;
    const key: ResolvedType = { kind: "scalar", scalar: field.mapKey ?? "string" };
    const entry = descriptorMessage("DescriptorProto");
    entry.name = name;
    entry.options = descriptorMessage("MessageOptions", { mapEntry: true });
    entry.field.push(this.#singular("key", 1, "key", fieldLabel.optional, key));
    entry.field.push(this.#singular("value", 2, "value", fieldLabel.optional, field.type));
    return entry;
  }

  #enum(enumeration: ResolvedEnum, at: number[]): EnumDescriptorProto {
    const { options } = enumeration.annotation;
    const { doc, docs = {}, deprecated, allowAlias, reserved = [], values = {}, visibility, closed } = options;
    this.#comment(doc, at);
    enumeration.values.forEach(({ local }, i) => this.#comment(docs[local], at, path.value, i));
    return descriptorMessage("EnumDescriptorProto", {
      name: shortName(enumeration.typeName),
      value: enumeration.values.map(({ local, protoName: name, number }) => {
        const given = values[local];
        return { name, number, options: given && this.#options("EnumValueOptions", valueOptions(given), given) };
      }),
      reservedRange: reserved.filter((entry) => typeof entry !== "string")
        .map((entry) => typeof entry === "number" ? [entry, entry] as const : entry)
        .map(([start, end]) => ({ start, end })),
      reservedName: reserved.filter((entry) => typeof entry === "string"),
      visibility: visibility && visibilities[visibility],
      options: this.#options(
        "EnumOptions",
        closed
          ? { deprecated, allowAlias, features: { ...options.options?.features, ...closedFeatures } }
          : { deprecated, allowAlias },
        options,
      ),
    });
  }

  #service(service: ResolvedService, at: number[]): ServiceDescriptorProto {
    const { doc, deprecated } = service.contract.options;
    this.#comment(doc, at);
    const options = this.#options("ServiceOptions", { deprecated }, service.contract.options);
    const proto = descriptorMessage("ServiceDescriptorProto", { options });
    proto.name = shortName(service.typeName);
    proto.method = service.methods.map((method, i) => {
      this.#comment(method.options.doc, at, path.method, i);
      return this.#method(method);
    });
    return proto;
  }

  #method({ protoName, kind, input, output, options }: ResolvedMethod): MethodDescriptorProto {
    const { deprecated, idempotency } = options;
    const proto = descriptorMessage("MethodDescriptorProto");
    proto.name = protoName;
    proto.inputType = this.#typeName(input) ?? "";
    proto.outputType = this.#typeName(output) ?? "";
    // False is left unset, as protoc leaves it.
    if (kind === "client_streaming" || kind === "bidi_streaming") proto.clientStreaming = true;
    if (kind === "server_streaming" || kind === "bidi_streaming") proto.serverStreaming = true;
    if (deprecated !== undefined || idempotency !== undefined || isSet(options)) {
      const idempotencyLevel = idempotency && levels[idempotency];
      proto.options = this.#options("MethodOptions", { deprecated, idempotencyLevel }, options);
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
        return this.#elsewhere(timestampFile().messages[0]);
      default:
        return this.#elsewhere(type.desc);
    }
  }

  #own(typeName: string): string {
    const path = this.#plans.pathOf(typeName);
    if (path !== this.#plan.path) this.#imports.add(path);
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
      descriptorMessage("SourceCodeInfo.Location", { path: [...at, ...below], span: [0, 0, 0], leadingComments }),
    );
  }
}

function isSet({ options, custom }: { readonly options?: unknown; readonly custom?: unknown }): boolean {
  return options !== undefined || custom !== undefined;
}

const visibilities = { export: 2, local: 1 };

function valueOptions({ deprecated }: EnumValueOptions): { readonly [name: string]: unknown } {
  return { deprecated };
}

function typeNumber(type: ResolvedType): number {
  switch (type.kind) {
    case "scalar":
      return scalarType(type.scalar);
    case "enum":
    case "desc_enum":
      return fieldType.enum;
    default:
      return fieldType.message;
  }
}
