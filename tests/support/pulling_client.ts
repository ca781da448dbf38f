// An HTTP client as tests like to call one: a request with a body to iterate, answered by a promise of a response with a body
// to iterate. What is told by calls on the neck of clients is queued here, and given back as credit when it is read.
import { Code, ConnectError } from "@connectrpc/connect";
import type { ClientRequest, Endpoint, HttpClient } from "../../src/http/client_exchange.ts";
import type { HeaderList } from "../../src/http/exchange.ts";

/** A request. */
export interface PullRequest {
  readonly url: string;
  readonly method?: string;
  readonly header?: Headers | Record<string, string>;
  readonly body?: AsyncIterable<Uint8Array> | Uint8Array;
  readonly signal?: AbortSignal;
  readonly waitForReady?: boolean;
}

/** A response whose head is there. */
export interface PullResponse {
  readonly status: number;
  readonly header: Headers;
  readonly body: AsyncIterable<Uint8Array>;
  /** Complete when the body has been read. */
  readonly trailer: Headers;
}

/** A client that is called, and closed. */
export interface PullingClient {
  (request: PullRequest): Promise<PullResponse>;
  close(): Promise<void>;
}

/** Makes an HTTP client one that is called. */
export function pulling(client: HttpClient): PullingClient {
  const call = (request: PullRequest): Promise<PullResponse> => new Pull(request).run(client);
  return Object.assign(call, { close: () => client.close() });
}

class Pull implements ClientRequest {
  readonly endpoint: Endpoint;
  readonly headers: HeaderList = [];
  readonly body: Uint8Array | undefined;
  readonly isStreamed: boolean;
  readonly isFullDuplex = false;
  readonly waitForReady: boolean;
  readonly #request: PullRequest;
  readonly #head = Promise.withResolvers<PullResponse>();
  readonly #trailer = new Headers();
  readonly #chunks: Uint8Array[] = [];
  #end: "open" | "ended" | ConnectError = "open";
  #wakeReader: () => void = () => {};
  #wakeWriter: () => void = () => {};

  constructor(request: PullRequest) {
    this.#request = request;
    const headers = [...new Headers(request.header)];
    this.endpoint = Object.freeze({
      verb: request.method ?? "POST",
      url: request.url,
      headers: Object.freeze(headers),
    });
    this.body = request.body instanceof Uint8Array ? request.body : undefined;
    this.isStreamed = request.body !== undefined && this.body === undefined;
    this.waitForReady = request.waitForReady === true;
  }

  run(client: HttpClient): Promise<PullResponse> {
    const { signal, body } = this.#request;
    const reason = (): ConnectError => ConnectError.from(signal?.reason, Code.Canceled);
    if (signal?.aborted) return Promise.reject(reason());
    const exchange = client.send(this);
    this.consume = (bytes) => exchange.consume(bytes);
    this.cancel = () => exchange.cancel();
    signal?.addEventListener("abort", () => {
      if (this.#end !== "open") return;
      exchange.cancel();
      this.#chunks.length = 0;
      this.onError(reason());
    });
    if (this.isStreamed) {
      (async () => {
        try {
          for await (const chunk of body as AsyncIterable<Uint8Array>) {
            if (this.#end !== "open") break;
            if (!exchange.write(chunk)) await new Promise<void>((resolve) => this.#wakeWriter = resolve);
            if (this.#end !== "open") break;
          }
          exchange.end();
        } catch (error) {
          exchange.cancel();
          this.onError(ConnectError.from(error));
        }
      })();
    }
    return this.#head.promise;
  }

  consume: (bytes: number) => void = () => {};
  cancel: () => void = () => {};

  onHead(status: number, headers: HeaderList): void {
    const header = new Headers(headers as [string, string][]);
    this.#head.resolve({ status, header, body: this.#read(), trailer: this.#trailer });
  }

  onData(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#wakeReader();
  }

  onEnd(trailers: HeaderList): void {
    this.#end = "ended";
    for (const [name, value] of trailers) this.#trailer.append(name, value);
    this.#wakeReader();
    this.#wakeWriter();
  }

  onError(error: ConnectError): void {
    this.#end = error;
    this.#head.promise.catch(() => {});
    this.#head.reject(error);
    this.#wakeReader();
    this.#wakeWriter();
  }

  onWritable(): void {
    this.#wakeWriter();
  }

  // Not a generator, whose return() would wait for the read under way.
  #read(): AsyncIterableIterator<Uint8Array> {
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: async () => {
        for (;;) {
          const value = this.#chunks.shift();
          if (value !== undefined) {
            this.consume(value.length);
            return { done: false, value };
          }
          if (this.#end === "ended") return { done: true, value: undefined };
          if (this.#end !== "open") throw this.#end;
          await new Promise<void>((resolve) => this.#wakeReader = resolve);
        }
      },
      return: () => {
        if (this.#end === "open") this.#end = "ended";
        this.cancel();
        this.#wakeWriter();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }
}
