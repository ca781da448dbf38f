// The text form of gRPC-Web, client side: the same bytes in base64, both ways, in pieces that may be padded each.
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../../rpc/connect_error.ts";
import { Base64Reader, encodeBase64Text } from "../../bytes/base64_text.ts";
import {
  type CallTimers,
  type ClientExchange,
  type ClientRequest,
  closedExchange,
  type Endpoint,
  type HttpClient,
} from "../../http/client_exchange.ts";
import type { HeaderList } from "../../http/exchange.ts";

/** An HTTP client whose bodies are in base64. */
export class TextClient implements HttpClient {
  readonly timers: CallTimers;
  readonly hasTrailers: boolean;
  readonly hasUserAgent: boolean;
  readonly #inner: HttpClient;

  constructor(inner: HttpClient) {
    this.#inner = inner;
    this.timers = inner.timers;
    this.hasTrailers = inner.hasTrailers;
    this.hasUserAgent = inner.hasUserAgent;
  }

  send(request: ClientRequest): ClientExchange {
    const text = new TextRequest(request);
    text.exchange = this.#inner.send(text);
    return text;
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }
}

class TextRequest implements ClientRequest, ClientExchange {
  exchange: ClientExchange = closedExchange;
  readonly endpoint: Endpoint;
  readonly headers: HeaderList;
  readonly body: Uint8Array | undefined;
  readonly isStreamed: boolean;
  readonly isFullDuplex: boolean;
  readonly waitForReady: boolean;
  readonly #request: ClientRequest;
  readonly #reader = new Base64Reader();
  /** Bytes told and not given back, as the request counts them and as they came. */
  #unread = 0;
  #owed = 0;
  #isOver = false;

  constructor(request: ClientRequest) {
    this.#request = request;
    this.endpoint = request.endpoint;
    this.headers = request.headers;
    this.body = request.body && encodeBase64Text(request.body);
    this.isStreamed = request.isStreamed;
    this.isFullDuplex = request.isFullDuplex;
    this.waitForReady = request.waitForReady;
  }

  write(chunk: Uint8Array): boolean {
    return this.exchange.write(encodeBase64Text(chunk));
  }

  end(): void {
    this.exchange.end();
  }

  consume(bytes: number): void {
    this.#unread -= bytes;
    this.#credit(this.#unread <= 0 ? this.#owed : Math.floor(bytes * 4 / 3));
  }

  cancel(): void {
    this.exchange.cancel();
  }

  onHead(status: number, headers: HeaderList): void {
    this.#request.onHead(status, headers);
  }

  onData(text: Uint8Array): void {
    if (this.#isOver) return;
    this.#owed += text.length;
    this.#decode(() => {
      const bytes = this.#reader.read(text);
      this.#unread += bytes.length;
      // A part of four characters: the rest needs credit, and nobody else would give it.
      if (bytes.length === 0) this.#credit(text.length);
      else this.#request.onData(bytes);
    });
  }

  onEnd(trailers: HeaderList): void {
    if (this.#isOver) return;
    if (this.#decode(() => this.#reader.end())) this.#request.onEnd(trailers);
  }

  onError(error: ConnectError): void {
    if (!this.#isOver) this.#request.onError(error);
  }

  onWritable(): void {
    this.#request.onWritable();
  }

  #credit(bytes: number): void {
    const given = Math.min(bytes, this.#owed);
    this.#owed -= given;
    this.exchange.consume(given);
  }

  /** Answers false where the response is no base64, which ends it. */
  #decode(decode: () => void): boolean {
    try {
      decode();
      return true;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#isOver = true;
      this.exchange.cancel();
      const text = `the response is no base64: ${error.message}`;
      this.#request.onError(new ConnectError(text, Code.Internal, undefined, undefined, error));
      return false;
    }
  }
}
