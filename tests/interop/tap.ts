// A relay of cleartext HTTP/2 that looks on: for each stream it notes which messages of gRPC went by compressed, for neither
// clients nor servers tell.
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

const PREFACE_OCTETS = 24;
const FRAME_HEAD_OCTETS = 9;
const DATA = 0;
const PADDED = 0x8;
const ENVELOPE_PREFIX_OCTETS = 5;

/** The messages of one call: whether each was compressed. */
export interface TappedCall {
  readonly requests: readonly boolean[];
  readonly replies: readonly boolean[];
}

/** Finds the messages in the DATA of one stream, in one direction. */
class Messages {
  readonly compressed: boolean[] = [];
  #prefix: number[] = [];
  #left = 0;

  push(data: Uint8Array): void {
    let at = 0;
    while (at < data.length) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, data.length - at);
        this.#left -= taken;
        at += taken;
        continue;
      }
      this.#prefix.push(data[at++]!);
      if (this.#prefix.length < ENVELOPE_PREFIX_OCTETS) continue;
      const [flags, ...length] = this.#prefix;
      this.compressed.push((flags! & 1) === 1);
      this.#left = length.reduce((total, octet) => total * 256 + octet, 0);
      this.#prefix = [];
    }
  }
}

/** Reads the frames of one direction of a connection. */
class Frames {
  readonly streams: Map<number, Messages> = new Map();
  #rest: Uint8Array = new Uint8Array();
  #skip: number;

  constructor(skip: number) {
    this.#skip = skip;
  }

  push(chunk: Uint8Array): void {
    const skipped = Math.min(this.#skip, chunk.length);
    this.#skip -= skipped;
    let rest: Uint8Array = Buffer.concat([this.#rest, chunk.subarray(skipped)]);
    while (rest.length >= FRAME_HEAD_OCTETS) {
      const head = new DataView(rest.buffer, rest.byteOffset);
      const end = FRAME_HEAD_OCTETS + (head.getUint32(0) >>> 8);
      if (rest.length < end) break;
      if (rest[3] === DATA) this.#data(head.getUint32(5), rest[4]!, rest.subarray(FRAME_HEAD_OCTETS, end));
      rest = rest.subarray(end);
    }
    this.#rest = rest;
  }

  #data(stream: number, flags: number, payload: Uint8Array): void {
    const messages = this.streams.get(stream) ?? new Messages();
    this.streams.set(stream, messages);
    messages.push((flags & PADDED) === 0 ? payload : payload.subarray(1, payload.length - payload[0]!));
  }
}

/** A running relay. */
export class Tap implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;
  readonly #connections: readonly (readonly [requests: Frames, replies: Frames])[];

  private constructor(server: Server, sockets: Set<Socket>, connections: readonly (readonly [Frames, Frames])[]) {
    this.port = (server.address() as { port: number }).port;
    this.#server = server;
    this.#sockets = sockets;
    this.#connections = connections;
  }

  /** Relays connections to a port of this machine. */
  static async start(upstreamPort: number): Promise<Tap> {
    const sockets = new Set<Socket>();
    const connections: (readonly [Frames, Frames])[] = [];
    const server = createServer((client) => {
      const upstream = connect(upstreamPort, "127.0.0.1");
      const frames = [new Frames(PREFACE_OCTETS), new Frames(0)] as const;
      connections.push(frames);
      for (const [from, to, seen] of [[client, upstream, frames[0]], [upstream, client, frames[1]]] as const) {
        sockets.add(from);
        from.on("error", () => to.destroy());
        from.on("data", (chunk: Uint8Array) => seen.push(chunk));
        from.pipe(to);
      }
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Tap(server, sockets, connections);
  }

  /** The calls that went by, in the order of their streams, connection by connection. */
  calls(): TappedCall[] {
    return this.#connections.flatMap(([requests, replies]) => {
      const streams = [...new Set([...requests.streams.keys(), ...replies.streams.keys()])].sort((a, b) => a - b);
      return streams.map((stream) => ({
        requests: requests.streams.get(stream)?.compressed ?? [],
        replies: replies.streams.get(stream)?.compressed ?? [],
      }));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}
