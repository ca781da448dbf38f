// A server for HTTP/2 clients without a port: each connection is our own engine at the other end of a socket in memory. What
// it does about requests is for its test to say, through the engine; what it is told are lines, as in engine.ts.
import type { Peer } from "../../src/http/exchange.ts";
import type { Http2Limits } from "../../src/http2/limits.ts";
import { ServerConnection } from "../../src/http2/server_connection.ts";
import type { ByteSocketEvents } from "../../src/transport/byte_socket.ts";
import type { ClientSocket } from "../../src/transport/client_socket.ts";
import { EventLog } from "./engine.ts";

/** The client's socket of one connection, and the server behind it. */
export class MemoryConnection implements ClientSocket {
  readonly peer: Peer = {};
  readonly log: EventLog = new EventLog();
  readonly engine: ServerConnection;
  failure: Error | undefined;
  /** What the client said last about its process; it begins true. */
  keepsAlive = true;
  isDestroyed = false;
  /** The client has said that it sends no more. */
  isEnded = false;
  /** The server is not there any more, and nobody knows: bytes are taken, and none come. */
  isDead = false;
  #events: ByteSocketEvents | undefined;

  constructor(limits: Partial<Http2Limits>, onEvent: (line: string, connection: MemoryConnection) => void) {
    this.engine = new ServerConnection(this.log, { limits });
    this.log.onEvent = (line) => onEvent(line, this);
    this.log.onOutput = () => queueMicrotask(() => this.deliver());
  }

  start(events: ByteSocketEvents): void {
    this.#events = events;
    queueMicrotask(() => this.deliver());
  }

  write(bytes: Uint8Array): boolean {
    if (this.isDead) return true;
    queueMicrotask(() => {
      this.engine.receive(bytes);
      this.deliver();
    });
    return true;
  }

  pause(): void {}
  resume(): void {}

  end(): void {
    this.isEnded = true;
    queueMicrotask(() => this.drop());
  }

  destroy(): void {
    this.isDestroyed = true;
    this.engine.disconnect();
  }

  keepAlive(wanted: boolean): void {
    this.keepsAlive = wanted;
  }

  /** Hands the server's output to the client. */
  deliver(): void {
    while (this.engine.hasOutput) {
      const bytes = this.engine.takeOutput();
      if (bytes.length === 0) break;
      if (!this.isDestroyed && !this.isDead) this.#events?.onBytes(bytes);
    }
  }

  /** Sends the client bytes that no engine would. */
  send(bytes: Uint8Array): void {
    this.#events?.onBytes(bytes);
  }

  /** The connection breaks. */
  drop(failure?: Error): void {
    this.failure = failure;
    this.engine.disconnect();
    this.#events?.onEnd();
  }
}

/** The server: as many connections as clients dial. */
export class MemoryHttp2Server {
  readonly connections: MemoryConnection[] = [];
  /** How often it was dialled. */
  dials = 0;
  /** What dialling fails with. */
  refusal: Error | undefined;
  /** Dialling never comes to an end. */
  isSilent = false;
  /** Connections say nothing of themselves; see `send`. */
  isMute = false;
  limits: Partial<Http2Limits>;
  /** What to do about an event of a connection. */
  onEvent: (line: string, connection: MemoryConnection) => void = () => {};

  constructor(limits: Partial<Http2Limits> = {}) {
    this.limits = limits;
  }

  readonly dial = async (_target: unknown, signal: AbortSignal): Promise<ClientSocket> => {
    this.dials++;
    await Promise.resolve();
    if (this.refusal !== undefined) throw this.refusal;
    if (this.isSilent) await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const connection = new MemoryConnection(this.limits, (line, it) => this.onEvent(line, it));
    connection.isDead = this.isMute;
    this.connections.push(connection);
    return connection;
  };

  /** The last connection. */
  get last(): MemoryConnection {
    return this.connections[this.connections.length - 1]!;
  }

  /** The requests of all connections, as `"1:3"`: the number of the connection and the stream. */
  get requests(): string[] {
    return this.connections.flatMap(({ log }, index) =>
      log.lines.flatMap((line) => {
        const match = /^request (\d+)/.exec(line);
        return match === null ? [] : [`${index + 1}:${match[1]}`];
      })
    );
  }
}
