// One fetch Request as an Exchange, and the Response that comes of it: the server side on Workers, Deno.serve, Bun.serve
// and every framework that mounts a fetch handler. A whole reply is a Response made of bytes; only a streamed reply has a
// ReadableStream. Left out on purpose: trailers, which fetch cannot send, and any knowledge of the platform at hand.
import type { Exchange, ExchangeHandler, HeaderList, HostCapabilities, Peer } from "../../http/exchange.ts";
import { BodyTooLargeError } from "../../http/exchange.ts";
import { joinChunks } from "../../bytes/join_chunks.ts";
import { peerGone, PeerSignal } from "../../http/peer_signal.ts";

// Bytes that a streamed reply holds before write() makes its caller wait.
const REPLY_BUFFER_BYTES = 65_536;

// Bytes of a request that are still read, and dropped, where a reply ends before the request has. Hosts close
// a connection whose request was not read to its end, and a client that is still writing loses the reply with it.
const DISCARD_BYTES = 16 * 1024 * 1024;

// How long that may take, in milliseconds: a client may wait for the reply before it ends its request.
const DISCARD_MS = 500;

const HOST: HostCapabilities = { trailers: false, fullDuplex: true };
const NO_BYTES = new Uint8Array(0);

/** Has a host go on with what a request has begun, although its client is gone: `ctx.waitUntil` of Workers. */
export type WaitUntil = (settled: Promise<unknown>) => void;

/**
 * Serves one fetch request with a handler and answers its response.
 *
 * The response is ready as soon as the handler has sent the head of its reply; the body of a streamed reply follows at the
 * pace of whoever reads it. It never rejects: an exchange that is reset before its head answers status 500, one that is
 * reset later breaks its body off. An exchange's `httpVersion` is `"2"`, as fetch does not tell and the reply may begin
 * before the request has ended.
 *
 * @param peer What the platform tells about the other end, for example from `info.remoteAddr` of `Deno.serve`.
 * @param waitUntil Of a host that drops what a request has begun once its client is gone: is given a promise of the handler's end.
 */
export function fetchExchange(
  handler: ExchangeHandler,
  request: Request,
  peer: Peer = {},
  waitUntil?: WaitUntil,
): Promise<Response> {
  return new Promise((resolve) => {
    const exchange = new FetchExchange(request, peer, resolve, waitUntil);
    try {
      handler(exchange);
    } catch (error) {
      exchange.reset(error);
    }
  });
}

type State = "head" | "body" | "ending" | "ended";

class FetchExchange implements Exchange {
  readonly host: HostCapabilities = HOST;
  readonly peer: Peer;
  readonly httpVersion = "2";
  readonly #request: Request;
  readonly #respond: (response: Response) => void;
  readonly #waitUntil: WaitUntil | undefined;
  /** Tells a host that waits that the handler has ended: after its client has gone, that is later than the reply. */
  #over: (() => void) | undefined;
  #peerSignal: PeerSignal | undefined;
  /** What listens to the request's signal, once somebody asks for the exchange's. */
  #onGone: (() => void) | undefined;
  #state: State = "head";
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  /** Whether the body was read to its end, or given up. */
  #isRead = false;
  #reply: ReadableStreamDefaultController<Uint8Array> | undefined;
  #writable: (() => void) | undefined;
  #path: string | undefined;
  #contentType: string | undefined;

  constructor(request: Request, peer: Peer, respond: (response: Response) => void, waitUntil: WaitUntil | undefined) {
    this.#request = request;
    this.peer = peer;
    this.#respond = respond;
    this.#waitUntil = waitUntil;
    waitUntil?.(
      new Promise<void>((resolve) => {
        this.#over = resolve;
      }),
    );
  }

  get method(): string {
    return this.#request.method;
  }

  get url(): string {
    return this.#request.url;
  }

  get path(): string {
    return this.#path ??= pathOf(this.#request.url);
  }

