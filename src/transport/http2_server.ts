// The pump of a server's HTTP/2 connection: bytes of a socket into the engine, its requests as exchanges to the handler, its
// output back, in one write a turn. A handler starts when all bytes at hand have been read, so that a small body is there
// as a whole; what handlers reply in the same turn leaves together.
//
// The states: open --> (goaway | fault) --> closing (last output, then our end of the socket) --> closed by the peer or,
// where it does not, by the timer.
import { joinChunks } from "../bytes/join_chunks.ts";
import type { ExchangeHandler, HeaderList, Peer } from "../http/exchange.ts";
import type { ResetCause, ServerEvents } from "../http2/events.ts";
import type { RequestHead } from "../http2/message_head.ts";
import { ServerConnection, type ServerConnectionOptions } from "../http2/server_connection.ts";
import { StreamTable } from "../http2/stream_table.ts";
import { BodyBudget } from "./body_budget.ts";
import type { ByteSocket, ByteSocketEvents } from "./byte_socket.ts";
import { ConnectionLifetime, type LifetimeOptions } from "./connection_lifetime.ts";
import type { HeaderBlocks } from "./header_blocks.ts";
import { Http2Exchange, type Http2ExchangeOwner } from "./http2_exchange.ts";
import type { Turns, TurnTask } from "./turns.ts";

/** How one connection is served. */
export interface Http2ServerOptions extends ServerConnectionOptions {
  /** One for all connections of a server. */
  readonly turns: Turns;
  /** Remembers what was encoded; one for all connections of a server. */
  readonly blocks: HeaderBlocks;
  readonly lifetime: LifetimeOptions;
  /** 0 to below 1, which spreads the ages of connections. Default: at random. */
  readonly random?: number;
}

/** Milliseconds that a peer has to answer a goodbye, and to close its end of a connection that is over. */
const FAREWELL_MS = 2_000;

/** Octets that are read, unheard, of a connection that is over: more than can have been under way when its peer was told. */
const FAREWELL_BYTES = 2_097_152;

/** Octets of output that may stand in a buffer of the pool: below this it never does. */
const MIN_REUSED = 4096;

/**
 * Octets of one connection that are read in one turn, and what was over in the last chunk: the system hands out what a
 * socket has for as long as there is more, and all other connections would wait for it.
 */
const MAX_TURN_BYTES = 65_536;

/**
 * Frames of one connection that are handled in one turn, those of header blocks counted by their length: of the costliest
 * kinds, rapid resets and large header lists, half a millisecond's worth.
 */
const MAX_TURN_FRAMES = 256;

/** Octets, and exchanges of a connection that is lost, that are dealt with at once, however full the turn is. */
const FEW_BYTES = 1024;
const FEW_EXCHANGES = 8;

/** Writes of one connection in one turn. */
const MAX_WRITES = 4;

/**
 * Milliseconds that handlers may go on in one turn: a stream of small messages is written, or read, without a wait, and all
 * connections would wait for it. Looked at with every so many messages.
 */
const TURN_MS = 2;
const PACE_STEPS = 16;

const PING = Uint8Array.from("sigil ok", (character) => character.charCodeAt(0));

/** One HTTP/2 connection and its exchanges. */
export class Http2Server implements ServerEvents, ByteSocketEvents, Http2ExchangeOwner, TurnTask {
  readonly connection: ServerConnection;
  readonly blocks: HeaderBlocks;
  readonly bodies: BodyBudget = new BodyBudget();
  readonly #socket: ByteSocket;
  readonly #handler: ExchangeHandler;
  readonly #turns: Turns;
  readonly #lifetime: ConnectionLifetime;
  readonly #onWritten: ((bytes: Uint8Array) => void) | undefined;
  /** Exchanges whose handlers run, or are about to. */
  readonly #exchanges = new StreamTable<Http2Exchange>();
  #starting: Http2Exchange[] = [];
  #peer: Peer | undefined;
  #turnAsked = false;
  #heardIn = -1;
  /** The socket takes no more for now. */
  #isBlocked = false;
  #isPaused = false;
  /** Octets that were read since the last turn's end. */
  #turnBytes = 0;
  /** What was read in this turn, and is handled in the next. */
  #unread: Uint8Array | undefined;
  /** The peer has gone, which the exchanges are told when it is this connection's turn. */
  #isLeft = false;
  /** Our end of the socket is closed. */
  #hasEnded = false;
  #farewellSinceMs = -1;
  #unheardBytes = 0;
  /** Chunks that handlers read or wrote in this turn, and since when. */
  #steps = 0;
  #turnSinceMs = 0;
  #nextTurn: PromiseWithResolvers<void> | undefined;

