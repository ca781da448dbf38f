// A running server: what listen() returns, and how it stops. Accepting stops first, running calls get a time of grace, then
// they are cancelled.
import { maxTimerMs } from "../rpc/deadline.ts";
import {
  type ByteDuplex,
  type Listener,
  ListenError,
  type ListenerUsage,
  type ServerTlsOptions,
} from "../transport/server_transport.ts";

/** Default of {@link CloseOptions.graceMs}: ten seconds. */
const defaultGraceMs = 10_000;

/** How a server stops. */
export interface CloseOptions {
  /**
   * How long running calls may go on, in milliseconds, before they are cancelled: 0 or more, at most 2,147,483,647 (24 days)
   * count. Default: 10,000.
   */
  readonly graceMs?: number;
}

/** A server that accepts calls. `await using server = await app.listen()` closes it at the end of the block. */
export class Server {
  /**
   * Where to call it from this machine: `http://host:port`, `https://host:port`, `unix:path`, or `socket:` where nothing is
   * bound. The host is `localhost` where it listens on all addresses.
   */
  readonly url: string;
  /** The TCP port it is bound to; 0 on a unix socket. */
  readonly port: number;
  /** One line about what this host cannot serve (native gRPC, say), or undefined where it serves all. */
  readonly notice: string | undefined;
  /** Resolves when the server has closed. */
  readonly closed: Promise<void>;
  readonly #listener: Listener;
  readonly #graceMs: number;
  readonly #onClosed: () => void;
  readonly #onClosing: () => void;
  #closing: Promise<void> | undefined;

  /** @param options `onClosing` is told before the server stops to accept */
  constructor(listener: Listener, options: CloseOptions & { readonly onClosing?: () => void } = {}) {
    this.#listener = listener;
    this.#graceMs = options.graceMs ?? defaultGraceMs;
    this.#onClosing = options.onClosing ?? (() => {});
    this.url = listener.url;
    this.port = listener.port;
    this.notice = listener.notice;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#onClosed = resolve;
  }

  /**
   * Serves a connection that someone else made: a `net.Socket`, a `tls.TLSSocket`, or any other `Duplex` of bytes that
   * nothing has been read from. It is destroyed where the server is closing, or has as many as it takes.
   * @throws ListenError where the server's transport takes no sockets.
   */
  accept(socket: ByteDuplex): void {
    if (this.#listener.accept === undefined) throw new ListenError(`The transport of ${this.url} takes no sockets.`);
    this.#listener.accept(socket);
  }

  /**
   * Serves new connections with another key and certificate from now on; those that stand keep theirs.
   * @throws ListenError where they are refused, or the server has no TLS, or its transport cannot; the former ones stay.
   */
  replaceCertificate(tls: ServerTlsOptions): void {
    if (this.#listener.replaceCertificate === undefined) {
      throw new ListenError(`The transport of ${this.url} cannot replace its certificate.`);
    }
    this.#listener.replaceCertificate(tls);
  }

  /** What the server holds at the moment, for metrics; undefined where its transport cannot tell. Counted with each call. */
  get usage(): ListenerUsage | undefined {
    return this.#listener.usage;
  }

  /** Stops accepting, waits for running calls, cancels those that outlast the grace time. May be called again. */
  close(options: CloseOptions = {}): Promise<void> {
    if (this.#closing === undefined) {
      this.#onClosing();
      this.#closing = this.#close(options.graceMs ?? this.#graceMs).finally(this.#onClosed);
    }
    return this.#closing;
  }

  /** The same as {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(graceMs: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const grace = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), Math.min(graceMs, maxTimerMs));
    });
    const drained = this.#listener.drain().then(() => "drained" as const);
    try {
      if (await Promise.race([drained, grace]) === "late") await this.#listener.destroy();
    } finally {
      clearTimeout(timer);
    }
  }
}
