// Sockets as `cloudflare:sockets` has them, whose connect() the user hands over: nothing is imported, so that what needs
// no socket runs on every edge. It reads and writes by web streams.
import type { Peer } from "../../http/exchange.ts";
import type { ByteSocketEvents } from "../../transport/byte_socket.ts";
import type { ClientSocket } from "../../transport/client_socket.ts";

/** A socket of `cloudflare:sockets`, as far as it is used here. */
export interface CloudflareSocket {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  /** Rejects where no connection is made. */
  readonly opened: Promise<unknown>;
  close(): Promise<void>;
}

/** `connect` of `cloudflare:sockets`. */
export type CloudflareConnect = (
  address: { hostname: string; port: number },
  options: { secureTransport: "on" | "off"; allowHalfOpen: boolean },
) => CloudflareSocket;

/** A connected socket of a Worker. */
export class CloudflareClientSocket implements ClientSocket {
  readonly peer: Peer = {};
  failure: Error | undefined;
  readonly #socket: CloudflareSocket;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #events: ByteSocketEvents | undefined;
  #isClosed = false;
  #resume: (() => void) | undefined;
  #isPaused = false;

  constructor(socket: CloudflareSocket) {
    this.#socket = socket;
    this.#writer = socket.writable.getWriter();
  }

  start(events: ByteSocketEvents): void {
    this.#events = events;
    // Whoever waits for these promises is told by onEnd.
    this.#writer.closed.catch((error) => this.#fail(error));
    this.#read(events);
  }

  write(bytes: Uint8Array): boolean {
    if (this.#isClosed) return true;
    this.#writer.write(bytes).catch((error) => this.#fail(error));
    if ((this.#writer.desiredSize ?? 1) > 0) return true;
    this.#writer.ready.then(() => this.#events?.onDrain(), (error) => this.#fail(error));
    return false;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    const go = this.#resume;
    this.#resume = undefined;
    go?.();
  }

  end(): void {
    if (!this.#isClosed) this.#writer.close().catch((error) => this.#fail(error));
  }

  destroy(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.resume();
    this.#socket.close().catch(() => {});
  }

  /** A Worker lives as long as its requests do, whatever its sockets say. */
  keepAlive(): void {}

  async #read(events: ByteSocketEvents): Promise<void> {
    const reader = this.#socket.readable.getReader();
    try {
      while (!this.#isClosed) {
        const { done, value } = await reader.read();
        if (done || this.#isClosed) break;
        events.onBytes(value);
        if (this.#isPaused) await new Promise<void>((resolve) => this.#resume = resolve);
      }
    } catch (error) {
      this.failure ??= error as Error;
    }
    events.onEnd();
  }

  #fail(error: Error): void {
    if (this.#isClosed) return;
    this.failure ??= error;
    this.#events?.onEnd();
  }
}
