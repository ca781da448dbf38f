// Empty messages in protobuf-es's form: what has no presence is at its zero, oneofs are there without a case; what has presence
// and a default lies on a prototype, where readers find it and `in` does not.
import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { editionNumber, fieldPresence } from "../schema/descriptor_number.ts";
import type { Fields } from "./shape.ts";
import { scalarZeroValue } from "./zero.ts";

/** What makes empty messages of a descriptor. */
export function emptyMessages(desc: DescMessage): () => Fields {
  const prototype: Fields = {};
  /** What is the same in each, and what is made for each. */
  const fixed: Fields = { $typeName: desc.typeName };
  const made: [property: string, make: () => unknown][] = [];
  for (const member of desc.members) {
    const { localName } = member;
    if (member.kind === "oneof") made.push([localName, () => ({ case: undefined })]);
    else if (member.fieldKind === "list") made.push([localName, () => []]);
    else if (member.fieldKind === "map") made.push([localName, () => ({})]);
    else if (member.fieldKind !== "message") {
      const zero = zeroOf(member);
      if (member.presence === fieldPresence.implicit) fixed[localName] = zero;
      prototype[localName] = zero;
    }
  }
  const hasPrototype = needsPrototype(desc);
  return () => {
    const message: Fields = hasPrototype ? Object.assign(Object.create(prototype) as Fields, fixed) : { ...fixed };
    for (const [property, make] of made) message[property] = make();
    return message;
  };
}

function zeroOf(field: DescField & { fieldKind: "scalar" | "enum" }): unknown {
  const value = field.getDefaultValue() ??
    (field.enum ? field.enum.values[0].number : scalarZeroValue(field.scalar));
  return "longAsString" in field && field.longAsString ? String(value) : value;
}

// As protobuf-es has it: never for proto3, always for proto2, else where a field has presence.
function needsPrototype({ file, fields }: DescMessage): boolean {
  const edition: number = file.edition;
  if (edition === editionNumber.proto3) return false;
  return edition === editionNumber.proto2 ||
    fields.some((field) => field.presence !== fieldPresence.implicit && field.fieldKind !== "message" && !field.oneof);
}