  header(name: string): string | undefined {
    // Asked for more than once for each call, and each look into Headers costs.
    if (name === "content-type") return (this.#contentType ??= this.#request.headers.get(name) ?? "") || undefined;
    return this.#request.headers.get(name) ?? undefined;
  }

  headers(): Headers {
    return this.#request.headers;
  }

  get signal(): AbortSignal {
    if (this.#onGone === undefined && this.#state !== "ended") {
      this.#onGone = () => this.#abort();
      const { signal } = this.#request;
      if (signal?.aborted) this.#abort();
      else signal?.addEventListener("abort", this.#onGone, { once: true });
    }
    return this.#gone.signal;
  }

  get #gone(): PeerSignal {
    return this.#peerSignal ??= new PeerSignal();
  }

  readWhole(maxBytes: number): Uint8Array | Promise<Uint8Array> {
    const length = this.#request.headers.get("content-length");
    // The host's HTTP parser holds a body to its content-length, so a body within the limit can be taken in one step; and
    // without a look at `body`, for which hosts make a stream that nobody reads.
    if (length !== null && Number(length) <= maxBytes) return this.#takeWhole(maxBytes);
    const { body } = this.#request;
    if (body === null) return NO_BYTES;
    if (length === null) return this.#collect(maxBytes);
    if (Number(length) > DISCARD_BYTES) {
      this.#isRead = true;
      body.cancel().catch(ignore);
    }
    return Promise.reject(new BodyTooLargeError(maxBytes));
  }

  async read(): Promise<Uint8Array | undefined> {
    if (this.#reader === undefined) {
      if (this.#request.body === null) return undefined;
      this.#reader = this.#request.body.getReader();
    }
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) {
        this.#isRead = true;
        return undefined;
      }
      if (value.byteLength > 0) return value;
    }
  }

  reply(status: number, headers: HeaderList, body: Uint8Array, _trailers?: HeaderList, isUnsized = false): void {
    const isEmpty = body.byteLength === 0 || isBodiless(status);
    this.#replyWhole(status, headers, isEmpty ? null : isUnsized ? streamOf(body) : body as Uint8Array<ArrayBuffer>);
  }

  replyText(headers: HeaderList, text: string): void {
    this.#replyWhole(200, headers, text);
  }

  #replyWhole(status: number, headers: HeaderList, body: BodyInit | null): void {
    if (this.#state !== "head") return this.#over?.();
    if (!this.#isRead && this.#request.body !== null) {
      void this.#discard().then(() => this.#replyWhole(status, headers, body));
      return;
    }
    this.#send(status, headers, body);
    this.#finish();
    this.#over?.();
  }

