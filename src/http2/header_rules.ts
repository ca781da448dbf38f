// What makes a header list a well-formed request, response or trailer section, RFC 9113 8.1 to 8.5 and RFC 8441 4.
// A list that breaks a rule is "malformed": its stream ends with PROTOCOL_ERROR. What a method, a path or a field means is
// not judged here.

import type { HeaderList } from "../http/exchange.ts";
import { type PseudoFields, RequestHead, ResponseHead } from "./message_head.ts";

/** RFC 9113 8.2.2: fields that tell about a single HTTP/1.1 connection. */
const CONNECTION_SPECIFIC: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** Characters by class: 1 in a field name or method in lower case, 2 also in a method. RFC 9110 5.6.2 (token). */
const TOKEN: Uint8Array = new Uint8Array(256);
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz") TOKEN[character.charCodeAt(0)] = 1;
for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZ") TOKEN[character.charCodeAt(0)] = 2;

/** What each field counts for beside its octets (RFC 9113 6.5.2). */
const FIELD_OVERHEAD = 32;

/** The longest content-length that is a safe integer, in digits. */
const MAX_CONTENT_LENGTH_DIGITS = 15;

/** A request that was found well-formed. */
export interface CheckedRequest {
  readonly list: HeaderList;
  readonly head: RequestHead;
}

/**
 * Checks a request's list. Answers its head, or what is malformed about it.
 * @param before another request of the connection. What is the same in both is not looked at again: fields that come from
 * a table are one and the same object, and of a caller's requests only a few fields differ.
 */
export function checkRequest(
  list: HeaderList,
  extendedConnect: boolean,
  before?: CheckedRequest,
): RequestHead | string {
  const section = new Section(list, before?.list);
  if (section.fault !== undefined) return section.fault;
  const { pseudo } = section;
  if (pseudo.status !== undefined) return ":status in a request";
  const { method, path, scheme } = pseudo;
  const known = before?.head;
  // A head has empty text for what its request did not have.
  const isKnown = known !== undefined && path !== "" && path === known.path && method === known.method &&
    scheme === known.scheme;
  if (method === undefined || !isKnown && !isToken(method)) return missing(":method", method);
  if (pseudo.protocol !== undefined && (!extendedConnect || method !== "CONNECT")) {
    return ":protocol without extended CONNECT";
  }
  if (method === "CONNECT" && pseudo.protocol === undefined) {
    // RFC 9113 8.5
    if (path !== undefined || scheme !== undefined) return ":path or :scheme with CONNECT";
    if (!pseudo.authority) return "CONNECT without :authority";
  } else if (!isKnown) {
    if (!scheme || !/^[A-Za-z][A-Za-z0-9+.-]*$/.test(scheme)) return missing(":scheme", scheme);
    if (path === undefined || !isPath(path, method)) return missing(":path", path);
  }
  // RFC 9113 8.3.1: host may not say other than :authority, and no user information.
  if (section.host !== undefined) {
    if (pseudo.authority === undefined) pseudo.authority = section.host;
    else if (pseudo.authority.toLowerCase() !== section.host.toLowerCase()) return "host differs from :authority";
  }
  const { authority } = pseudo;
  if (authority !== undefined && authority !== known?.authority && !isAuthority(authority)) {
    return `not an authority: ${quote(authority)}`;
  }
  return new RequestHead(pseudo, section.regular(), section.contentLength, section.size);
}

/** Checks a response's list. Answers its head, or what is malformed about it. */
export function checkResponse(list: HeaderList): ResponseHead | string {
  const section = new Section(list);
  if (section.fault !== undefined) return section.fault;
  const { status, method, scheme, authority, path, protocol } = section.pseudo;
  if ((method ?? scheme ?? authority ?? path ?? protocol) !== undefined) {
    return "a request's pseudo-header field in a response";
  }
  if (status === undefined || !/^[1-9][0-9][0-9]$/.test(status)) return missing(":status", status);
  // RFC 9113 8.6
  if (status === "101") return ":status 101";
  return new ResponseHead(Number(status), section.regular(), section.contentLength);
}

/** Checks a trailer section. Answers what is malformed about it, or undefined. */
export function checkTrailers(list: HeaderList): string | undefined {
  const section = new Section(list);
  if (section.fault !== undefined) return section.fault;
  // RFC 9113 8.1
  return section.pseudoCount > 0 ? "a pseudo-header field in trailers" : undefined;
}

/** One pass over a list: what holds for every kind of section, and what is found for the rules of each. */
class Section {
  readonly pseudo: PseudoFields = {
    method: undefined,
    scheme: undefined,
    authority: undefined,
    path: undefined,
    protocol: undefined,
    status: undefined,
  };
  readonly #list: HeaderList;
  readonly #known: HeaderList;
  readonly fault: string | undefined;
  pseudoCount = 0;
  host: string | undefined;
  contentLength = -1;
  size = 0;
  #crumbs = 0;

  /** @param known fields that were checked before */
  constructor(list: HeaderList, known: HeaderList = []) {
    this.#list = list;
    this.#known = known;
    this.fault = this.#check();
  }

