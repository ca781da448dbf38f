// An attacker's connection: raw bytes over node:net, what came back cut into frames, and all octets counted. It keeps to no
// rule but the one that its attack gives it: it does not even answer SETTINGS by itself.
import * as net from "node:net";
import { HpackDecoder } from "../../src/http2/hpack/decoder.ts";
import { HpackError } from "../../src/http2/hpack/hpack_error.ts";
import { bytes, parseFrames, type SentFrame } from "../support/frames.ts";

/** Octets both ways, over all connections of an attack. */
export interface Traffic {
  sent: number;
  received: number;
}

/** What came on one stream. */
export interface Reply {
  head: Map<string, string>;
  body: Uint8Array[];
  trailers: Map<string, string>;
  /** The name of the code of RST_STREAM. */
  reset: string | undefined;
  ended: boolean;
}

const CODES = [
  "NO_ERROR",
  "PROTOCOL_ERROR",
  "INTERNAL_ERROR",
  "FLOW_CONTROL_ERROR",
  "SETTINGS_TIMEOUT",
  "STREAM_CLOSED",
  "FRAME_SIZE_ERROR",
  "REFUSED_STREAM",
  "CANCEL",
  "COMPRESSION_ERROR",
  "CONNECT_ERROR",
  "ENHANCE_YOUR_CALM",
  "INADEQUATE_SECURITY",
  "HTTP_1_1_REQUIRED",
];

/** Octets of an HTTP/1.1 answer that are kept to be told. */
const KEPT_TEXT = 600;

