// From an element in protobuf's words to the user's: class and property, enum and name, service and method. What is gone has
// no property any more; it is called as it would be by default.
import type { DescFile } from "@bufbuild/protobuf";
import type { DeclaredType } from "./declared.ts";
import type { Element } from "./element.ts";

/** Where an element is in the user's source. */
export interface Place {
  readonly kind: DeclaredType["kind"];
  /** The class; the type's name for enums and contracts. */
  readonly owner: string;
  /** The property, the name of the value, or the method: undefined for the type itself. */
  readonly property?: string;
  /** The property is not there any more. */
  readonly gone: boolean;
}

/** The place of an element; undefined for types of generated code. */
export function placeOf(
  { typeName, member, memberName }: Element,
  declared: ReadonlyMap<string, DeclaredType>,
): Place | undefined {
  const type = declared.get(typeName);
  if (!type) return undefined;
  const { kind, owner } = type;
  if (member === undefined) return { kind, owner, gone: false };
  const property = type.members.get(member);
  if (property !== undefined) return { kind, owner, property, gone: false };
  const name = memberName ?? String(member);
  return { kind, owner, property: kind === "enum" ? name : lowerCamelCase(name), gone: true };
}

function lowerCamelCase(name: string): string {
  return (name.charAt(0).toLowerCase() + name.slice(1)).replace(
    /_+([a-z0-9])/g,
    (_, letter: string) => letter.toUpperCase(),
  );
}

/** Numbers and names: what a type reserves, or is to reserve. */
export type Reserved = ReadonlyArray<number | readonly [first: number, last: number] | string>;

/** What a message or an enum reserves now; undefined where there is no such type. */
export function reservedIn(typeName: string, files: readonly DescFile[]): Reserved | undefined {
  for (const file of files) {
    const message = allMessages(file.messages).find((desc) => desc.typeName === typeName);
    if (message) {
      // Ends of reserved ranges of messages are exclusive, those of enums are not.
      const ranges = message.proto.reservedRange.map(({ start, end }) => range(start, end - 1));
      return [...ranges, ...message.proto.reservedName];
    }
    const enums = [...file.enums, ...allMessages(file.messages).flatMap((desc) => desc.nestedEnums)];
    const enumeration = enums.find((desc) => desc.typeName === typeName);
    if (enumeration) {
      const ranges = enumeration.proto.reservedRange.map(({ start, end }) => range(start, end));
      return [...ranges, ...enumeration.proto.reservedName];
    }
  }
  return undefined;
}

function allMessages(messages: DescFile["messages"]): DescFile["messages"] {
  return messages.flatMap((message) => [message, ...allMessages(message.nestedMessages)]);
}

function range(first: number, last: number): number | readonly [number, number] {
  return first === last ? first : [first, last];
}

/** Reserved numbers and names as a decorator's option has them: `reserved: [4, [20, 29], "price"]`. */
export function reservedOption(reserved: Reserved): string {
  const numbers = reserved.filter((entry) => typeof entry !== "string");
  const names = reserved.filter((entry) => typeof entry === "string");
  const texts = [...numbers, ...names].map((entry) =>
    typeof entry === "object" ? `[${entry.join(", ")}]` : JSON.stringify(entry)
  );
  return `reserved: [${texts.join(", ")}]`;
}
