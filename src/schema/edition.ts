// Which files are written in edition 2023: those that hold what proto3 can't say. In them features say what proto3's keywords,
// and proto2's, do. https://protobuf.dev/editions/features/
import type { FieldOptions } from "./annotation.ts";
import type { CustomOption } from "./option.ts";
import type { ResolvedEnum, ResolvedField, ResolvedMessage, ResolvedService } from "./resolve.ts";

/** Features of a field or an enum, by the numbers that descriptor.proto gives their values. */
export interface Features {
  readonly fieldPresence?: number;
  readonly repeatedFieldEncoding?: number;
  readonly messageEncoding?: number;
  readonly enumType?: number;
}

const explicit = { fieldPresence: 1 };
const implicit = { fieldPresence: 2 };
const legacyRequired = { fieldPresence: 3 };
const packedList = { repeatedFieldEncoding: 1 };
const expanded = { repeatedFieldEncoding: 2 };
const delimited = { messageEncoding: 2 };

/** The features of a closed enum. */
export const closedFeatures: Features = { enumType: 2 };

/** What a field has that proto3 does not, as a mistake calls it; undefined where proto3 can say it. */
export function beyondProto3({ options, type }: ResolvedField): string | undefined {
  if (options.required) return "required";
  if (options.group) return "group";
  if (options.default !== undefined) return "default";
  if (type.kind === "enum" && type.enumeration.annotation.options.closed) return "closed enum";
  if (type.kind === "desc_enum" && !type.desc.open) return "closed enum";
  return setsFeatures(options) ? "features" : undefined;
}

/** Whether a message, or anything in it, makes its file one of edition 2023. */
export function messageNeedsEdition({ fields, oneofs, annotation: { options } }: ResolvedMessage): boolean {
  return setsFeatures(options) || fields.some((field) => beyondProto3(field) !== undefined) ||
    oneofs.some((oneof) => setsFeatures(oneof.options)) ||
    (options.extensionRanges?.some(([, , range]) => setsFeatures(range)) ?? false);
}

/** Whether an enum, or a value of it, makes its file one of edition 2023. */
export function enumNeedsEdition({ annotation: { options } }: ResolvedEnum): boolean {
  return options.closed === true || setsFeatures(options) || Object.values(options.values ?? {}).some(setsFeatures);
}

/** Whether a service, or a method of it, makes its file one of edition 2023. */
export function serviceNeedsEdition({ contract, methods }: ResolvedService): boolean {
  return setsFeatures(contract.options) || methods.some(({ options }) => setsFeatures(options));
}

interface Optioned {
  readonly options?: { readonly features?: unknown };
  readonly custom?: readonly CustomOption[];
}

/** Whether an element sets features, protobuf's own or those of a language. */
export function setsFeatures(element: Optioned | undefined): boolean {
  return element?.options?.features !== undefined || (element?.custom?.some(({ isFeature }) => isFeature) ?? false);
}

/**
 * The features that a field sets in a file of an edition; undefined for none.
 *
 * @param inherited the features of its file.
 * @param isExtension whether it is an extension, which has presence whatever its file says.
 */
export function fieldFeatures(field: ResolvedField, inherited: Features, isExtension: boolean): Features | undefined {
  const { required, group, packed }: FieldOptions = field.options;
  const features = {
    ...isExtension ? undefined : presenceFeatures(field, inherited.fieldPresence === implicit.fieldPresence),
    ...required ? legacyRequired : undefined,
    ...group ? delimited : undefined,
    ...packed === false ? expanded : undefined,
    ...packed && inherited.repeatedFieldEncoding === expanded.repeatedFieldEncoding ? packedList : undefined,
  };
  return Object.keys(features).length === 0 ? undefined : features;
}

function presenceFeatures(
  { cardinality, type, oneof, options }: ResolvedField,
  byFile: boolean,
): Features | undefined {
  if (cardinality === "implicit") return byFile ? undefined : implicit;
  // Messages and cases of a oneof have presence whatever their file says.
  const isScalar = type.kind === "scalar" || type.kind === "enum" || type.kind === "desc_enum";
  return byFile && cardinality === "optional" && isScalar && !oneof && !options.required ? explicit : undefined;
}