  /** Begins to serve a socket of which nothing has been read. */
  constructor(socket: ByteSocket, handler: ExchangeHandler, options: Http2ServerOptions) {
    this.#socket = socket;
    this.#handler = handler;
    this.#turns = options.turns;
    this.#lifetime = new ConnectionLifetime(options.lifetime, options.random ?? Math.random());
    const { pool } = options;
    this.#onWritten = pool && ((bytes) => pool.give(bytes));
    this.blocks = options.blocks;
    this.connection = new ServerConnection(this, { ...options, gather: socket.writeAll !== undefined });
    socket.start(this);
    this.#askForTurn();
  }

  get peer(): Peer {
    return this.#peer ??= this.#socket.peer;
  }

  /** Requests whose exchanges have not ended or wait for a slot, streams, and all octets that are kept for them. */
  get usage(): { runningRequests: number; queuedRequests: number; openStreams: number; bufferedBytes: number } {
    const { usage } = this.connection;
    const { openStreams, queuedRequests, heldBytes, waitingBytes, outputBytes, partialBytes, retainedHeaderBytes } =
      usage;
    let bufferedBytes = heldBytes + waitingBytes + outputBytes + partialBytes + retainedHeaderBytes;
    for (const exchange of this.#exchanges.values()) bufferedBytes += exchange.assembledBytes;
    return { runningRequests: this.#exchanges.size, queuedRequests, openStreams, bufferedBytes };
  }

  /** Says goodbye in two steps (RFC 9113 6.8); closes when the running exchanges have ended. */
  drain(): void {
    this.connection.goaway();
  }

  /** Closes now; running exchanges are reset. */
  destroy(): void {
    this.connection.close();
    if (!this.#isBlocked && !this.#hasEnded) this.#socket.write(this.connection.takeOutput());
    this.#hasEnded = true;
    this.#socket.destroy();
  }

  /** Holds the engine's timeouts and the connection's lifetime. Call it every second or so with a clock's milliseconds. */
  sweep(nowMs: number): void {
    const { connection } = this;
    connection.advance(nowMs);
    const isIdle = this.#exchanges.size === 0;
    const due = this.#lifetime.sweep(nowMs, isIdle);
    if (due === "close") return this.destroy();
    if (this.#hasEnded || connection.isClosed || (connection.isGoingAway && isIdle)) {
      if (this.#farewellSinceMs === -1) this.#farewellSinceMs = nowMs;
      else if (nowMs - this.#farewellSinceMs >= FAREWELL_MS) this.destroy();
    } else if (due === "ping") connection.ping(PING);
    else if (due !== undefined) connection.goaway(due);
  }

  // What exchanges tell

  release(streamId: number): void {
    this.#exchanges.delete(streamId);
    this.connection.release(streamId);
    this.#askForTurn();
  }

  pace(): Promise<void> | undefined {
    if (this.#nextTurn === undefined) {
      if (++this.#steps % PACE_STEPS !== 0) return undefined;
      const now = performance.now();
      if (this.#steps === PACE_STEPS) this.#turnSinceMs = now;
      if (now - this.#turnSinceMs < TURN_MS) return undefined;
      this.#nextTurn = Promise.withResolvers();
      this.#askForTurn();
    }
    return this.#nextTurn.promise;
  }

  // What the socket tells

  onBytes(bytes: Uint8Array): void {
    const { connection } = this;
    this.#lifetime.onHeard();
    this.#heardIn = this.#turns.hear(this.#heardIn);
    if (this.#hasEnded && (this.#unheardBytes += bytes.length) > FAREWELL_BYTES) return this.#socket.destroy();
    if (this.#unread !== undefined) {
      this.#unread = joinChunks([this.#unread, bytes], this.#unread.length + bytes.length);
    } else if (bytes.length > FEW_BYTES && this.#turns.isFull) {
      this.#unread = bytes.slice();
      this.#askForTurn();
    } else this.#receive(bytes);
    this.#turnBytes += bytes.length;
    if (this.#turnBytes > MAX_TURN_BYTES) {
      this.#pause();
      this.#askForTurn();
    } else if (!connection.wantsInput && !connection.isClosed) this.#pause();
    if (connection.hasOutput || connection.isClosed) this.#askForTurn();
  }

  /** The engine takes more, be it to ignore it. */
  #mayReceive(): boolean {
    return this.connection.wantsInput || this.connection.isClosed;
  }

  /** Gives bytes to the engine, as many as are due in one turn; the rest waits for the next, and so does the socket. */
  #receive(bytes: Uint8Array): void {
    const taken = this.connection.receive(bytes, MAX_TURN_FRAMES);
    this.#unread = undefined;
    if (taken < bytes.length) {
      this.#unread = bytes.slice(taken);
      this.#pause();
      this.#askForTurn();
    }
    this.#start();
  }

  onDrain(): void {
    this.#isBlocked = false;
    this.#lifetime.onBlocked(0);
    // What the socket waited with has waited for its turn already.
    this.endTurn();
  }

  onEnd(): void {
    if (this.#exchanges.size > FEW_EXCHANGES && this.#turns.isFull) {
      this.#isLeft = true;
      this.#askForTurn();
    } else this.#disconnect();
    this.#hasEnded = true;
    this.#socket.destroy();
  }

  #disconnect(): void {
    this.#isLeft = false;
    this.connection.disconnect("the client closed the connection");
  }

  // What the engine tells

  onRequest(streamId: number, head: RequestHead, endStream: boolean): void {
    const exchange = new Http2Exchange(this, streamId, head, endStream);
    this.#exchanges.set(streamId, exchange);
    this.#starting.push(exchange);
    this.#lifetime.onUsed();
    this.#turns.count();
    this.#askForTurn();
  }

  onData(streamId: number, bytes: Uint8Array, endStream: boolean): void {
    this.#exchanges.get(streamId)?.onData(bytes, endStream);
  }

  onTrailers(streamId: number, _trailers: HeaderList): void {
    this.#exchanges.get(streamId)?.onTrailers();
  }

  onReset(streamId: number, _code: number, cause: ResetCause): void {
    this.#turns.count();
    this.#exchanges.get(streamId)?.onLost(LOST[cause]);
  }

  onWritable(streamId: number): void {
    this.#exchanges.get(streamId)?.onWritable();
  }

  onOutput(): void {
    this.#askForTurn();
  }

  onClosed(): void {
    this.#askForTurn();
  }

  onSettings(): void {
    // The engine keeps to them.
  }

  onPing(): void {
    // The engine has answered.
  }

  onPong(): void {
    // Whatever comes is a sign of life.
  }

  onGoaway(): void {
    // A client that leaves opens no more streams: the connection closes when those that run have ended.
    this.connection.goawayNow();
  }

  // The turn

  /** Sends what the turn has brought. */
  endTurn(): void {
    this.#turnAsked = false;
    const isDue = this.#isLeft || (this.#unread !== undefined && this.#mayReceive());
    if (isDue && this.#turns.isFull) this.#putOff();
    else if (this.#isLeft) this.#disconnect();
    else if (isDue) this.#receive(this.#unread!);
    this.#start();
    const { connection } = this;
    for (let writes = 0; !this.#isBlocked && !this.#hasEnded && connection.hasOutput; writes++) {
      // Other connections have their turns, too, and what was written gives its buffer back between turns.
      if (writes === MAX_WRITES) {
        this.#askForTurn();
        break;
      }
      const rest: Uint8Array[] = [];
      const bytes = connection.takeOutput(rest);
      if (bytes.length === 0) break;
      if (!this.#write(bytes, rest)) {
        this.#isBlocked = true;
        this.#lifetime.onBlocked(rest.reduce((octets, piece) => octets + piece.length, bytes.length));
      }
    }
    if (this.#starting.length > 0) this.#askForTurn();
    this.#turnBytes = this.#unread?.length ?? 0;
    if (this.#isPaused && this.#mayReceive()) {
      if (this.#unread === undefined) this.#resume();
      else this.#askForTurn();
    }
    if (connection.isClosed && !connection.hasOutput) this.#end();
    this.#steps = 0;
    if (this.#nextTurn !== undefined) this.#goOn();
  }

  /** Lets the handlers go on that have kept a turn for long: in another one, where this is full. */
  #goOn(): void {
    if (this.#turns.isFull) {
      if (!this.#turnAsked) this.#putOff();
      return;
    }
    this.#nextTurn?.resolve();
    this.#nextTurn = undefined;
  }

  #write(bytes: Uint8Array, rest: readonly Uint8Array[]): boolean {
    if (rest.length > 0) return this.#socket.writeAll!([bytes, ...rest]);
    return this.#socket.write(bytes, bytes.length > MIN_REUSED ? this.#onWritten : undefined);
  }

  #askForTurn(): void {
    if (this.#turnAsked) return;
    this.#turnAsked = true;
    this.#turns.atEnd(this);
  }

  #putOff(): void {
    this.#turnAsked = true;
    this.#turns.atNext(this);
  }

  #start(): void {
    if (this.#starting.length === 0) return;
    const starting = this.#starting;
    this.#starting = [];
    for (const exchange of starting) {
      try {
        if (exchange.isLost) exchange.reset();
        else this.#handler(exchange);
      } catch (error) {
        exchange.reset(error);
      }
    }
  }

  #pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  #resume(): void {
    this.#isPaused = false;
    this.#socket.resume();
  }

  /** Ends our side and reads on, unheard: closing at once could take what was sent last away from the peer (RFC 9112 9.6). */
  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (this.#isPaused) this.#resume();
    this.#socket.end();
  }
}

const LOST: { readonly [Cause in ResetCause]: string } = {
  peer: "The client reset the stream before the reply had ended.",
  fault: "The stream was reset because of what the client sent, or did not read.",
  unprocessed: "The client takes no reply any more.",
  closed: "The connection was closed before the reply had ended.",
};
