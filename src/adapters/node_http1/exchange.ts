// The neck over node:http requests and node:http2 streams: what both have in common is here, the two replies are in
// http1_exchange.ts and ../node_http2/http2_exchange.ts. RFC 9112 and RFC 9113 8.1 are enforced by the runtime's own parsers.
import type { IncomingHttpHeaders } from "node:http";
import type { Readable, Writable } from "node:stream";
import type { Exchange, HeaderList, HostCapabilities, Peer } from "../../http/exchange.ts";
import { BodyTooLargeError } from "../../http/exchange.ts";
import { checkHeader, isConnectionField } from "../../http/header_check.ts";
import { peerGone, PeerSignal } from "../../http/peer_signal.ts";
import { requestPath, requestUrl } from "../../http/request_url.ts";
import { StreamBody } from "./stream_body.ts";

const NO_BYTES = new Uint8Array(0);

/** The form in which node:http and node:http2 take headers to send. */
export type OutgoingFields = Record<string, string | string[]>;

/** What the head of a request says, in the words of both HTTP versions. */
export interface RequestHead {
  readonly method: string;
  readonly scheme: "http" | "https";
  readonly authority: string | undefined;
  /** The request target, query included. */
  readonly target: string;
  readonly fields: IncomingHttpHeaders;
  /** True where the request ends with its head. */
  readonly bodiless: boolean;
}

/** The half of an Exchange that reads the request; its subclasses send the reply. */
export abstract class NodeExchange implements Exchange {
  abstract readonly host: HostCapabilities;
  abstract readonly httpVersion: string;
  readonly peer: Peer;
  readonly body: StreamBody;
  protected readonly peerSignal: PeerSignal = new PeerSignal();
  /** True once the reply has ended or the exchange was reset: nothing more is sent. */
  protected done = false;
  readonly #head: RequestHead;
  readonly #sink: Writable;
  #headers: Headers | undefined;
  #url: string | undefined;

  constructor(head: RequestHead, source: Readable, sink: Writable, peer: Peer) {
    this.#head = head;
    this.#sink = sink;
    this.peer = peer;
    const aborted = (): boolean => (source as { aborted?: boolean }).aborted === true;
    this.body = new StreamBody(source, { sure: () => !aborted(), broken: aborted });
  }

  get method(): string {
    return this.#head.method;
  }

  get url(): string {
    return this.#url ??= requestUrl(this.#head);
  }

  get path(): string {
    return requestPath(this.#head);
  }

  header(name: string): string | undefined {
    const value = name.startsWith(":") ? undefined : this.#head.fields[name];
    return Array.isArray(value) ? value.join(", ") : value;
  }

  headers(): Headers {
    return this.#headers ??= headersOf(this.#head.fields);
  }

  get signal(): AbortSignal {
    return this.peerSignal.signal;
  }

  readWhole(maxBytes: number): Uint8Array | Promise<Uint8Array> {
    if (this.#head.bodiless) return NO_BYTES;
    if (Number(this.#head.fields["content-length"] ?? 0) <= maxBytes) return this.body.readWhole(maxBytes);
    this.body.discard();
    return Promise.reject(new BodyTooLargeError(maxBytes));
  }

  read(): Promise<Uint8Array | undefined> {
    return this.#head.bodiless ? Promise.resolve(undefined) : this.body.read();
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    if (this.done || this.#sink.destroyed || chunk.byteLength === 0) return undefined;
    if (this.#sink.write(chunk)) return undefined;
    return new Promise((resolve) => {
      const sink = this.#sink;
      const go = (): void => {
        sink.off("drain", go);
        sink.off("close", go);
        resolve();
      };
      sink.on("drain", go);
      sink.on("close", go);
    });
  }

  /** True where nothing of the request is still to come. */
  protected get requestEnded(): boolean {
    return this.#head.bodiless || this.body.ended;
  }

  abstract reply(status: number, headers: HeaderList, body: Uint8Array, trailers?: HeaderList): void;
  abstract replyHead(status: number, headers: HeaderList): void;
  abstract end(trailers?: HeaderList): void;
  abstract reset(reason?: unknown): void;

  /** Told by the transport when the stream or connection is closed, for whatever reason. */
  closed(how: string): void {
    if (!this.requestEnded) this.body.fail(peerGone(how));
    if (!this.done) this.peerSignal.abort(peerGone(how));
    this.done = true;
  }
}

/**
 * Headers to send as an object, repeated names as arrays; connection fields are dropped.
 * @throws TypeError on a name that is not a lower-case token, and on a value with other characters than HTTP has.
 */
export function outgoingFields(list: HeaderList): OutgoingFields {
  const fields: OutgoingFields = {};
  for (const [name, value] of list) {
    if (isConnectionField(name)) continue;
    checkHeader(name, value);
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else fields[name] = [before, value];
  }
  return fields;
}

/** Headers that arrived, without HTTP/2's pseudo-header fields. */
export function headersOf(fields: IncomingHttpHeaders): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || name.startsWith(":")) continue;
    try {
      if (Array.isArray(value)) { for (const one of value) headers.append(name, one); }
      else headers.append(name, value);
    } catch {
      // Fetch's Headers are stricter than the parsers (a code point above 255, for example). What no Headers can hold is
      // left out; header() still gives it.
    }
  }
  return headers;
}
