// What decorators and builders note about classes and enums: plain data, read by resolve.ts when an app, a client or an
// export asks for descriptors. Nothing is checked here. The only module state of the schema: one WeakMap a kind.
import type { DescMessage, DescService, MessageInitShape } from "@bufbuild/protobuf";
import type {
  EnumOptionsSchema,
  EnumValueOptionsSchema,
  ExtensionRangeOptionsSchema,
  FieldOptionsSchema,
  MessageOptionsSchema,
  MethodOptionsSchema,
  OneofOptionsSchema,
  ServiceOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import type { CallLimits } from "../rpc/limits.ts";
import type { CustomOption } from "./option.ts";
import type { ProtoFile } from "./proto_file.ts";
import type { EnumObject, FieldType, MessageClass, MessageType } from "./field_type.ts";
import type { MapKeyName } from "./scalar.ts";

/** What every element may set of the options that protobuf has for it. */
export interface ElementOptions<S extends DescMessage> {
  /** Options of descriptor.proto by their names in TypeScript, features of editions among them. Default: none. */
  readonly options?: MessageInitShape<S>;
  /** Custom options, made by `option`. Default: none. */
  readonly custom?: readonly CustomOption[];
}

/** Options of a field. */
export interface FieldOptions extends ElementOptions<typeof FieldOptionsSchema> {
  /** The comment of the field in the exported `.proto`. */
  readonly doc?: string;
  /** Marks the field as deprecated. Default: false. */
  readonly deprecated?: boolean;
  /** The field's name in protobuf. Default: the property's name in snake_case. */
  readonly name?: string;
  /** The field's name in JSON. Default: the protobuf name in lowerCamelCase. */
  readonly jsonName?: string;
  /** `false` writes a repeated number unpacked. Default: true. */
  readonly packed?: boolean;
  /** The field is repeated. Needed only where no initial value says so (`tags?: string[]`). */
  readonly repeated?: boolean;
  /** The field has presence (`optional`). Default: true where the property has no initial value, or one that is not zero. */
  readonly optional?: boolean;
  /** The field must be set (`required` of proto2, `LEGACY_REQUIRED` of editions). Default: false. */
  readonly required?: boolean;
  /**
   * What a reader takes for an unset field (`[default]` of proto2 and editions). Text stands for numbers, bytes and enum
   * values as a `.proto` file has them: `"1e+09"`, `"\\001"`, `"RED"`. Default: the zero of the type.
   */
  readonly default?: string | number | bigint | boolean;
  /** The message is written between two tags, as a group (`group` of proto2, `DELIMITED` of editions). Default: false. */
  readonly group?: boolean;
}

/** The option of an integer field of 64 bits that is held in a number. */
export interface AsNumber {
  /**
   * The property holds a number in place of a bigint: whole, and from -9007199254740991 to 9007199254740991. What lies beyond
   * is refused, by a TypeError when it is written and by a WireError when it comes from a peer. The type on the wire stays.
   */
  readonly as: "number";
}

/** Numbers that extensions may use: the first, the last, and what is declared about them. */
export type ExtensionRange = readonly [
  first: number,
  last: number,
  options?: ElementOptions<typeof ExtensionRangeOptionsSchema>,
];

/** Options of a message. */
export interface MessageOptions extends ElementOptions<typeof MessageOptionsSchema> {
  /** The comment of the message in the exported `.proto`. */
  readonly doc?: string;
  /** Marks the message as deprecated. Default: false. */
  readonly deprecated?: boolean;
  /** Numbers, inclusive ranges of numbers and names that no field may use. */
  readonly reserved?: ReadonlyArray<number | readonly [first: number, last: number] | string>;
  /** Numbers that extensions of the message may use. Default: none. */
  readonly extensionRanges?: readonly ExtensionRange[];
  /** Who may use the message: `export` or `local` of edition 2024. Default: what the file says. */
  readonly visibility?: "export" | "local";
}

/** Options of a oneof. */
export interface OneOfOptions extends ElementOptions<typeof OneofOptionsSchema> {
  /** The comment of the oneof in the exported `.proto`. */
  readonly doc?: string;
  /** The oneof's name in protobuf. Default: the property's name in snake_case. */
  readonly name?: string;
}

/** Options of a value of an enum. */
export interface EnumValueOptions extends ElementOptions<typeof EnumValueOptionsSchema> {
  /** Marks the value as deprecated. Default: false. */
  readonly deprecated?: boolean;
}

/** Options of an enum. */
export interface EnumOptions extends ElementOptions<typeof EnumOptionsSchema> {
  /** The comment of the enum in the exported `.proto`. */
  readonly doc?: string;
  /** Comments of its values, by their names in TypeScript. */
  readonly docs?: { readonly [name: string]: string };
  /** Marks the enum as deprecated. Default: false. */
  readonly deprecated?: boolean;
  /** `false` leaves the names of values as they are, without the enum's name in front. Default: true. */
  readonly prefix?: boolean;
  /** Options of values, by their names in TypeScript. */
  readonly values?: { readonly [name: string]: EnumValueOptions };
  /** Who may use the enum: `export` or `local` of edition 2024. Default: what the file says. */
  readonly visibility?: "export" | "local";
  /** Readers keep numbers that have no name out of its fields, and it needs no zero (`CLOSED` of editions). Default: false. */
  readonly closed?: boolean;
  /** Lets several names have one number. Default: false. */
  readonly allowAlias?: boolean;
  /** Numbers, inclusive ranges of numbers and names that no value may use. */
  readonly reserved?: ReadonlyArray<number | readonly [first: number, last: number] | string>;
}

/** Options of a method. */
export interface MethodOptions extends CallLimits, ElementOptions<typeof MethodOptionsSchema> {
  /** The comment of the method in the exported `.proto`. */
  readonly doc?: string;
  /** Marks the method as deprecated. Default: false. */
  readonly deprecated?: boolean;
  /** The method's name in protobuf. Default: the property's name in PascalCase. */
  readonly name?: string;
  /** What repeating a call does; `NO_SIDE_EFFECTS` allows Connect GET. Default: unknown. */
  readonly idempotency?: "NO_SIDE_EFFECTS" | "IDEMPOTENT" | "IDEMPOTENCY_UNKNOWN";
}

/** Options of a service. */
export interface ServiceOptions extends CallLimits, ElementOptions<typeof ServiceOptionsSchema> {
  /** The comment of the service in the exported `.proto`. */
  readonly doc?: string;
  /** Marks the service as deprecated. Default: false. */
  readonly deprecated?: boolean;
}

/** The four kinds of calls. */
export type MethodKind = "unary" | "server_streaming" | "client_streaming" | "bidi_streaming";

/** A noted field. */
export interface FieldAnnotation {
  readonly property: string;
  readonly number: number;
  /** What the decorator names; undefined where it leaves the type to metadata and initial value. */
  readonly type: FieldType | undefined;
  /** The key type; present for maps only. */
  readonly mapKey: MapKeyName | undefined;
  /** The `design:type` of the property, where the compiler emits it (legacy decorators only). */
  readonly designType: unknown;
  readonly options: FieldOptions & Partial<AsNumber>;
}

/** The cases of a oneof: number, type and options by the name of the case. */
export interface OneOfCases {
  readonly [name: string]: readonly [number: number, type: FieldType, options?: FieldOptions & Partial<AsNumber>];
}

/** A noted oneof. */
export interface OneOfAnnotation {
  readonly property: string;
  readonly cases: OneOfCases;
  readonly options: OneOfOptions;
}

/** The members of a class, before the class itself is noted; `base` holds those of its base class. */
export interface MemberAnnotations {
  readonly fields: FieldAnnotation[];
  readonly oneofs: OneOfAnnotation[];
  /** Both, in the order in which they were noted. */
  readonly members: (FieldAnnotation | OneOfAnnotation)[];
}

/** A noted message class. */
export interface MessageAnnotation extends MemberAnnotations {
  readonly typeName: string;
  readonly messageClass: MessageClass;
  readonly options: MessageOptions;
}

/** A noted enum. */
export interface EnumAnnotation {
  readonly typeName: string;
  readonly values: ReadonlyArray<readonly [name: string, number: number]>;
  readonly options: EnumOptions;
}

/** A method of a contract. */
export interface MethodAnnotation {
  readonly kind: MethodKind;
  readonly input: MessageType;
  readonly output: MessageType;
  readonly options: MethodOptions;
}

/** A service without its implementation: what `service()` returns, and what `@Service` notes. */
export interface ServiceAnnotation {
  readonly typeName: string;
  readonly methods: { readonly [property: string]: MethodAnnotation };
  readonly options: ServiceOptions;
}

/** A noted service class: the contract that it implements, its own or one made elsewhere. */
export interface ServiceClassAnnotation {
  readonly contract: ServiceAnnotation | DescService;
  /** Limits that the class sets beside those of the contract. */
  readonly limits?: CallLimits;
}

const messages = new WeakMap<object, MessageAnnotation>();
const enums = new WeakMap<object, EnumAnnotation>();
const services = new WeakMap<object, ServiceClassAnnotation>();
const files = new WeakMap<object, ProtoFile>();

/** Notes the file that declares a message class, an enum object, a contract or an extension. */
export function annotateFile(declared: object, file: ProtoFile): void {
  files.set(declared, file);
}

/** The file that declares something, where `protoFile` says so. */
export function fileAnnotation(declared: object): ProtoFile | undefined {
  return files.get(declared);
}

/** Notes a message class. */
export function annotateMessage(annotation: MessageAnnotation): void {
  messages.set(annotation.messageClass, annotation);
}

/** What is noted about a message class itself; base classes don't count. */
export function messageAnnotation(messageClass: object): MessageAnnotation | undefined {
  return messages.get(messageClass);
}

/** Notes an enum object. */
export function annotateEnum(object: EnumObject, annotation: EnumAnnotation): void {
  enums.set(object, annotation);
}

/** What is noted about an enum object. */
export function enumAnnotation(object: object): EnumAnnotation | undefined {
  return enums.get(object);
}

/** Notes a service class. */
export function annotateService(serviceClass: object, annotation: ServiceClassAnnotation): void {
  services.set(serviceClass, annotation);
}

/** A class decorated with `@Service`. */
export type ServiceClass = new (...args: never[]) => object;

/** The contract of a service, itself or noted about its class; undefined for a class that is none, or of generated code. */
export function contractOf(service: ServiceAnnotation | ServiceClass): ServiceAnnotation | undefined {
  if (typeof service !== "function") return service;
  const contract = services.get(service)?.contract;
  return contract && !("kind" in contract) ? contract : undefined;
}

/** What is noted about a service class itself. */
export function serviceClassAnnotation(serviceClass: object): ServiceClassAnnotation | undefined {
  return services.get(serviceClass);
}
