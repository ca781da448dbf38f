// An exchange without a host, for walks of one call: a request made of chunks, and a record of the reply.
import type { Exchange, HeaderList } from "../../src/http/exchange.ts";
import { BodyTooLargeError } from "../../src/http/exchange.ts";

/** The request of a {@link MemoryExchange}. */
export interface MemoryRequest {
  readonly method?: string;
  readonly path?: string;
  /** With its question mark. */
  readonly query?: string;
  readonly headers?: HeaderList;
  readonly chunks?: readonly Uint8Array[];
  readonly trailers?: boolean;
  readonly fullDuplex?: boolean;
  readonly maxTrailersBytes?: number;
}

/** What a {@link MemoryExchange} was replied. */
export interface MemoryReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
  readonly trailers: Headers;
  /** How many chunks the body came in. */
  readonly pieces: number;
}

/** One request, and a promise of the reply to it. */
export class MemoryExchange implements Exchange {
  readonly host: Exchange["host"];
  readonly peer: Exchange["peer"] = { address: "memory" };
  readonly httpVersion = "2";
  readonly maxTrailersBytes: number | undefined;
  readonly method: string;
  readonly path: string;
  readonly replied: Promise<MemoryReply>;
  readonly #query: string;
  readonly #headers: Headers;
  readonly #chunks: Uint8Array[];
  readonly #controller = new AbortController();
  readonly #written: Uint8Array[] = [];
  #head: { status: number; headers: HeaderList } | undefined;
  #ended = false;
  #resolve: (reply: MemoryReply) => void = () => {};
  #reject: (reason: unknown) => void = () => {};

  constructor(request: MemoryRequest) {
    const { method = "POST", path = "/", query = "", headers = [], chunks = [] } = request;
    this.host = { trailers: request.trailers ?? true, fullDuplex: request.fullDuplex ?? true };
    this.maxTrailersBytes = request.maxTrailersBytes;
    this.#query = query;
    this.method = method;
    this.path = path;
    this.#headers = new Headers(headers.map(([name, value]) => [name, value] as [string, string]));
    this.#chunks = [...chunks];
    this.replied = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** The head of the reply, once it was sent. */
  get head(): { readonly status: number; readonly headers: HeaderList } | undefined {
    return this.#head;
  }

  get url(): string {
    return `http://memory.invalid${this.path}${this.#query}`;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  header(name: string): string | undefined {
    return this.#headers.get(name) ?? undefined;
  }

  headers(): Headers {
    return this.#headers;
  }

  readWhole(maxBytes: number): Uint8Array {
    const whole = concat(this.#chunks.splice(0));
    if (whole.byteLength > maxBytes) throw new BodyTooLargeError(maxBytes);
    return whole;
  }

  read(): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#chunks.shift());
  }

  reply(status: number, headers: HeaderList, body: Uint8Array, trailers?: HeaderList): void {
    this.replyHead(status, headers);
    this.write(body);
    this.end(trailers);
  }

  replyHead(status: number, headers: HeaderList): void {
    if (this.#head) throw new Error("The head of the reply was sent twice.");
    this.#head = { status, headers };
  }

  write(chunk: Uint8Array): undefined {
    if (!this.#head || this.#ended) throw new Error("A chunk was sent outside of a reply.");
    this.#written.push(chunk);
  }

  end(trailers: HeaderList = []): void {
    if (!this.#head || this.#ended) throw new Error("A reply was ended twice, or before it began.");
    this.#ended = true;
    const toHeaders = (list: HeaderList): Headers =>
      new Headers(list.map(([name, value]) => [name, value] as [string, string]));
    this.#resolve({
      status: this.#head.status,
      headers: toHeaders(this.#head.headers),
      body: concat(this.#written),
      trailers: toHeaders(trailers),
      pieces: this.#written.length,
    });
  }

  reset(reason?: unknown): void {
    this.#reject(reason ?? new Error("The exchange was reset."));
  }

  /** The peer goes away. */
  leave(): void {
    this.#controller.abort(new DOMException("The peer went away.", "AbortError"));
  }
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
