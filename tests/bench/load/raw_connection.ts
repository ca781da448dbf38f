// One connection of load on an HTTP/2 server from a raw socket, where h2load can do too little: it cannot vary the headers of
// its requests, and takes more CPU for one than a fast server does. Requests are octets made beforehand: of them only the stream
// identifiers are written each time. Answers are counted by their frames, and every one has to have status 200 and the body's
// length.
import { connect, type Socket } from "node:net";
import process from "node:process";
import { HpackEncoder } from "../../../src/http2/hpack/encoder.ts";
import type { HeaderList } from "../../../src/http/exchange.ts";
import { enveloped, greet, NAME, SAY_HELLO_PATH, textMessage } from "../greeter/greeting.ts";

/** What requests differ in: nothing, or every one in a timeout, a trace and an identifier. */
export type RawLoadKind = "same" | "different";

/** Requests that differ before the first one comes round again: far more than any cache of a server holds. */
const DIFFERENT = 4096;
const FRAME_HEAD = 9;
const WINDOW = 0x7fffffff;
/** Octets of answers after which the connection's window is filled up again. */
const REFILL = 1 << 30;
const STATUS_200 = 0x88;
const BODY_BYTES = enveloped([textMessage(greet(NAME))]).length;

/** A request as octets, and where its two stream identifiers stand. */
interface Template {
  readonly octets: Uint8Array;
  readonly dataAt: number;
}

/** Requests for one connection, to be sent in this order: the first one fills the server's table for all that follow. */
function templates(kind: RawLoadKind, authority: string): Template[] {
  const encoder = new HpackEncoder({ tableSize: 4096, huffman: true });
  const body = enveloped([textMessage(NAME)]);
  return Array.from({ length: kind === "same" ? 2 : DIFFERENT }, (_, number) => {
    const list = kind === "same" ? commonFields(authority) : [...commonFields(authority), ...ownFields(number)];
    const block = new Uint8Array(encoder.maxEncodedLength(list));
    const length = encoder.encode(list, block, 0);
    const octets = Uint8Array.of(
      ...head(length, 1, 4),
      ...block.subarray(0, length),
      ...head(body.length, 0, 1),
      ...body,
    );
    return { octets, dataAt: FRAME_HEAD + length };
  });
}

function commonFields(authority: string): HeaderList {
  return [
    [":method", "POST"],
    [":scheme", "http"],
    [":path", SAY_HELLO_PATH],
    [":authority", authority],
    ["te", "trailers"],
    ["content-type", "application/grpc"],
    ["user-agent", "raw-load/1"],
  ];
}

function ownFields(number: number): HeaderList {
  const digits = (salt: number): string => (Math.imul(number + salt, 0x9e3779b1) >>> 0).toString(16).padStart(8, "0");
  return [
    ["grpc-timeout", `${1_000_000 + number * 37}u`],
    ["traceparent", `00-${digits(1)}${digits(2)}${digits(3)}${digits(4)}-${digits(5)}${digits(6)}-01`],
    ["x-request-id", `${digits(7)}-${digits(8)}`],
  ];
}

function head(length: number, type: number, flags: number): number[] {
  return [length >>> 16, length >>> 8 & 255, length & 255, type, flags, 0, 0, 0, 0];
}

function windowUpdate(increment: number): number[] {
  return [...head(4, 8, 0), increment >>> 24, increment >>> 16 & 255, increment >>> 8 & 255, increment & 255];
}

/** One connection. Whoever holds it says when a request is made, and is told of each answer. */
export class RawConnection {
  readonly #socket: Socket;
  readonly #templates: readonly Template[];
  #out: Uint8Array = new Uint8Array(65_536);
  #outLength = 0;
  #partial: Uint8Array = new Uint8Array(0);
  #next = 0;
  #nextStreamId = 1;
  #inFlight = 0;
  /** Told of each answer, by the identifier of its stream. */
  onAnswer: (streamId: number) => void = () => {};
  #unrefilled = 0;
  #bodyBytes = 0;
  #otherStatuses = 0;
  answered = 0;

