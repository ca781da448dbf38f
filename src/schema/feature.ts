// Which features of editions hold for an element: its own, those of what it is in, those of the file, the edition's.
// https://protobuf.dev/editions/implementation/#inheritance
import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import type { FeatureSet } from "@bufbuild/protobuf/wkt";
import { editionNumber } from "./descriptor_number.ts";

/** The features that codecs go by. */
export type FeatureName =
  | "fieldPresence"
  | "enumType"
  | "repeatedFieldEncoding"
  | "utf8Validation"
  | "messageEncoding";

type Defaults = { readonly [name in FeatureName]: number };

const proto3: Defaults = {
  fieldPresence: 2,
  enumType: 1,
  repeatedFieldEncoding: 1,
  utf8Validation: 2,
  messageEncoding: 1,
};
const proto2: Defaults = {
  fieldPresence: 1,
  enumType: 2,
  repeatedFieldEncoding: 2,
  utf8Validation: 3,
  messageEncoding: 1,
};
const editions: Defaults = { ...proto3, fieldPresence: 1 };

/** The number that descriptor.proto gives to the value of a feature. */
export function featureOf(
  name: FeatureName,
  options: { readonly features?: FeatureSet } | undefined,
  parent: DescMessage | DescFile,
): number {
  const own = options?.features?.[name];
  if (own) return own;
  if (parent.kind === "message") return featureOf(name, parent.proto.options, parent.parent ?? parent.file);
  return parent.proto.options?.features?.[name] || defaultsOf(parent)[name];
}

function defaultsOf({ edition }: DescFile): Defaults {
  if (edition === editionNumber.proto3 as DescFile["edition"]) return proto3;
  return edition === editionNumber.proto2 as DescFile["edition"] ? proto2 : editions;
}
