// What the values of enums are called: without the enum's own name in front, where all of them have it.
import type { DescEnum } from "@bufbuild/protobuf";
import { shortName, toUpperSnakeCase } from "../schema/name.ts";

/** The names that an enum's values have in TypeScript, in the order of the values. */
export function enumValueNames(enumeration: DescEnum): string[] {
  const names = enumeration.values.map(({ name }) => name);
  if (!hasPrefix(enumeration)) return names;
  const { length } = prefixOf(enumeration);
  return names.map((name) => name.slice(length));
}

/** Whether the enum's name stands in front of all values, so that `Enum` puts it there again. */
export function hasPrefix(enumeration: DescEnum): boolean {
  const prefix = prefixOf(enumeration);
  return enumeration.values.every(({ name }) => {
    const bare = name.slice(prefix.length);
    // A member may not look like a number, nor begin with the prefix itself.
    return name.startsWith(prefix) && /^[A-Za-z_]/.test(bare) && !bare.startsWith(prefix) &&
      toUpperSnakeCase(bare) === bare;
  });
}

function prefixOf({ typeName }: DescEnum): string {
  return `${toUpperSnakeCase(shortName(typeName))}_`;
}
