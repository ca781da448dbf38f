// Messages of descriptor.proto, in the form that protobuf-es gives them: plain objects, and what is not set lies on their
// prototype. Made without the descriptors of descriptor.proto, which are larger than a whole client.
// https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/descriptor.proto
import type {
  DescriptorProto,
  DescriptorProto_ExtensionRange,
  EnumDescriptorProto,
  EnumOptions,
  EnumValueDescriptorProto,
  EnumValueOptions,
  ExtensionRangeOptions,
  FeatureSet,
  FieldDescriptorProto,
  FieldOptions,
  FileDescriptorProto,
  FileOptions,
  MessageOptions,
  MethodDescriptorProto,
  MethodOptions,
  OneofDescriptorProto,
  OneofOptions,
  ServiceDescriptorProto,
  ServiceOptions,
  SourceCodeInfo,
  SourceCodeInfo_Location,
} from "@bufbuild/protobuf/wkt";

/** The messages of descriptor.proto that schemas are made of, by their names. */
export interface DescriptorMessages {
  readonly DescriptorProto: DescriptorProto;
  readonly "DescriptorProto.ExtensionRange": DescriptorProto_ExtensionRange;
  readonly EnumDescriptorProto: EnumDescriptorProto;
  readonly EnumOptions: EnumOptions;
  readonly EnumValueDescriptorProto: EnumValueDescriptorProto;
  readonly EnumValueOptions: EnumValueOptions;
  readonly ExtensionRangeOptions: ExtensionRangeOptions;
  readonly FeatureSet: FeatureSet;
  readonly FieldDescriptorProto: FieldDescriptorProto;
  readonly FieldOptions: FieldOptions;
  readonly FileDescriptorProto: FileDescriptorProto;
  readonly FileOptions: FileOptions;
  readonly MessageOptions: MessageOptions;
  readonly MethodDescriptorProto: MethodDescriptorProto;
  readonly MethodOptions: MethodOptions;
  readonly OneofDescriptorProto: OneofDescriptorProto;
  readonly OneofOptions: OneofOptions;
  readonly ServiceDescriptorProto: ServiceDescriptorProto;
  readonly ServiceOptions: ServiceOptions;
  readonly SourceCodeInfo: SourceCodeInfo;
  readonly "SourceCodeInfo.Location": SourceCodeInfo_Location;
}

type Values = { [property: string]: unknown };

