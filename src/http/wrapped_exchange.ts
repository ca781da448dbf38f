// An exchange seen through another: what stands between a host and a protocol (base64, CORS) changes what it must and leaves
// the rest as it is.
import type { BodyStart, Exchange, HeaderList, HostCapabilities, Peer } from "./exchange.ts";

/** An exchange that does all as the one that it stands for; its subclasses change some of it. */
export abstract class WrappedExchange implements Exchange {
  protected readonly inner: Exchange;

  constructor(inner: Exchange) {
    this.inner = inner;
  }

  get maxTrailersBytes(): number | undefined {
    return this.inner.maxTrailersBytes;
  }

  get host(): HostCapabilities {
    return this.inner.host;
  }

  get peer(): Peer {
    return this.inner.peer;
  }

  get httpVersion(): string {
    return this.inner.httpVersion;
  }

  get method(): string {
    return this.inner.method;
  }

  get url(): string {
    return this.inner.url;
  }

  get path(): string {
    return this.inner.path;
  }

  get signal(): AbortSignal {
    return this.inner.signal;
  }

  header(name: string): string | undefined {
    return this.inner.header(name);
  }

  headers(): Headers {
    return this.inner.headers();
  }

  readWhole(maxBytes: number, start?: BodyStart): Uint8Array | Promise<Uint8Array> {
    return this.inner.readWhole(maxBytes, start);
  }

  read(): Promise<Uint8Array | undefined> {
    return this.inner.read();
  }

  reply(status: number, headers: HeaderList, body: Uint8Array, trailers?: HeaderList, isUnsized?: boolean): void {
    this.inner.reply(status, headers, body, trailers, isUnsized);
  }

  replyHead(status: number, headers: HeaderList): void {
    this.inner.replyHead(status, headers);
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    return this.inner.write(chunk);
  }

  end(trailers?: HeaderList): void {
    this.inner.end(trailers);
  }

  holdUntil(settled: Promise<unknown>): void {
    this.inner.holdUntil?.(settled);
  }

  reset(reason?: unknown): void {
    this.inner.reset(reason);
  }
}
