// Metadata of a call as header fields: from what the user gives, without the names that belong to HTTP and to protocols, and
// into the Headers that the user is given.
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";
import type { HeaderList } from "../http/exchange.ts";
import { checkHeader, isConnectionField } from "../http/header_check.ts";
import { ListHeaders } from "../http/list_headers.ts";

/** No fields. One list, so that it is known when it is seen. */
export const noFields: HeaderList = Object.freeze([]);

/** Names that a protocol sets itself, on whichever request it wants; a user's own are left out. */
const reservedNames = new Set([
  "accept-encoding",
  "connect-accept-encoding",
  "connect-content-encoding",
  "connect-protocol-version",
  "connect-timeout-ms",
  "content-encoding",
  "content-length",
  "content-type",
  "grpc-accept-encoding",
  "grpc-encoding",
  "grpc-message",
  "grpc-status",
  "grpc-status-details-bin",
  "grpc-timeout",
  "host",
  "te",
  "trailer",
  "user-agent",
]);

/**
 * The fields of a user's metadata, in order; several values of a name stay apart where they were given so.
 * @throws ConnectError `invalid_argument` for what HTTP cannot carry: a line break would make it another field.
 */
export function metadataFields(init: HeadersInit | undefined): HeaderList {
  if (init === undefined) return noFields;
  const fields: (readonly [name: string, value: string])[] = [];
  const add = (given: string, value: string): void => {
    const name = given.toLowerCase();
    if (reservedNames.has(name) || isConnectionField(name)) return;
    const text = String(value).trim();
    try {
      checkHeader(name, text);
    } catch (error) {
      throw new ConnectError((error as Error).message, Code.InvalidArgument, undefined, undefined, error);
    }
    fields.push([name, text]);
  };
  if (init instanceof Headers) init.forEach((value, name) => add(name, value));
  else if (Symbol.iterator in init) { for (const [name, value] of init) add(name as string, value as string); }
  else for (const name of Object.keys(init)) add(name, init[name]);
  return fields.length === 0 ? noFields : fields;
}

/** Fields as Headers; what those refuse to hold is left out. */
export function headersOf(list: HeaderList): Headers {
  return new ListHeaders(list);
}

/** Adds fields to Headers. */
export function appendFields(headers: Headers, list: HeaderList): void {
  for (const [name, value] of list) {
    try {
      headers.append(name, value);
    } catch {
      // Fetch's Headers are stricter than HTTP (RFC 9110 5.5 lets octets through that they don't).
    }
  }
}

/** The value of a field; several are joined by `", "`. */
export function fieldValue(list: HeaderList, name: string): string | undefined {
  let found: string | undefined;
  for (let index = 0; index < list.length; index++) {
    const field = list[index];
    if (field[0] === name) found = found === undefined ? field[1] : `${found}, ${field[1]}`;
  }
  return found;
}
