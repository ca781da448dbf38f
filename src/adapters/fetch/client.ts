// HTTP requests by fetch(): browsers, Workers, and every runtime where HTTP/2 of one's own is not needed. Left out on purpose:
// trailers, which fetch does not give, so native gRPC is not spoken over it.
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../../rpc/connect_error.ts";
import { SingleCallTimers } from "../../http/call_timers.ts";
import {
  type CallTimers,
  type ClientExchange,
  type ClientRequest,
  closedExchange,
  type HttpClient,
} from "../../http/client_exchange.ts";
import type { HeaderList } from "../../http/exchange.ts";
import { type RequestStreams, requestStreams } from "./request_streams.ts";

/** How a fetch client sends. */
export interface FetchClientOptions {
  /** The function to fetch with. Default: `globalThis.fetch`. */
  fetch?: typeof globalThis.fetch;
  /** Further members of fetch's RequestInit for each request: `credentials`, `mode`, `cache`, or a runtime's own. */
  init?: Omit<RequestInit, "method" | "headers" | "body" | "signal">;
}

const noTrailers: HeaderList = Object.freeze([]);

/**
 * An HTTP client over fetch. It holds no connections of its own. Its errors: `unimplemented` where a body is to be streamed
 * and this runtime cannot; `unavailable` where a request could not be sent, or its response broke off.
 */
export class FetchClient implements HttpClient {
  readonly hasTrailers = false;
  readonly hasUserAgent = true;
  // A Worker ends a timer with the request in which it was set.
  readonly timers: CallTimers = new SingleCallTimers({
    now: () => performance.now(),
    after(delayMs, action) {
      const timer = setTimeout(action, delayMs);
      return () => clearTimeout(timer);
    },
  });
  readonly #options: FetchClientOptions;
  #can: RequestStreams | undefined;

  constructor(options: FetchClientOptions = {}) {
    this.#options = options;
  }

  send(request: ClientRequest): ClientExchange {
    if (request.isStreamed) {
      const { streams, duplex } = this.#can ??= requestStreams();
      const isMissing = !streams || request.isFullDuplex && !duplex && this.#options.fetch === undefined;
      if (isMissing) {
        request.onError(cannotStream(request, streams));
        return closedExchange;
      }
    }
    const exchange = new FetchExchange(request);
    exchange.run(this.#options);
    return exchange;
  }

  /** Holds nothing. */
  async close(): Promise<void> {}
}

/** One request. */
class FetchExchange implements ClientExchange {
  readonly #request: ClientRequest;
  readonly #controller = new AbortController();
  #body: ReadableStreamDefaultController<Uint8Array> | undefined;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #isOver = false;
  #isWaiting = false;
  #unread = 0;
  #onRead: (() => void) | undefined;

  constructor(request: ClientRequest) {
    this.#request = request;
  }

