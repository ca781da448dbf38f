// One unary call in envelopes. The request leaves whole, the reply is read where it lies: one promise, the caller's.
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";
import type { Compression } from "../rpc/compression.ts";
import type { HeaderList } from "../http/exchange.ts";
import type { CallOptions } from "../rpc/call_options.ts";
import { callError, ClientCall } from "./client_call.ts";
import { headersOf, noFields } from "./client_metadata.ts";
import { compressedFlag, prefixBytes } from "./envelope.ts";
import type { EnvelopedMethod } from "./enveloped_method.ts";
import { checkPrefix, EnvelopeSplitter } from "./envelope_splitter.ts";

/** A unary call. */
export class EnvelopedUnary extends ClientCall {
  readonly #method: EnvelopedMethod;
  readonly #resolve: (reply: object) => void;
  readonly #reject: (error: unknown) => void;
  readonly #sendCoding: Compression | undefined;
  #replyCoding: Compression | undefined;
  #responseHeaders: HeaderList = noFields;
  /** The body so far, while it is a single chunk: most are. */
  #only: Uint8Array | undefined;
  #splitter: EnvelopeSplitter | undefined;
  #message: Uint8Array | undefined;
  #isCompressed = false;
  #messages = 0;
  #end: Uint8Array | undefined;
  #isEndCompressed = false;

  constructor(
    method: EnvelopedMethod,
    options: CallOptions,
    timeoutMs: number | undefined,
    resolve: (reply: object) => void,
    reject: (error: unknown) => void,
  ) {
    const coding = method.sendCoding(options);
    super(method.options.http, method.endpoint, method.headers(options, timeoutMs, coding), options);
    this.#method = method;
    this.#sendCoding = coding;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Makes the call. Throws what the request's own mistakes throw. */
  start(request: object, timeoutMs: number | undefined): void {
    const body = this.#method.envelope(request, this.#sendCoding, this.options);
    this.watch(timeoutMs);
    if (body instanceof Uint8Array) return this.#send(body);
    body.then((compressed) => this.#send(compressed), (error) => this.fail(callError(error)));
  }

  #send(body: Uint8Array): void {
    this.body = body;
    this.send();
  }

  onHead(status: number, headers: HeaderList): void {
    this.#responseHeaders = headers;
    try {
      this.#replyCoding = this.#method.acceptHead(status, headers);
      this.options.onHeader?.(headersOf(headers));
    } catch (error) {
      this.fail(callError(error));
    }
  }

  onData(bytes: Uint8Array): void {
    if (this.isOver) return;
    this.exchange.consume(bytes.length);
    try {
      if (this.#only === undefined && this.#splitter === undefined && bytes.length >= prefixBytes) {
        checkPrefix(bytes, this.#method.options.maxReceiveBytes, this.#knownFlags);
        this.#only = bytes;
        return;
      }
      this.#split(bytes);
    } catch (error) {
      this.fail(callError(error));
    }
  }

  onEnd(trailers: HeaderList): void {
    if (this.isOver) return;
    this.settle();
    try {
      const only = this.#only;
      if (only !== undefined && only[0] === 0 && only.length === prefixBytes + lengthOf(only)) {
        this.#message = only.subarray(prefixBytes);
        this.#messages = 1;
      } else if (only !== undefined) this.#split(undefined);
      if (!this.#isEndCompressed) return this.#conclude(trailers, this.#end);
      const end = this.#method.decompress(this.#end!, this.#replyCoding);
      if (end instanceof Uint8Array) return this.#conclude(trailers, end);
      end.then((whole) => this.#conclude(trailers, whole)).catch((error) => this.#reject(callError(error)));
    } catch (error) {
      this.#reject(callError(error));
    }
  }

  protected onFailed(error: ConnectError): void {
    this.#only = this.#splitter = this.#message = undefined;
    this.#reject(error);
  }

  get #knownFlags(): number {
    return compressedFlag | this.#method.dialect.endFlag;
  }

  /** Takes a body that is no single envelope apart. */
  #split(bytes: Uint8Array | undefined): void {
    const splitter = this.#splitter ??= new EnvelopeSplitter(this.#method.options.maxReceiveBytes, this.#knownFlags);
    if (this.#only !== undefined) splitter.push(this.#only);
    this.#only = undefined;
    if (bytes !== undefined) splitter.push(bytes);
    for (let content = splitter.take(); content !== undefined; content = splitter.take()) {
      const isCompressed = (splitter.flags & compressedFlag) !== 0;
      if (this.#end !== undefined) throw new ConnectError("the response goes on after its end", Code.Internal);
      if ((splitter.flags & this.#method.dialect.endFlag) !== 0) {
        this.#end = content;
        this.#isEndCompressed = isCompressed && content.length > 0;
      } else {
        this.#message = content;
        this.#isCompressed = isCompressed;
        this.#messages++;
      }
    }
  }

  #conclude(trailers: HeaderList, envelope: Uint8Array | undefined): void {
    const { dialect } = this.#method;
    const hasBody = this.#messages > 0 || (this.#splitter?.size ?? 0) > 0;
    const end = dialect.end({ headers: this.#responseHeaders, trailers, envelope, hasBody });
    if (end.error) return this.#reject(this.timely(end.error));
    this.#splitter?.finish();
    if (this.#messages !== 1) {
      const what = this.#messages === 0 ? "no message" : "more than one message";
      throw new ConnectError(`${this.#method.method.desc.name} answered ${what}`, Code.Unimplemented);
    }
    const reply = this.#method.parse(this.#message!, this.#isCompressed, this.#replyCoding);
    this.options.onTrailer?.(headersOf(end.trailers));
    // A promise, where the reply is compressed; resolving takes it over.
    this.#resolve(reply);
  }
}

function lengthOf(prefix: Uint8Array): number {
  return ((prefix[1] << 24) | (prefix[2] << 16) | (prefix[3] << 8) | prefix[4]) >>> 0;
}
