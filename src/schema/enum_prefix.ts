// The enum's own name in front of the names of its values (`COLOR_RED` of `Color`), which their names in TypeScript go without.
import type { EnumDescriptorProto } from "@bufbuild/protobuf/wkt";

/** `color_`; undefined where a value has none, or where a name would be empty or begin with a digit without it. */
export function enumPrefix({ name, value }: EnumDescriptorProto): string | undefined {
  const prefix = `${(name.charAt(0) + name.slice(1).replace(/[A-Z]/g, "_$&")).toLowerCase()}_`;
  const isShared = value.every(({ name }) =>
    name.toLowerCase().startsWith(prefix) && /^\D/.test(name.slice(prefix.length))
  );
  return isShared ? prefix : undefined;
}
