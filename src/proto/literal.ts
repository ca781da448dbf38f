// Literals of .proto text: strings, bytes and numbers, and the values of options, laid out as `buf format` does.
// Language specification, "lexical elements"; protobuf text format for message values.

/** The value of an option: a literal, a list, or a message's fields by name. */
export type OptionValue = string | readonly OptionValue[] | MessageValue;

/** The fields of a message value, in order. */
export interface MessageValue {
  readonly fields: ReadonlyArray<readonly [name: string, value: OptionValue]>;
}

/** A string as a literal. */
export function stringLiteral(text: string): string {
  // deno-lint-ignore no-control-regex
  return `"${text.replace(/["\\\u0000-\u001f\u007f]/g, (char) => escape(char.charCodeAt(0)))}"`;
}

/** Bytes as a literal. */
export function bytesLiteral(bytes: Uint8Array): string {
  return `"${Array.from(bytes, (byte) => isPlain(byte) ? String.fromCharCode(byte) : escape(byte)).join("")}"`;
}

/** A float or double as a literal. */
export function floatLiteral(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return Object.is(value, -0) ? "-0" : String(value);
}

/** A float of 32 bits as the shortest literal that means it: `0.1`, not `0.10000000149011612`. */
export function float32Literal(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return floatLiteral(short);
  }
  return floatLiteral(value);
}

/** An option's value; its further lines, where it has some, are indented relative to its first. */
export function formatValue(value: OptionValue): string {
  if (typeof value === "string") return value;
  if ("fields" in value) return formatMessage(value);
  const [only] = value;
  if (only === undefined) return "[]";
  if (value.length === 1 && typeof only === "string") return `[${only}]`;
  return `[\n${value.map((element) => indent(formatValue(element))).join(",\n")}\n]`;
}

function formatMessage({ fields }: MessageValue): string {
  const [only] = fields;
  if (only === undefined) return "{}";
  if (fields.length === 1 && typeof only[1] === "string") return `{${only[0]}: ${only[1]}}`;
  return `{\n${fields.map(([name, value]) => indent(`${name}: ${formatValue(value)}`)).join("\n")}\n}`;
}

/** A text with each of its lines one level further in. */
export function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

function isPlain(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
}

function escape(code: number): string {
  switch (code) {
    case 0x0a:
      return "\\n";
    case 0x0d:
      return "\\r";
    case 0x09:
      return "\\t";
    case 0x22:
      return '\\"';
    case 0x5c:
      return "\\\\";
    default:
      return `\\${code.toString(8).padStart(3, "0")}`;
  }
}