/** One connection. */
export class Wire {
  readonly traffic: Traffic;
  readonly resets: Map<string, number> = new Map();
  /** `CODE debug data` of the last GOAWAY that is no mere goodbye. */
  goaway: string | undefined;
  /** What came where that is no HTTP/2. */
  text = "";
  /** Answers to PING, and to SETTINGS. */
  pongs = 0;
  acks = 0;
  /** What the server's last PING holds. */
  lastPing: Uint8Array = new Uint8Array(8);
  #isOver = false;
  readonly #socket: net.Socket;
  readonly #replies = new Map<number, Reply>();
  readonly #waiting = new Set<() => void>();
  readonly #hpack = new HpackDecoder({
    maxTableSize: 4096,
    maxHeaderListSize: 1 << 20,
    maxFields: 1000,
    maxStringLength: 1 << 20,
  });
  readonly #credit = new Map<number, number>();
  readonly #isHttp2: boolean;
  /** The header block that is not complete, and whether it ends its stream. */
  #block: Uint8Array = new Uint8Array(0);
  #endsStream = false;
  #left: Uint8Array = new Uint8Array(0);

  private constructor(socket: net.Socket, traffic: Traffic, isHttp2: boolean) {
    this.#socket = socket;
    this.traffic = traffic;
    this.#isHttp2 = isHttp2;
    socket.on("data", (data: Uint8Array) => this.#onBytes(data));
    socket.on("error", () => this.#end());
    socket.on("end", () => this.#end());
    socket.on("close", () => this.#end());
    socket.on("drain", () => this.#tell());
  }

  /** Connects. */
  static open(port: number, traffic: Traffic, isHttp2 = true): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ host: "127.0.0.1", port, noDelay: true });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new Wire(socket, traffic, isHttp2));
      });
    });
  }

  /** The server has said GOAWAY for a fault, or has closed. */
  get isOver(): boolean {
    return this.#isOver || this.goaway !== undefined;
  }

  /** The connection is closed. */
  get isClosed(): boolean {
    return this.#isOver;
  }

  /** What came on a stream so far. */
  reply(streamId: number): Reply {
    const known = this.#replies.get(streamId);
    if (known !== undefined) return known;
    const reply: Reply = { head: new Map(), body: [], trailers: new Map(), reset: undefined, ended: false };
    this.#replies.set(streamId, reply);
    return reply;
  }

  /** Octets of data that the server takes on a stream, or on the whole connection (0), less what {@link spend} was told. */
  credit(streamId: number): number {
    return this.#credit.get(streamId) ?? 65_535;
  }

  /** Whether data fits both windows. */
  hasCredit(streamId: number, octets: number): boolean {
    return this.credit(0) >= octets && this.credit(streamId) >= octets;
  }

  /** Streams that have ended, or were reset. */
  get endedStreams(): number {
    let ended = 0;
    for (const reply of this.#replies.values()) if (reply.ended || reply.reset !== undefined) ended++;
    return ended;
  }

  /** Waits until data fits both windows, and takes it from them; answers false where it never did. */
  async spend(streamId: number, octets: number, patienceMs: number): Promise<boolean> {
    const fits = (): boolean => this.hasCredit(streamId, octets);
    if (!await this.until(() => fits() || this.goaway !== undefined, patienceMs) || !fits()) return false;
    for (const id of [0, streamId]) this.#credit.set(id, this.credit(id) - octets);
    return true;
  }

  /** Sends, and waits while the socket is full, up to `patienceMs`. */
  async write(data: Uint8Array, patienceMs = 1000): Promise<void> {
    if (this.#isOver) return;
    this.traffic.sent += data.length;
    if (!this.#socket.write(data)) await this.until(() => !this.#socket.writableNeedDrain, patienceMs);
  }

  /** Stops reading, so that the server's writes pile up in the sockets' buffers. */
  stopReading(): void {
    this.#socket.pause();
  }

  /** Reads again. */
  read(): void {
    this.#socket.resume();
  }

  /** Waits for something to come true; answers whether it did. An end of the connection ends the wait. */
  async until(condition: () => boolean, patienceMs: number): Promise<boolean> {
    const until = performance.now() + patienceMs;
    while (!condition()) {
      const leftMs = until - performance.now();
      if (this.#isOver || leftMs <= 0) return false;
      await new Promise<void>((resolve) => {
        const go = (): void => {
          clearTimeout(timer);
          this.#waiting.delete(go);
          resolve();
        };
        const timer = setTimeout(go, leftMs);
        this.#waiting.add(go);
      });
    }
    return true;
  }

  /** Waits for the end of the connection, or GOAWAY. */
  async over(patienceMs: number): Promise<boolean> {
    await this.until(() => this.isOver, patienceMs);
    return this.isOver;
  }

  /** What the server did, in a line. */
  told(): string {
    if (this.goaway !== undefined) return `GOAWAY ${this.goaway}`;
    const resets = [...this.resets].map(([code, count]) => `${count} x RST_STREAM ${code}`).join(", ");
    const end = this.#isOver ? "closed" : "open";
    return [this.text.split("\r\n")[0], resets, end].filter((part) => part !== "").join(", ");
  }

  /** Ends at once, by a reset of TCP. */
  destroy(): void {
    this.#socket.resetAndDestroy();
  }

  #end(): void {
    this.#isOver = true;
    this.#socket.destroy();
    this.#tell();
  }

  #tell(): void {
    for (const go of [...this.#waiting]) go();
  }

  #onBytes(data: Uint8Array): void {
    this.traffic.received += data.length;
    if (!this.#isHttp2) {
      if (this.text.length < KEPT_TEXT) this.text += new TextDecoder("latin1").decode(data);
      return this.#tell();
    }
    const all = this.#left.length === 0 ? new Uint8Array(data) : bytes(this.#left, data);
    let end = 0;
    while (all.length - end >= 9) {
      const next = end + 9 + ((all[end]! << 16) | (all[end + 1]! << 8) | all[end + 2]!);
      if (next > all.length) break;
      end = next;
    }
    this.#left = all.slice(end);
    for (const frame of parseFrames(all.subarray(0, end))) this.#onFrame(frame);
    this.#tell();
  }

  #onFrame({ type, flags, streamId, payload }: SentFrame): void {
    const endStream = (flags & 1) !== 0;
    switch (type) {
      case "HEADERS":
      case "CONTINUATION": {
        this.#block = type === "HEADERS" ? payload : bytes(this.#block, payload);
        if (type === "HEADERS") this.#endsStream = endStream;
        if ((flags & 4) === 0) break;
        const list = this.#hpack.decode(this.#block, 0, this.#block.length);
        if (list instanceof HpackError) throw new Error(`The server's header block is faulty: ${list.message}`);
        const reply = this.reply(streamId);
        const fields = reply.head.size === 0 ? reply.head : reply.trailers;
        for (const [name, value] of list) fields.set(name, value);
        reply.ended ||= this.#endsStream;
        break;
      }
      case "DATA": {
        const reply = this.reply(streamId);
        reply.body.push(payload);
        reply.ended ||= endStream;
        break;
      }
      case "RST_STREAM": {
        const code = CODES[payload[3]!] ?? "?";
        this.resets.set(code, (this.resets.get(code) ?? 0) + 1);
        this.reply(streamId).reset ??= code;
        break;
      }
      case "GOAWAY": {
        const code = CODES[payload[7]!] ?? "?";
        if (code !== "NO_ERROR") this.goaway = `${code} ${new TextDecoder("latin1").decode(payload.subarray(8))}`;
        break;
      }
      case "PING":
        if (endStream) this.pongs++;
        else this.lastPing = payload;
        break;
      case "SETTINGS":
        if (endStream) this.acks++;
        break;
      case "WINDOW_UPDATE":
        this.#credit.set(
          streamId,
          this.credit(streamId) + new DataView(payload.buffer, payload.byteOffset).getUint32(0),
        );
    }
  }
}
