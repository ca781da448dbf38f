// Calls to the app's own handler, without a socket: an exchange in memory, at whose one end is a client's transport. Bytes
// cross as a network would carry them, back-pressure and all; either end notices when the other one leaves.
import type { UniversalClientFn, UniversalClientRequest, UniversalClientResponse } from "@connectrpc/connect/protocol";
import { joinChunks } from "../bytes/join_chunks.ts";
import { abortError, untilAborted } from "../rpc/abort.ts";
import {
  BodyTooLargeError,
  type Exchange,
  type ExchangeHandler,
  type HeaderList,
  type HostCapabilities,
  type Peer,
} from "../http/exchange.ts";

/** An HTTP client whose requests are served by a handler of this process. */
export function inProcessClient(handler: ExchangeHandler): UniversalClientFn {
  return (request) => {
    const exchange = new InProcessExchange(request);
    handler(exchange);
    return exchange.response;
  };
}

class InProcessExchange implements Exchange {
  readonly host: HostCapabilities = { trailers: true, fullDuplex: true };
  readonly peer: Peer = {};
  readonly httpVersion = "2";
  readonly method: string;
  readonly url: string;
  readonly path: string;
  /** What the client gets; rejects where it leaves, or the exchange is reset, before the head of the reply. */
  readonly response: Promise<UniversalClientResponse>;
  readonly #headers: Headers;
  readonly #request: AsyncIterator<Uint8Array> | undefined;
  readonly #controller = new AbortController();
  readonly #trailer = new Headers();
  readonly #reply = new ChunkSlot();
  #respond: (response: UniversalClientResponse) => void = () => {};
  #ended = false;

  constructor({ url, method, header, body, signal }: UniversalClientRequest) {
    this.method = method;
    this.url = url;
    this.path = new URL(url).pathname;
    this.#headers = header;
    this.#request = body?.[Symbol.asyncIterator]();
    const responded = new Promise<UniversalClientResponse>((resolve) => {
      this.#respond = resolve;
    });
    const leave = (): void => this.#controller.abort(signal?.reason);
    if (signal?.aborted) leave();
    else signal?.addEventListener("abort", leave, { once: true });
    this.response = untilAborted(responded, this.#controller.signal);
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

  async readWhole(maxBytes: number): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (let chunk = await this.read(); chunk; chunk = await this.read()) {
      size += chunk.byteLength;
      if (size > maxBytes) {
        await this.#request?.return?.();
        throw new BodyTooLargeError(maxBytes);
      }
      chunks.push(chunk);
    }
    return joinChunks(chunks, size);
  }

  async read(): Promise<Uint8Array | undefined> {
    if (!this.#request) return undefined;
    const next = await untilAborted(this.#request.next(), this.signal);
    return next.done ? undefined : next.value;
  }

  reply(status: number, headers: HeaderList, body: Uint8Array, trailers?: HeaderList): void {
    this.replyHead(status, headers);
    if (body.byteLength > 0) this.write(body);
    this.end(trailers);
  }

  replyHead(status: number, headers: HeaderList): void {
    const header = new Headers(headers.map(([name, value]) => [name, value] as [string, string]));
    this.#respond({ status, header, trailer: this.#trailer, body: this.#body() });
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#ended || this.signal.aborted) return undefined;
    // Never rejects, as the neck asks: a client that leaves frees who waits here.
    return untilAborted(this.#reply.put(chunk), this.signal).catch(() => {});
  }

  end(trailers: HeaderList = []): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const [name, value] of trailers) this.#trailer.append(name, value);
    this.#reply.close();
  }

  reset(reason?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#controller.abort(reason);
  }

  async *#body(): AsyncGenerator<Uint8Array, void> {
    try {
      while (true) {
        const chunk = await untilAborted(this.#reply.take(), this.signal);
        if (chunk === undefined) return;
        yield chunk;
      }
    } finally {
      // The client reads no further; a handler that still writes is told.
      if (!this.#ended) this.#controller.abort(abortError(this.signal));
    }
  }
}

/** Chunks on their way from a writer to a reader, who takes one at a time. */
class ChunkSlot {
  readonly #chunks: { readonly bytes: Uint8Array; readonly taken: () => void }[] = [];
  #closed = false;
  #wake: (() => void) | undefined;

  /** Puts a chunk down; resolves when it has been taken. */
  put(bytes: Uint8Array): Promise<void> {
    return new Promise((taken) => {
      this.#chunks.push({ bytes, taken });
      this.#wake?.();
    });
  }

  /** No chunk comes after those that lie here. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** Takes the next chunk; undefined at the end. */
  async take(): Promise<Uint8Array | undefined> {
    while (this.#chunks.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const next = this.#chunks.shift();
    next?.taken();
    return next?.bytes;
  }
}