  replyHead(status: number, headers: HeaderList): void {
    if (this.#state !== "head") return;
    this.#state = "body";
    // Not a byte stream: that would take the buffer away from whoever gave the chunk, pooled memory included.
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#reply = controller;
      },
      pull: () => this.#release(),
      cancel: () => this.#abort(),
    }, new ByteLengthQueuingStrategy({ highWaterMark: REPLY_BUFFER_BYTES }));
    this.#send(status, headers, isBodiless(status) ? null : stream);
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#state !== "body" || this.#reply === undefined || chunk.byteLength === 0) return undefined;
    try {
      this.#reply.enqueue(chunk);
    } catch {
      // The stream was closed or broken under us by the platform: the reader is gone.
      this.#abort();
      return undefined;
    }
    if ((this.#reply.desiredSize ?? 0) > 0) return undefined;
    // A reader that goes away while it is waited for shows on the request's signal on some platforms only.
    void this.signal;
    return new Promise((resolve) => {
      this.#writable = resolve;
    });
  }

  end(_trailers?: HeaderList): void {
    if (this.#state !== "body") return this.#over?.();
    this.#state = "ending";
    if (this.#isRead || this.#request.body === null) return this.#close();
    void this.#discard().then(() => this.#close());
  }

  #close(): void {
    this.#over?.();
    if (this.#state !== "ending") return;
    try {
      this.#reply?.close();
    } catch {
      // Cancelled by its reader: nothing is left to close.
    }
    this.#finish();
  }

  holdUntil(settled: Promise<unknown>): void {
    this.#waitUntil?.(settled);
  }

  reset(reason?: unknown): void {
    this.#over?.();
    if (this.#state === "ending" || this.#state === "ended") return;
    const error = reason ?? peerGone("The exchange was reset.");
    if (this.#state === "head") this.#respond(new Response(null, { status: 500 }));
    else this.#reply?.error(error);
    this.#finish();
  }

  #takeWhole(maxBytes: number): Promise<Uint8Array> {
    this.#isRead = true;
    return this.#request.arrayBuffer().then((buffer) => {
      if (buffer.byteLength > maxBytes) throw new BodyTooLargeError(maxBytes);
      return new Uint8Array(buffer);
    });
  }

  async #collect(maxBytes: number): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (let chunk = await this.read(); chunk !== undefined; chunk = await this.read()) {
      size += chunk.byteLength;
      if (size > maxBytes) throw new BodyTooLargeError(maxBytes);
      chunks.push(chunk);
    }
    return joinChunks(chunks, size);
  }

  async #discard(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, DISCARD_MS);
    });
    await Promise.race([this.#readAndDrop(), late]);
    clearTimeout(timer);
    if (!this.#isRead) this.#reader?.cancel().catch(ignore);
    this.#isRead = true;
  }

  async #readAndDrop(): Promise<void> {
    try {
      // The clock is asked here too: chunks that are all there already would keep the timer from its turn.
      const latest = Date.now() + DISCARD_MS;
      for (let left = DISCARD_BYTES; left > 0 && Date.now() < latest;) {
        const chunk = await this.read();
        if (chunk === undefined) return;
        left -= chunk.byteLength;
      }
    } catch {
      // The peer went away: nothing is left to read.
    }
  }

  #send(status: number, headers: HeaderList, body: BodyInit | null): void {
    let response: Response;
    try {
      response = new Response(body, responseInit(status, headers));
    } catch (error) {
      // A status or header that fetch refuses is the caller's mistake; the peer still gets an answer.
      this.#respond(new Response(null, { status: 500 }));
      this.#gone.abort(error);
      this.#finish();
      return;
    }
    this.#respond(response);
  }

  #release(): void {
    const resolve = this.#writable;
    this.#writable = undefined;
    resolve?.();
  }

  #abort(): void {
    if (this.#state === "ended") return;
    this.#gone.abort(peerGone("The client went away before the reply had ended."));
    if (this.#state === "head") this.#respond(new Response(null, { status: 499 }));
    else {
      try {
        this.#reply?.error(this.#gone.reason);
      } catch {
        // Already cancelled by its reader.
      }
    }
    this.#finish();
  }

  #finish(): void {
    this.#state = "ended";
    this.#release();
    // A request that is not read to its end would keep its peer sending.
    if (this.#reader !== undefined) this.#reader.cancel().catch(ignore);
    else if (!this.#isRead && this.#request.body !== null && !this.#request.bodyUsed) {
      this.#request.body.cancel().catch(ignore);
    }
    if (this.#onGone !== undefined) this.#request.signal?.removeEventListener("abort", this.#onGone);
  }
}

/** Of workerd, which would compress a body once more that says it is compressed; other hosts do not know it. */
interface EncodedInit extends ResponseInit {
  readonly encodeBody?: "manual";
}

// Protocols give one and the same frozen list for most replies, and each member of an init costs hosts more than a look here.
const known = new WeakMap<HeaderList, EncodedInit>();

function responseInit(status: number, list: HeaderList): EncodedInit {
  if (!Object.isFrozen(list)) return initOf(status, list);
  let init = known.get(list);
  if (init === undefined) known.set(list, init = initOf(200, list));
  return status === 200 ? init : { ...init, status };
}

/** What `Response` is made with; its headers as a list where a name comes twice, which an object can't say. */
function initOf(status: number, list: HeaderList): EncodedInit {
  const names = new Set(list.map(([name]) => name));
  // Hosts take an object faster than a list of pairs.
  const headers: HeadersInit = names.size === list.length ? Object.fromEntries(list) : list as [string, string][];
  return {
    headers,
    ...(status === 200 ? {} : { status }),
    ...(names.has("content-encoding") ? { encodeBody: "manual" } : {}),
  };
}

/** The path of an absolute URL, without query and fragment. */
function pathOf(url: string): string {
  const scheme = url.indexOf("://");
  const start = url.indexOf("/", scheme < 0 ? 0 : scheme + 3);
  if (start < 0) return "/";
  const end = url.slice(start).search(/[?#]/);
  return end < 0 ? url.slice(start) : url.slice(start, start + end);
}

/** A body whose length nobody can tell: hosts say that of bytes. */
function streamOf(body: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(body);
      controller.close();
    },
  });
}

/** Statuses whose responses have no body, for which fetch refuses any (Fetch standard, "null body status"). */
function isBodiless(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

function ignore(): void {
  // The request body is being given up; how that goes is of no interest.
}