// A name, and what the field is when it is not set: `s` text, `n` a number that is 0, `e` an enum that is 1, `l` a number of
// 64 bits, `b` false, `t` true, `y` bytes, `[]` a list; `:X` a message X, and `[]X` a list of such. Numbers are in
// descriptor.proto alone: what is written goes through protobuf-es.
const features = "features:FeatureSet uninterpretedOption[]UninterpretedOption";
const named = "name/s";
const range = "start/n end/n";
const ranges = "reservedName[] visibility/n";
const layouts: { readonly [name: string]: string } = {
  FileDescriptorProto: `${named} package/s dependency[] publicDependency[] weakDependency[] optionDependency[] ` +
    "messageType[]DescriptorProto enumType[]EnumDescriptorProto service[]ServiceDescriptorProto " +
    "extension[]FieldDescriptorProto options:FileOptions sourceCodeInfo:SourceCodeInfo syntax/s edition/n",
  DescriptorProto: `${named} field[]FieldDescriptorProto extension[]FieldDescriptorProto nestedType[]DescriptorProto ` +
    "enumType[]EnumDescriptorProto extensionRange[]DescriptorProto.ExtensionRange oneofDecl[]OneofDescriptorProto " +
    `options:MessageOptions reservedRange[]DescriptorProto.ReservedRange ${ranges}`,
  "DescriptorProto.ExtensionRange": `${range} options:ExtensionRangeOptions`,
  "DescriptorProto.ReservedRange": range,
  ExtensionRangeOptions: `${features} declaration[]ExtensionRangeOptions.Declaration verification/e`,
  "ExtensionRangeOptions.Declaration": "number/n fullName/s type/s reserved/b repeated/b",
  FieldDescriptorProto:
    `${named} number/n label/e type/e typeName/s extendee/s defaultValue/s oneofIndex/n jsonName/s ` +
    "options:FieldOptions proto3Optional/b",
  OneofDescriptorProto: `${named} options:OneofOptions`,
  EnumDescriptorProto: `${named} value[]EnumValueDescriptorProto options:EnumOptions ` +
    `reservedRange[]EnumDescriptorProto.EnumReservedRange ${ranges}`,
  "EnumDescriptorProto.EnumReservedRange": range,
  EnumValueDescriptorProto: `${named} number/n options:EnumValueOptions`,
  ServiceDescriptorProto: `${named} method[]MethodDescriptorProto options:ServiceOptions`,
  MethodDescriptorProto: `${named} inputType/s outputType/s options:MethodOptions clientStreaming/b serverStreaming/b`,
  FileOptions: "javaPackage/s javaOuterClassname/s javaMultipleFiles/b javaGenerateEqualsAndHash/b " +
    "javaStringCheckUtf8/b optimizeFor/e goPackage/s ccGenericServices/b javaGenericServices/b pyGenericServices/b " +
    "deprecated/b ccEnableArenas/t objcClassPrefix/s csharpNamespace/s swiftPrefix/s phpClassPrefix/s phpNamespace/s " +
    `phpMetadataNamespace/s rubyPackage/s ${features}`,
  MessageOptions: "messageSetWireFormat/b noStandardDescriptorAccessor/b deprecated/b mapEntry/b " +
    `deprecatedLegacyJsonFieldConflicts/b ${features}`,
  FieldOptions: "ctype/n packed/b jstype/n lazy/b unverifiedLazy/b deprecated/b weak/b debugRedact/b retention/n " +
    `targets[] editionDefaults[]FieldOptions.EditionDefault featureSupport:FieldOptions.FeatureSupport ${features}`,
  "FieldOptions.EditionDefault": "edition/n value/s",
  "FieldOptions.FeatureSupport":
    "editionIntroduced/n editionDeprecated/n deprecationWarning/s editionRemoved/n removalError/s",
  OneofOptions: features,
  EnumOptions: `allowAlias/b deprecated/b deprecatedLegacyJsonFieldConflicts/b ${features}`,
  EnumValueOptions: `deprecated/b debugRedact/b featureSupport:FieldOptions.FeatureSupport ${features}`,
  ServiceOptions: `deprecated/b ${features}`,
  MethodOptions: `deprecated/b idempotencyLevel/n ${features}`,
  UninterpretedOption: "name[]UninterpretedOption.NamePart identifierValue/s positiveIntValue/l negativeIntValue/l " +
    "doubleValue/n stringValue/y aggregateValue/s",
  "UninterpretedOption.NamePart": "namePart/s isExtension/b",
  FeatureSet: "fieldPresence/n enumType/n repeatedFieldEncoding/n utf8Validation/n messageEncoding/n jsonFormat/n " +
    "enforceNamingStyle/n defaultSymbolVisibility/n enforceProtoLimits/n",
  SourceCodeInfo: "location[]SourceCodeInfo.Location",
  "SourceCodeInfo.Location": "path[] span[] leadingComments/s trailingComments/s leadingDetachedComments[]",
};

const unset: Values = { s: "", n: 0, e: 1, l: 0n, b: false, t: true, y: new Uint8Array(0) };

interface Layout {
  readonly typeName: string;
  readonly prototype: Values;
  readonly lists: readonly string[];
  /** The types of fields that are messages, or lists of them; undefined for all other fields. */
  readonly types: ReadonlyMap<string, string | undefined>;
}

const read = new Map<string, Layout>();

function layoutOf(name: string): Layout {
  const known = read.get(name);
  if (known) return known;
  const prototype: Values = {};
  const lists: string[] = [];
  const types = new Map<string, string | undefined>();
  for (const field of layouts[name].split(" ")) {
    const [, property, sign, rest] = /^(\w+)(\/|:|\[\])(.*)$/.exec(field) as unknown as [
      string,
      string,
      string,
      string,
    ];
    if (sign === "/") prototype[property] = unset[rest];
    else if (sign === "[]") lists.push(property);
    types.set(property, sign === "/" || rest === "" ? undefined : rest);
  }
  const layout = { typeName: `google.protobuf.${name}`, prototype, lists, types };
  read.set(name, layout);
  return layout;
}

/**
 * Makes a message of descriptor.proto, as protobuf-es's `create` does.
 *
 * @param init values of its fields; messages among them may be plain objects.
 */
export function descriptorMessage<N extends keyof DescriptorMessages>(
  name: N,
  init?: { readonly [property: string]: unknown },
): DescriptorMessages[N] {
  return make(name, init) as unknown as DescriptorMessages[N];
}

function make(name: string, init: Values | undefined): Values {
  const { typeName, prototype, lists, types } = layoutOf(name);
  const message = Object.create(prototype) as Values;
  message.$typeName = typeName;
  for (const list of lists) message[list] = [];
  if (init === undefined) return message;
  for (const property of Object.keys(init)) {
    const value = init[property];
    if (!types.has(property) || value === undefined || value === null) continue;
    const type = types.get(property);
    if (type === undefined) message[property] = value;
    else message[property] = Array.isArray(value) ? value.map((each) => messageOf(type, each)) : messageOf(type, value);
  }
  return message;
}

// What is a message already stays the one that it is.
function messageOf(name: string, value: unknown): unknown {
  return "$typeName" in (value as object) ? value : make(name, value as Values);
}
