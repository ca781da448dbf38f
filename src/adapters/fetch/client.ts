// HTTP requests by fetch(), for connect-es's transports: browsers, Workers, and every runtime where HTTP/2 of one's own is
// not needed. Left out on purpose: trailers, which fetch does not give, so native gRPC is not spoken over it.
import { Code, ConnectError } from "@connectrpc/connect";
import type { UniversalClientFn, UniversalClientRequest, UniversalClientResponse } from "@connectrpc/connect/protocol";
import { untilAborted } from "../../rpc/abort.ts";
import { byteIterable } from "../../transport/byte_iterable.ts";
import { joinChunks } from "../../bytes/join_chunks.ts";

/** How a fetch client sends. */
export interface FetchClientOptions {
  /** The function to fetch with. Default: `globalThis.fetch`. */
  fetch?: typeof globalThis.fetch;
  /**
   * Send the request body as it is made, which client and bidi streaming need, in place of collecting it first.
   * Needs a runtime with request streams, and HTTP/2 in browsers. Default: false.
   */
  streamRequest?: boolean;
  /** Further members of fetch's RequestInit for each request: `credentials`, `mode`, `cache`, or a runtime's own. */
  init?: Omit<RequestInit, "method" | "headers" | "body" | "signal">;
}

/**
 * A connect-es HTTP client over fetch. It holds no connections of its own.
 * @throws ConnectError `unimplemented` where the body is to be streamed and this runtime cannot; `canceled`, or the reason
 *   of the signal, where it aborted; `unavailable` where the request could not be sent.
 */
export function fetchClient(options: FetchClientOptions = {}): UniversalClientFn {
  const { streamRequest = false, init } = options;
  let streams: boolean | undefined;
  return async (request: UniversalClientRequest): Promise<UniversalClientResponse> => {
    // Looked up on each call, and called without a receiver: browsers refuse any other than the window.
    const fetch = options.fetch ?? globalThis.fetch;
    const { url, method, header, signal } = request;
    try {
      const requestInit: RequestInit & { duplex?: "half" } = { ...init, method, headers: header, signal };
      if (request.body !== undefined && method !== "GET" && method !== "HEAD") {
        if (streamRequest) {
          requestInit.body = streamOf(request.body, url, streams ??= supportsRequestStreams());
          requestInit.duplex = "half";
        } else requestInit.body = await collect(request.body);
      }
      const running = fetch(url, requestInit);
      const response = signal ? await untilAborted(running, signal, dropReply) : await running;
      return {
        status: response.status,
        header: headersOf(response),
        body: bodyOf(response.body, signal),
        trailer: new Headers(),
      };
    } catch (error) {
      throw callError(error, signal, url);
    }
  };
}

// Deno's fetch has been seen to miss the abort of its signal, in processes with many calls: neither request nor reply ended
// at the deadline. So both are left here too when the signal aborts, and what still comes is dropped.
function dropReply(running: PromiseLike<unknown>): void {
  (running as Promise<Response>).then((response) => response.body?.cancel()).catch(() => {});
}

// Fetch standard, "handle content codings": what comes over the network is decoded already, and its headers still tell of
// the bytes before that. A response made by hand, which has no URL, is as its headers say.
function headersOf(response: Response): Headers {
  if (response.url === "" || !response.headers.has("content-encoding")) return response.headers;
  const headers = new Headers(response.headers);
  headers.delete("content-encoding");
  headers.delete("content-length");
  return headers;
}

/** Whether Request takes a stream as its body here. Where it does not, it takes the stream for text, with its type. */
function supportsRequestStreams(): boolean {
  let asked = false;
  try {
    const { headers } = new Request("http://localhost", {
      method: "POST",
      body: new ReadableStream(),
      get duplex() {
        asked = true;
        return "half";
      },
    } as RequestInit);
    // A browser that knows of `duplex` asks for it; Safari makes such a Request but cannot send it. Servers need not ask.
    return !headers.has("content-type") &&
      (asked || /^(Bun|Deno|Cloudflare-Workers)/.test(globalThis.navigator?.userAgent ?? ""));
  } catch {
    return false;
  }
}

function streamOf(body: AsyncIterable<Uint8Array>, url: string, supported: boolean): ReadableStream<Uint8Array> {
  if (!supported) {
    throw new ConnectError(
      `Cannot call ${url}: this runtime's fetch cannot stream a request. ` +
        "Use a unary or server-streaming method here, or call from a runtime with HTTP/2 (Node, Bun, Deno).",
      Code.Unimplemented,
    );
  }
  const iterator = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return?.();
    },
  }, { highWaterMark: 0 });
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.byteLength;
  }
  return joinChunks(chunks, size) as Uint8Array<ArrayBuffer>;
}

function bodyOf(body: ReadableStream<Uint8Array> | null, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  return byteIterable(
    async () => {
      reader ??= body?.getReader();
      try {
        const chunk = reader?.read();
        return (signal && chunk ? await untilAborted(chunk, signal) : await chunk)?.value;
      } catch (error) {
        if (signal?.aborted) reader?.cancel().catch(() => {});
        throw callError(error, signal);
      }
    },
    async () => {
      // Errors of a response that is given up are of no interest.
      await (reader ?? body)?.cancel().catch(() => {});
    },
  );
}

function callError(error: unknown, signal: AbortSignal | undefined, url?: string): ConnectError {
  if (signal?.aborted) return ConnectError.from(signal.reason, Code.Canceled);
  if (error instanceof ConnectError) return error;
  // The Fetch standard has one error for all network failures, a TypeError; Bun throws an Error with a code.
  const { name, message, code, cause } = error as { name?: string; message?: string; code?: string; cause?: Error };
  if (name === "AbortError") return ConnectError.from(error, Code.Canceled);
  if (name !== "TypeError" && code === undefined) return ConnectError.from(error);
  const why = cause?.message ? `${message} (${cause.message})` : message;
  const what = url === undefined ? "The response broke off" : `Cannot reach ${url}`;
  return new ConnectError(`${what}: ${why}`, Code.Unavailable, undefined, undefined, error);
}
