// What resolve.ts makes of annotations: every type found, every name settled. Read by the checks, the files and the codec.
import type { DescEnum, DescMessage, DescService } from "@bufbuild/protobuf";
import type {
  EnumAnnotation,
  FieldOptions,
  MessageAnnotation,
  MethodKind,
  MethodOptions,
  OneOfOptions,
  ServiceAnnotation,
} from "./annotation.ts";
import type { Extension } from "./extension.ts";
import type { HeldType, MessageClass } from "./field_type.ts";
import type { ProtoFile } from "./proto_file.ts";
import type { MapKeyName, ScalarName } from "./scalar.ts";

/** A message type: a class of the user's, or a descriptor of protobuf-es. */
export type ResolvedMessageType =
  | { readonly kind: "message"; readonly message: ResolvedMessage }
  | { readonly kind: "desc_message"; readonly desc: DescMessage };

/** The type of a field. `date` marks a Timestamp that is held in a Date, `asNumber` an integer of 64 bits held in a number. */
export type ResolvedType =
  | ResolvedMessageType
  | { readonly kind: "held"; readonly held: HeldType; readonly desc: DescMessage }
  | { readonly kind: "date" }
  | { readonly kind: "scalar"; readonly scalar: ScalarName; readonly asNumber?: true }
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
  readonly object: object;
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

/** An extension with its type, and the message that it extends. */
export interface ResolvedExtension {
  readonly extension: Extension;
  readonly extendee: ResolvedMessageType;
  readonly field: ResolvedField;
}

/** Everything that a set of services and messages reaches. */
export interface ResolvedSchema {
  readonly messages: readonly ResolvedMessage[];
  readonly enums: readonly ResolvedEnum[];
  readonly services: readonly ResolvedService[];
  readonly extensions: readonly ResolvedExtension[];
  /** The files that are declared as such. */
  readonly files: ReadonlySet<ProtoFile>;
  /** Descriptors of protobuf-es that fields, methods and the caller name. */
  readonly foreign: ReadonlySet<DescMessage | DescEnum | DescService>;
}
