// The element that a finding of buf is about. Its messages name types by their last names alone, fields and enum values by
// number, methods by name, and they come first, so that texts behind them can't be taken for one. Which of several types of
// one last name is meant, the line in the printed file says.
import type { Finding, ProtoTexts } from "./breaking.ts";

/** An element in protobuf's words. */
export interface Element {
  /** The full name of the type: `shop.v1.Order.Item`. */
  readonly typeName: string;
  /** A field's or an enum value's number, or a method's or oneof's name; undefined for the type itself. */
  readonly member?: number | string;
  /** The name of a field or an enum value that the finding says. */
  readonly memberName?: string;
}

const onType = /\bon (?:message|enum|service) "([^"]+)"/;
const typeItself = /^(?:Previously present )?(?:message|enum|service) "([^"]+)"/i;
const byNumber = /^(?:Previously present )?(?:field|enum value) "(-?\d+)"(?: with name "([^"]+)")?/i;
const byName = /^(?:Previously present )?(?:RPC|oneof) "([^"]+)"/i;
const mapField = /^ *map<.*> \w+ = (\d+)/;
const requiredField = /^Message "[^"]+" had required field "(\d+)"/;

/**
 * The element that a finding is about; undefined for extensions, files and packages.
 *
 * @param texts the new .proto files, as printed by this package.
 */
export function elementOf(finding: Finding, texts: ProtoTexts): Element | undefined {
  const { message, path = "", start_line = 1 } = finding;
  const name = (onType.exec(message) ?? typeItself.exec(message))?.[1];
  const text = texts.get(path);
  if (name === undefined || text === undefined || message.startsWith("Extension")) return undefined;
  const types = typesOf(text);
  const around = types.filter(({ first, last }) => first <= start_line && start_line <= last);
  const packageName = /^package ([\w.]+);$/m.exec(text)?.[1];
  const fullName = (type: PrintedType): string => packageName === undefined ? type.name : `${packageName}.${type.name}`;
  const named = (type: PrintedType): boolean => type.name === name || type.name.endsWith(`.${name}`);
  const type = around.findLast(named) ?? types.find(named);
  if (type === undefined) {
    // The message of a map's entries, which is nowhere in the text: its fields are those of the map.
    const owner = around.at(-1);
    const mapNumber = mapField.exec(text.split("\n")[start_line - 1] ?? "")?.[1];
    return owner && mapNumber ? { typeName: fullName(owner), member: Number(mapNumber) } : undefined;
  }
  const [, number, memberName] = byNumber.exec(message) ?? requiredField.exec(message) ?? [];
  const member = number === undefined ? byName.exec(message)?.[1] : Number(number);
  return { typeName: fullName(type), member, memberName };
}

/** A type in a printed file, by its lines, counted from 1. */
interface PrintedType {
  readonly name: string;
  readonly first: number;
  last: number;
}

// What opens a block ends its line in the printed style, and what closes one begins it.
function typesOf(text: string): PrintedType[] {
  const types: PrintedType[] = [];
  const open: (PrintedType | undefined)[] = [];
  for (const [index, line] of text.split("\n").map((line) => line.trim()).entries()) {
    if (line.startsWith("//")) continue;
    const last = index + 1;
    if (/^[}\]]/.test(line)) {
      const closed = open.pop();
      if (closed) closed.last = last;
    }
    const empty = line.endsWith("{}");
    if (!empty && !/[{[]$/.test(line)) continue;
    const name = /^(?:export |local )?(?:message|enum|service) (\w+) \{/.exec(line)?.[1];
    const outer = open.findLast((type) => type !== undefined);
    const type = name === undefined ? undefined : { name: outer ? `${outer.name}.${name}` : name, first: last, last };
    if (type) types.push(type);
    if (!empty) open.push(type);
  }
  return types;
}
