// A socket of node:net or node:tls, or any other Duplex of bytes, as the pump wants it. Node, Bun and Deno agree on all that
// is used here.
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Peer } from "../../http/exchange.ts";
import type { ByteSocket, ByteSocketEvents } from "../../transport/byte_socket.ts";
import { peerOf } from "./peer.ts";

/** Bun and Deno write pieces one by one even so. */
const WRITES_TOGETHER = !("Bun" in globalThis || "Deno" in globalThis);

/** A node:net or node:tls socket, or another Duplex. Its errors are listened to by whoever accepted it. */
export class NodeByteSocket implements ByteSocket {
  readonly #socket: Duplex;

  readonly writeAll?: (pieces: readonly Uint8Array[]) => boolean;

  constructor(socket: Duplex) {
    this.#socket = socket;
    if (WRITES_TOGETHER && socket instanceof Socket) this.writeAll = (pieces) => this.#writeAll(pieces);
  }

  get peer(): Peer {
    return peerOf(this.#socket);
  }

  start(events: ByteSocketEvents): void {
    const socket = this.#socket;
    // A plain view: Buffer's own subarray() and slice() cost more, and mean something else.
    socket.on("data", (data: Uint8Array) => {
      events.onBytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    });
    socket.on("drain", () => events.onDrain());
    socket.on("end", () => events.onEnd());
    socket.on("close", () => events.onEnd());
    socket.resume();
  }

  write(bytes: Uint8Array, onWritten?: (bytes: Uint8Array) => void): boolean {
    const socket = this.#socket;
    if (!socket.writable) return true;
    // Another Duplex may hand the bytes on to its reader, and still say that they are written.
    if (onWritten === undefined || !(socket instanceof Socket)) return socket.write(bytes);
    let isTold = false;
    const goOn = socket.write(bytes, (error) => {
      if (!error && !isTold) onWritten(bytes);
    });
    if (socket.writableLength === 0 && socket.write === Socket.prototype.write) {
      // The system has taken all; a write of someone else's may have it yet. The callback comes later, and a buffer that is
      // used again at once is still in the cache.
      isTold = true;
      onWritten(bytes);
    }
    return goOn;
  }

  #writeAll(pieces: readonly Uint8Array[]): boolean {
    const socket = this.#socket;
    if (!socket.writable) return true;
    socket.cork();
    let goOn = true;
    for (const piece of pieces) goOn = socket.write(piece);
    socket.uncork();
    return goOn;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    if (this.#socket.writable) this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
