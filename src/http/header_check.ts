// What a server may send as header fields, RFC 9110 5.1 and 5.5. Runtimes and the engine let some of it through, by which
// a value could become another header.
import type { HeaderList } from "./exchange.ts";

const FIELD_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * True for fields that belong to one HTTP/1.1 connection, which HTTP/2 forbids (RFC 9113 8.2.2). The transport sets its
 * own, and drops those of a reply.
 */
export function isConnectionField(name: string): boolean {
  switch (name) {
    case "connection":
    case "keep-alive":
    case "proxy-connection":
    case "transfer-encoding":
    case "upgrade":
      return true;
    default:
      return false;
  }
}

/** @throws TypeError on a name that is not a lower-case token, and on a value with other characters than HTTP has. */
export function checkHeader(name: string, value: string): void {
  if (!FIELD_NAME.test(name)) throw new TypeError(`${JSON.stringify(name)} is not a lower-case header name.`);
  if (!FIELD_VALUE.test(value)) throw new TypeError(`The header ${name} holds a character that HTTP does not carry.`);
}

/**
 * The fields of a reply that can be sent on any connection, with `first` before them.
 * @throws TypeError as {@link checkHeader} does.
 */
export function sendableHeaders(
  list: HeaderList,
  first?: readonly [name: string, value: string],
): (readonly [name: string, value: string])[] {
  const fields: (readonly [name: string, value: string])[] = first === undefined ? [] : [first];
  for (const field of list) {
    if (isConnectionField(field[0])) continue;
    checkHeader(field[0], field[1]);
    fields.push(field);
  }
  return fields;
}