  constructor(socket: Socket, requests: readonly Template[]) {
    this.#socket = socket;
    this.#templates = requests;
    socket.setNoDelay(true);
    socket.on("data", (data: Uint8Array) => this.#onData(data));
    socket.on("error", (error) => fail(error.message));
    socket.on("close", () => fail("the server closed a connection"));
    const preface = new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    const settings = [...head(6, 4, 0), 0, 4, WINDOW >>> 24, 255, 255, 255];
    this.#write(Uint8Array.of(...preface, ...settings, ...windowUpdate(WINDOW - 65_535)));
    this.flush();
  }

  /** Requests that have no answer yet. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Makes one request, which {@link flush} sends; answers the identifier of its stream. */
  request(): number {
    const { octets, dataAt } = this.#templates[this.#next]!;
    // The first one is sent once; after that come all the others in turn.
    this.#next = this.#next + 1 === this.#templates.length ? 1 : this.#next + 1;
    const at = this.#outLength;
    this.#write(octets);
    writeId(this.#out, at + 5, this.#nextStreamId);
    writeId(this.#out, at + dataAt + 5, this.#nextStreamId);
    this.#inFlight++;
    this.#nextStreamId += 2;
    return this.#nextStreamId - 2;
  }

  /** Sends the requests that were made. What is made as answers come is sent without it. */
  flush(): void {
    if (this.#outLength === 0) return;
    this.#socket.write(this.#out.slice(0, this.#outLength));
    this.#outLength = 0;
  }

  #write(octets: Uint8Array): void {
    if (this.#outLength + octets.length > this.#out.length) {
      const grown = new Uint8Array(this.#out.length * 2 + octets.length);
      grown.set(this.#out.subarray(0, this.#outLength));
      this.#out = grown;
    }
    this.#out.set(octets, this.#outLength);
    this.#outLength += octets.length;
  }

  #onData(data: Uint8Array): void {
    let bytes = data;
    if (this.#partial.length > 0) {
      bytes = new Uint8Array(this.#partial.length + data.length);
      bytes.set(this.#partial);
      bytes.set(data, this.#partial.length);
    }
    let at = 0;
    while (bytes.length - at >= FRAME_HEAD) {
      const length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
      if (bytes.length - at < FRAME_HEAD + length) break;
      this.#onFrame(bytes[at + 3]!, bytes[at + 4]!, bytes, at + FRAME_HEAD, length);
      at += FRAME_HEAD + length;
    }
    this.#partial = at === bytes.length ? NOTHING : bytes.slice(at);
    this.flush();
  }

  #onFrame(type: number, flags: number, bytes: Uint8Array, start: number, length: number): void {
    if (type === 0) {
      this.#bodyBytes += length;
      this.#unrefilled += length;
      if (this.#unrefilled > REFILL) {
        this.#write(Uint8Array.of(...windowUpdate(this.#unrefilled)));
        this.#unrefilled = 0;
      }
    } else if (type === 1) {
      if ((flags & 1) === 0 && bytes[start] !== STATUS_200) this.#otherStatuses++;
    } else if (type === 4 && (flags & 1) === 0) {
      this.#write(Uint8Array.of(...head(0, 4, 1)));
    } else if (type === 6 && (flags & 1) === 0) {
      this.#write(Uint8Array.of(...head(8, 6, 1), ...bytes.subarray(start, start + 8)));
    } else if (type === 3 || type === 7) {
      fail(type === 3 ? "the server reset a stream" : "the server said goodbye");
    }
    if (type > 1 || (flags & 1) === 0) return;
    this.answered++;
    this.#inFlight--;
    this.onAnswer(readId(bytes, start - 4));
  }

  /** What is wrong with the answers so far; an encoder may begin one block, its first, with a table size update. */
  get fault(): string | undefined {
    if (this.#otherStatuses > 1) return `${this.#otherStatuses} answers do not begin with status 200`;
    if (this.#bodyBytes !== this.answered * BODY_BYTES) return `${this.#bodyBytes} octets in ${this.answered} answers`;
    return undefined;
  }
}

const NOTHING = new Uint8Array(0);

function readId(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

function writeId(bytes: Uint8Array, at: number, id: number): void {
  bytes[at] = id >>> 24;
  bytes[at + 1] = id >>> 16;
  bytes[at + 2] = id >>> 8;
  bytes[at + 3] = id;
}

/** Ends the program, saying why. */
export function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

/** Opens connections to `HOST:PORT`, each with requests of this kind. */
export function rawConnections(address: string, count: number, kind: RawLoadKind): Promise<RawConnection[]> {
  const [host = "", port = ""] = address.split(":");
  const requests = templates(kind, address);
  return Promise.all(
    Array.from({ length: count }, () =>
      new Promise<RawConnection>((resolve) => {
        const socket = connect(Number(port), host, () => resolve(new RawConnection(socket, requests)));
        socket.on("error", (error) => fail(error.message));
      })),
  );
}

/** Ends the program where any answer so far was wrong. */
export function requireRight(connections: readonly RawConnection[]): void {
  for (const { fault } of connections) if (fault !== undefined) fail(fault);
}
