// The text form of gRPC-Web: the same bytes in base64, for clients that can read text alone as it comes. Both ways in pieces that
// are padded each. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../../rpc/connect_error.ts";
import { Base64Reader, encodeBase64Text } from "../../bytes/base64_text.ts";
import type { HeaderList } from "../../http/exchange.ts";
import { WrappedExchange } from "../../http/wrapped_exchange.ts";

/** An exchange whose bodies are in base64. */
export class TextExchange extends WrappedExchange {
  readonly #reader = new Base64Reader();

  override readWhole(maxBytes: number): Uint8Array | Promise<Uint8Array> {
    // Each piece of the text may be padded, so there is no telling its length; a message is held to its own limit.
    const body = this.inner.readWhole(Math.ceil(maxBytes / 3) * 4 + 4);
    return body instanceof Uint8Array ? this.#decodeWhole(body) : body.then((text) => this.#decodeWhole(text));
  }

  override async read(): Promise<Uint8Array | undefined> {
    for (let text = await this.inner.read(); text !== undefined; text = await this.inner.read()) {
      const bytes = this.#decode(() => this.#reader.read(text));
      if (bytes.byteLength > 0) return bytes;
    }
    this.#decode(() => this.#reader.end());
    return undefined;
  }

  override reply(
    status: number,
    headers: HeaderList,
    body: Uint8Array,
    trailers?: HeaderList,
    isUnsized?: boolean,
  ): void {
    this.inner.reply(status, headers, encodeBase64Text(body), trailers, isUnsized);
  }

  override write(chunk: Uint8Array): Promise<void> | undefined {
    return this.inner.write(encodeBase64Text(chunk));
  }

  #decodeWhole(text: Uint8Array): Uint8Array {
    return this.#decode(() => {
      const bytes = this.#reader.read(text);
      this.#reader.end();
      return bytes;
    });
  }

  #decode<T>(decode: () => T): T {
    try {
      return decode();
    } catch (error) {
      throw new ConnectError(`the request is no base64: ${(error as Error).message}`, Code.Internal);
    }
  }
}
