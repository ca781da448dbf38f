// One HTTP/2 connection of the client: made on demand, shared by all calls to one address, given up on GOAWAY, error,
// lost pings or idleness. Its states:
//
//   connecting --> ready --> draining (GOAWAY, idle, close) --> closed
//        |____________|______________________________________________^  (error, connect timeout, lost ping)
import type {
  ClientHttp2Session,
  ClientHttp2Stream,
  OutgoingHttpHeaders,
  SecureClientSessionOptions,
} from "node:http2";
import * as net from "node:net";
import type { Http2Target } from "../../transport/http2_target.ts";
import { connectionError } from "../../transport/reset_error.ts";
import { http2 } from "../built_in.ts";

/** How a session connects and lives; see the options of `nodeHttp2Client`, which fill in the defaults. */
export interface SessionOptions {
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** 0: no pings. */
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  readonly initialWindowSize: number;
  readonly maxHeaderBytes: number;
  readonly tls: SecureClientSessionOptions;
}

// What a client may open before the server has told its limit.
const STREAMS_BEFORE_SETTINGS = 100;

/** A shared HTTP/2 connection. */
export class ClientSession {
  readonly address: string;
  /** Resolves when the connection is closed, whether or not it was ever made. */
  readonly closed: Promise<void>;
  readonly #options: SessionOptions;
  readonly #session: ClientHttp2Session;
  readonly #onGone: (session: ClientSession) => void;
  readonly #ready: Promise<void>;
  /** Calls that wait for a stream to become free, in order. */
  readonly #waiting: (() => void)[] = [];
  /** Calls that hold the session, waiting ones included. */
  #holders = 0;
  #streams = 0;
  #maxStreams = STREAMS_BEFORE_SETTINGS;
  #usable = true;
  #tellClosed: () => void = () => {};
  #failure: unknown;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  #pingTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param onGone Told once, when the session takes no more calls. */
  constructor(target: Http2Target, options: SessionOptions, onGone: (session: ClientSession) => void) {
    this.address = target.address;
    this.#options = options;
    this.#onGone = onGone;
    const { scheme, authority, socketPath } = target;
    const session = http2().connect(`${scheme}://${authority}`, {
      ...options.tls,
      ...(socketPath === undefined ? {} : { createConnection: () => net.connect(socketPath) }),
      settings: {
        enablePush: false,
        initialWindowSize: options.initialWindowSize,
        maxHeaderListSize: options.maxHeaderBytes,
      },
    });
    this.#session = session;
    this.closed = new Promise((resolve) => this.#tellClosed = resolve);
    this.#ready = this.#connect();
    // Rejections reach those who wait in open(); by itself a failed session is no unhandled error.
    this.#ready.catch(() => {});
    session.on("remoteSettings", (settings) => {
      this.#maxStreams = settings.maxConcurrentStreams ?? Number.POSITIVE_INFINITY;
      this.#admit();
    });
    session.on("goaway", () => this.#leave());
    session.on("error", (error) => {
      this.#failure = error;
      this.#leave();
    });
    session.on("close", () => {
      clearTimeout(this.#idleTimer);
      clearTimeout(this.#pingTimer);
      this.#leave();
      this.#admit();
      this.#tellClosed();
    });
  }

  /** Whether new calls may use this session. */
  get usable(): boolean {
    // Deno tells of a lost connection late.
    return this.#usable && !this.#session.closed && !this.#session.destroyed;
  }

  /** What the connection failed with, if it did. */
  get failure(): unknown {
    return this.#failure;
  }

  /**
   * Opens a stream, once the session is connected and the server allows one more.
   * @param isOver whether the call is over meanwhile
   * @returns undefined where it is, and where the session went away before that, so that another one is to be used.
   * @throws ConnectError `unavailable` where the connection could not be made.
   */
  async open(headers: OutgoingHttpHeaders, isOver: () => boolean): Promise<ClientHttp2Stream | undefined> {
    this.#hold();
    try {
      await this.#ready;
      while (this.#usable && this.#streams >= this.#maxStreams) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
      if (!this.usable || isOver()) {
        if (!this.usable) this.#leave();
        this.#release();
        return undefined;
      }
      const stream = this.#session.request(headers);
      this.#streams++;
      stream.once("close", () => {
        this.#streams--;
        this.#release();
      });
      return stream;
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  /** Lets running calls end, then closes. */
  async close(): Promise<void> {
    this.#leave();
    if (this.#holders === 0) this.#destroy();
    await this.closed;
  }

  #connect(): Promise<void> {
    const session = this.#session;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#failure = new Error(`no connection within ${this.#options.connectTimeoutMs} ms`);
        session.destroy();
      }, this.#options.connectTimeoutMs);
      session.once("connect", () => {
        clearTimeout(timer);
        if (this.#options.pingIntervalMs > 0) this.#schedulePing();
        resolve();
      });
      session.once("close", () => {
        clearTimeout(timer);
        reject(connectionError("Cannot connect to", this.address, this.#failure));
      });
    });
  }

  #hold(): void {
    this.#holders++;
    clearTimeout(this.#idleTimer);
    if (this.#holders === 1 && !this.#session.destroyed) this.#session.ref();
  }

  #release(): void {
    this.#holders--;
    this.#admit();
    if (this.#holders > 0) return;
    if (this.#session.destroyed) {
      this.#tellClosed();
      return;
    }
    // An idle connection keeps no process alive.
    if (this.#usable) this.#session.unref();
    // Without streams there is nothing that a slower goodbye would wait for.
    if (!this.#usable) this.#destroy();
    else {
      this.#idleTimer = setTimeout(() => {
        this.#leave();
        this.#destroy();
      }, this.#options.idleTimeoutMs);
      this.#idleTimer.unref();
    }
  }

  #destroy(): void {
    this.#session.destroy();
    // Deno does not always emit `close` for a session that its server left first.
    this.#tellClosed();
  }

  /** Wakes those who wait for a stream; each looks for itself whether there is room. */
  #admit(): void {
    for (const go of this.#waiting.splice(0)) go();
  }

  #leave(): void {
    if (!this.#usable) return;
    this.#usable = false;
    this.#onGone(this);
  }

  #schedulePing(): void {
    this.#pingTimer = setTimeout(() => this.#ping(), this.#options.pingIntervalMs);
    this.#pingTimer.unref();
  }

  #ping(): void {
    if (this.#session.destroyed) return;
    if (this.#holders === 0) {
      this.#schedulePing();
      return;
    }
    const lost = setTimeout(() => {
      this.#failure = new Error(`no answer to a ping within ${this.#options.pingTimeoutMs} ms`);
      this.#session.destroy();
    }, this.#options.pingTimeoutMs);
    this.#pingTimer = lost;
    this.#session.ping((error) => {
      clearTimeout(lost);
      if (error === null && !this.#session.destroyed) this.#schedulePing();
    });
  }
}
