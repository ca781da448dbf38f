// What the values of enums are called: without the enum's own name in front, where all of them have it.
import type { DescEnum } from "@bufbuild/protobuf";
import { shortName, toUpperSnakeCase } from "../schema/name.ts";
import { NameScope } from "./local_name.ts";

/** The names that an enum's values have in TypeScript, in the order of the values. */
export function enumValueNames(enumeration: DescEnum): string[] {
  const prefix = `${toUpperSnakeCase(shortName(enumeration.typeName))}_`;
  const bare = enumeration.values.map(({ name }) => name.startsWith(prefix) ? name.slice(prefix.length) : "");
  const scope = new NameScope();
  // A member may not look like a number.
  const stripped = bare.every((name) => /^[A-Za-z_]/.test(name));
  return enumeration.values.map(({ name }, i) => scope.take(stripped ? bare[i] as string : name));
}