  #check(): string | undefined {
    const list = this.#list;
    const known = this.#known;
    for (let index = 0; index < list.length; index++) {
      const field = list[index]!;
      const name = field[0];
      const value = field[1];
      this.size += name.length + value.length + FIELD_OVERHEAD;
      const isKnown = index < known.length && field === known[index];
      const isPseudo = name.charCodeAt(0) === 0x3a;
      const fault = isPseudo ? this.#pseudo(name, value, index) : this.#regular(name, value, isKnown);
      if (fault !== undefined) return fault;
      if (!isKnown && !isValue(value)) return `an illegal character in the value of ${quote(name)}`;
    }
    return undefined;
  }

  #pseudo(name: string, value: string, index: number): string | undefined {
    // RFC 9113 8.3: all before the first regular field, each at most once.
    if (index !== this.pseudoCount) return `${quote(name)} after a regular field`;
    this.pseudoCount++;
    const pseudo = this.pseudo;
    switch (name) {
      case ":method":
        if (pseudo.method !== undefined) return "a second :method";
        pseudo.method = value;
        return undefined;
      case ":scheme":
        if (pseudo.scheme !== undefined) return "a second :scheme";
        pseudo.scheme = value;
        return undefined;
      case ":authority":
        if (pseudo.authority !== undefined) return "a second :authority";
        pseudo.authority = value;
        return undefined;
      case ":path":
        if (pseudo.path !== undefined) return "a second :path";
        pseudo.path = value;
        return undefined;
      case ":protocol":
        if (pseudo.protocol !== undefined) return "a second :protocol";
        pseudo.protocol = value;
        return undefined;
      case ":status":
        if (pseudo.status !== undefined) return "a second :status";
        pseudo.status = value;
        return undefined;
      default:
        return `no pseudo-header field of RFC 9113: ${quote(name)}`;
    }
  }

  #regular(name: string, value: string, isKnown: boolean): string | undefined {
    // RFC 9113 8.2.1
    if (!isKnown && !isFieldName(name)) return `not a field name in lower case: ${quote(name)}`;
    switch (name.charCodeAt(0)) {
      case 0x63: // c
        if (name === "content-length") return this.#contentLength(value);
        if (name === "cookie") this.#crumbs++;
        break;
      case 0x68: // h
        if (name === "host") {
          if (this.host !== undefined) return "a second host";
          this.host = value;
        }
        break;
      case 0x74: // t
        // RFC 9113 8.2.2
        if (!isKnown && name === "te" && value.toLowerCase() !== "trailers") {
          return `te: ${quote(value)}, which can only be "trailers"`;
        }
        break;
    }
    return !isKnown && CONNECTION_SPECIFIC.has(name) ? `the connection-specific field ${name}` : undefined;
  }

  #contentLength(value: string): string | undefined {
    if (!/^[0-9]+$/.test(value) || value.length > MAX_CONTENT_LENGTH_DIGITS) return `content-length: ${quote(value)}`;
    const length = Number(value);
    if (this.contentLength !== -1 && this.contentLength !== length) return "two content-lengths that differ";
    this.contentLength = length;
    return undefined;
  }

  /** The regular fields, with cookie crumbs joined in the place of the first one (RFC 9113 8.2.3). */
  regular(): HeaderList {
    const fields = this.#list.slice(this.pseudoCount);
    if (this.#crumbs > 1) {
      const crumbs = fields.filter(([name]) => name === "cookie").map(([, value]) => value);
      const first = fields.findIndex(([name]) => name === "cookie");
      fields[first] = ["cookie", crumbs.join("; ")];
      return fields.filter(([name], index) => name !== "cookie" || index === first);
    }
    return fields;
  }
}

function isFieldName(name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    if (TOKEN[name.charCodeAt(index)] !== 1) return false;
  }
  return name.length > 0;
}

function isToken(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (!TOKEN[text.charCodeAt(index)]) return false;
  }
  return text.length > 0;
}

/** RFC 9113 8.2.1: no NUL, CR or LF; no space or tab at either end. */
function isValue(value: string): boolean {
  const length = value.length;
  if (length === 0) return true;
  for (let index = 0; index < length; index++) {
    const character = value.charCodeAt(index);
    if (character <= 0x0d && (character === 0x0d || character === 0x0a || character === 0)) return false;
  }
  return !isBlank(value.charCodeAt(0)) && !isBlank(value.charCodeAt(length - 1));
}

function isBlank(character: number): boolean {
  return character === 0x20 || character === 0x09;
}

function isPath(path: string, method: string): boolean {
  if (path.charCodeAt(0) !== 0x2f) return path === "*" && method === "OPTIONS";
  return isVisible(path);
}

function isAuthority(authority: string): boolean {
  return isVisible(authority) && !authority.includes("@") && !authority.includes("/");
}

/** True where there is nothing but printable ASCII, without spaces. */
function isVisible(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index);
    if (character <= 0x20 || character >= 0x7f) return false;
  }
  return true;
}

function missing(name: string, value: string | undefined): string {
  return value === undefined ? `no ${name}` : `not a ${name.slice(1)}: ${quote(value)}`;
}

/** A peer's text, fit for debug data and logs: printable ASCII, at most 64 characters. */
function quote(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}...` : text).replace(/[^\x20-\x7e]/g, "?");
}
