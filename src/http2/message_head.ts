// The heads of requests and responses after the header rules: pseudo-header fields by name, the others as a list.

import type { HeaderList } from "../http/exchange.ts";

/** The head of a request, not to be changed: it is shared by requests whose header blocks were the same, and frozen then. */
export class RequestHead {
  /** `"POST"`, as sent; methods are case-sensitive. */
  readonly method: string;
  /** `"http"` or `"https"` most often; empty for plain CONNECT. */
  readonly scheme: string;
  /** `:authority`, or the host field where there is none; may be empty. */
  readonly authority: string;
  /** `:path`, as sent, with its query: begins with `/`, or is `*` for OPTIONS; empty for plain CONNECT. */
  readonly path: string;
  /** `:protocol` of an extended CONNECT (RFC 8441), else undefined. */
  readonly protocol: string | undefined;
  /** The regular fields in order; cookie crumbs are joined into one (RFC 9113 8.2.3). */
  readonly headers: HeaderList;
  /** The content-length, or -1. */
  readonly contentLength: number;
  /** Octets of all names and values, and 32 for each field. */
  readonly size: number;
  /** Values by name, once the head is shared. */
  #byName: Map<string, string> | undefined;

  constructor(pseudo: PseudoFields, headers: HeaderList, contentLength: number, size: number) {
    this.method = pseudo.method ?? "";
    this.scheme = pseudo.scheme ?? "";
    this.authority = pseudo.authority ?? "";
    this.path = pseudo.path ?? "";
    this.protocol = pseudo.protocol;
    this.headers = headers;
    this.contentLength = contentLength;
    this.size = size;
  }

  /** The value of a regular field by its lower-case name; several are joined by `", "`. */
  header(name: string): string | undefined {
    return this.#byName === undefined ? this.#find(name) : this.#byName.get(name);
  }

  #find(name: string): string | undefined {
    const { headers } = this;
    let found: string | undefined;
    // By index: iterating costs ten times as much on some runtimes, and every call asks for several headers.
    for (let index = 0; index < headers.length; index++) {
      const field = headers[index]!;
      if (field[0] === name) found = found === undefined ? field[1] : `${found}, ${field[1]}`;
    }
    return found;
  }

  /** Makes it fit to be shared. A head that is used once is better off without: freezing costs as much as checking it. */
  freeze(): void {
    const byName = this.#byName = new Map<string, string>();
    for (const [name] of this.headers) {
      if (!byName.has(name)) byName.set(name, this.#find(name)!);
    }
    Object.freeze(this.headers);
    Object.freeze(this);
  }
}

/** The head of a response, interim or final. */
export class ResponseHead {
  /** 100 to 999. */
  readonly status: number;
  readonly headers: HeaderList;
  /** The content-length, or -1. */
  readonly contentLength: number;

  constructor(status: number, headers: HeaderList, contentLength: number) {
    this.status = status;
    this.headers = headers;
    this.contentLength = contentLength;
  }
}

/** Pseudo-header fields as they are found; undefined where there is none. */
export interface PseudoFields {
  method: string | undefined;
  scheme: string | undefined;
  authority: string | undefined;
  path: string | undefined;
  protocol: string | undefined;
  status: string | undefined;
}
