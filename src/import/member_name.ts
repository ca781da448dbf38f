// What the members of a message are called: each gets a name that no other has.
import type { DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { NameScope, propertyName } from "./local_name.ts";

/** The names of a message's members; those of a oneof's cases are of their own scope. */
export interface MemberNames {
  readonly fields: ReadonlyMap<DescField, string>;
  readonly oneofs: ReadonlyMap<DescOneof, string>;
}

/** Names the members of a message. */
export function memberNames(message: DescMessage): MemberNames {
  const scope = new NameScope();
  const fields = new Map<DescField, string>();
  const oneofs = new Map<DescOneof, string>();
  for (const member of message.members) {
    const name = scope.take(propertyName(member.name));
    if (member.kind === "field") fields.set(member, name);
    else {
      oneofs.set(member, name);
      const cases = new NameScope();
      for (const field of member.fields) fields.set(field, cases.take(propertyName(field.name)));
    }
  }
  return { fields, oneofs };
}