  /** Runs the exchange to its end. Never rejects. */
  async run({ fetch, init }: FetchClientOptions): Promise<void> {
    const { endpoint, headers, body, isStreamed } = this.#request;
    const { url, verb } = endpoint;
    const { signal } = this.#controller;
    let isHeaded = false;
    try {
      const fields = [...endpoint.headers, ...headers] as [string, string][];
      const requestInit: RequestInit & { duplex?: "half" } = { ...init, method: verb, headers: fields, signal };
      if (isStreamed) {
        requestInit.body = this.#stream();
        requestInit.duplex = "half";
      } else if (body !== undefined) requestInit.body = body as Uint8Array<ArrayBuffer>;
      // Looked up on each call, and called without a receiver: browsers refuse any other than the window.
      const send = fetch ?? globalThis.fetch;
      const response = await send(url, requestInit);
      // Deno's fetch has been seen to miss the abort of its signal: what still comes is dropped.
      if (this.#isOver) return void response.body?.cancel().catch(() => {});
      isHeaded = true;
      this.#request.onHead(response.status, fieldsOf(response));
      await this.#readBody(response.body);
      if (this.#isOver) return;
      this.#isOver = true;
      this.#request.onEnd(noTrailers);
      // A request that is still being sent is of no use to anyone.
      if (isStreamed) this.#controller.abort();
    } catch (error) {
      if (this.#isOver) return;
      this.#isOver = true;
      this.#request.onError(fetchError(error, isHeaded ? undefined : url));
    }
  }

  write(chunk: Uint8Array): boolean {
    if (this.#isOver) return true;
    this.#body?.enqueue(chunk);
    // The stream keeps nothing in stock: it asks for the next chunk when this one is on its way.
    this.#isWaiting = true;
    return false;
  }

  end(): void {
    if (!this.#isOver) this.#body?.close();
  }

  consume(bytes: number): void {
    this.#unread -= bytes;
    if (this.#unread <= 0) this.#letRead();
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#controller.abort();
    // Errors of a response that is given up are of no interest.
    this.#reader?.cancel().catch(() => {});
    this.#letRead();
  }

  async #readBody(body: ReadableStream<Uint8Array> | null): Promise<void> {
    const reader = this.#reader = body?.getReader();
    if (reader === undefined) return;
    if (this.#isOver) return void reader.cancel().catch(() => {});
    for (let next = await reader.read(); !next.done && !this.#isOver; next = await reader.read()) {
      this.#unread += next.value.length;
      this.#request.onData(next.value);
      if (this.#unread > 0 && !this.#isOver) await new Promise<void>((resolve) => this.#onRead = resolve);
    }
  }

  #letRead(): void {
    const go = this.#onRead;
    this.#onRead = undefined;
    go?.();
  }

  #stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#body = controller;
      },
      pull: () => {
        if (!this.#isWaiting) return;
        this.#isWaiting = false;
        this.#request.onWritable();
      },
      cancel: () => {
        // Nobody reads it any more: what is written goes nowhere, and the response tells why.
        this.#body = undefined;
        this.#isWaiting = false;
        this.#request.onWritable();
      },
    }, { highWaterMark: 0 }) as ReadableStream<Uint8Array<ArrayBuffer>>;
  }
}

// What fetch decodes by itself. Deno and workerd hand others on as they are.
const decodesFew = "Deno" in globalThis || globalThis.navigator?.userAgent === "Cloudflare-Workers";
const decodedCodings = new Set(decodesFew ? ["gzip", "br"] : ["gzip", "x-gzip", "deflate", "br", "zstd"]);

// Fetch standard, "handle content codings": what comes over the network is decoded already, and its headers still tell of
// the bytes before that. A response made by hand, which has no URL, is as its headers say.
function fieldsOf(response: Response): HeaderList {
  const fields = [...response.headers];
  const coding = response.headers.get("content-encoding")?.toLowerCase();
  if (response.url === "" || coding === undefined || !decodedCodings.has(coding)) return fields;
  return fields.filter(([name]) => name !== "content-encoding" && name !== "content-length");
}

function cannotStream({ endpoint }: ClientRequest, canStream: boolean): ConnectError {
  const what = canStream ? "can send a stream, but reads no response before its end" : "cannot stream a request";
  return new ConnectError(
    `Cannot call ${endpoint.url}: this runtime's fetch ${what}. ` +
      "Use a unary or server-streaming method here, or call from a runtime with HTTP/2 (Node, Bun, Deno).",
    Code.Unimplemented,
  );
}

function fetchError(error: unknown, url: string | undefined): ConnectError {
  if (error instanceof ConnectError) return error;
  // The Fetch standard has one error for all network failures, a TypeError; Bun throws an Error with a code.
  const { name, message, code, cause } = error as { name?: string; message?: string; code?: string; cause?: Error };
  if (name === "AbortError") return ConnectError.from(error, Code.Canceled);
  if (name !== "TypeError" && code === undefined) return ConnectError.from(error);
  const why = cause?.message ? `${message} (${cause.message})` : message;
  const what = url === undefined ? "The response broke off" : `Cannot reach ${url}`;
  return new ConnectError(`${what}: ${why}`, Code.Unavailable, undefined, undefined, error);
}
