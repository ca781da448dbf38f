// An HTTP/2 server that says exactly what a test tells it to, frame by frame (RFC 9113 4.1). Header blocks are written with
// literals only, and those of requests are not looked at. Runs wherever node:net does.
import * as net from "node:net";

/** A frame that the client sent. */
export interface ReceivedFrame {
  type: number;
  flags: number;
  streamId: number;
  payload: Uint8Array;
}

/** One connection, from the server's side. */
export interface ScriptedConnection {
  /** The number of this connection, from 1. */
  readonly number: number;
  send(type: number, flags: number, streamId: number, payload?: Uint8Array): void;
  /** Status 200, one DATA frame and `grpc-status: 0` as trailers. */
  respond(streamId: number, text: string): void;
  close(): void;
}

export interface ScriptedServer {
  url: string;
  readonly connections: number;
  close(): Promise<void>;
}

export const frameType = { data: 0, headers: 1, rstStream: 3, settings: 4, ping: 6, goaway: 7 } as const;
const END_STREAM = 1;
const ACK = 1;
const END_HEADERS = 4;
const PREFACE_LENGTH = 24;

/** Listens; SETTINGS and PING are answered by itself unless `onFrame` returns true. */
export async function scriptedHttp2Server(
  onFrame: (frame: ReceivedFrame, connection: ScriptedConnection) => boolean | void,
): Promise<ScriptedServer> {
  const sockets = new Set<net.Socket>();
  let count = 0;
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    const connection: ScriptedConnection = {
      number: ++count,
      send: (type, flags, streamId, payload = new Uint8Array(0)) => socket.write(frame(type, flags, streamId, payload)),
      respond(streamId, text) {
        this.send(frameType.headers, END_HEADERS, streamId, new Uint8Array([0x88]));
        this.send(frameType.data, 0, streamId, new TextEncoder().encode(text));
        this.send(frameType.headers, END_HEADERS | END_STREAM, streamId, literal("grpc-status", "0"));
      },
      close: () => socket.destroy(),
    };
    connection.send(frameType.settings, 0, 0);
    let buffer = new Uint8Array(0);
    let skip = PREFACE_LENGTH;
    socket.on("data", (data: Uint8Array) => {
      buffer = new Uint8Array([...buffer, ...data]);
      const skipped = Math.min(skip, buffer.length);
      skip -= skipped;
      buffer = buffer.subarray(skipped);
      for (;;) {
        if (buffer.length < 9) return;
        const length = buffer[0] << 16 | buffer[1] << 8 | buffer[2];
        if (buffer.length < 9 + length) return;
        const received: ReceivedFrame = {
          type: buffer[3],
          flags: buffer[4],
          streamId: new DataView(buffer.buffer, buffer.byteOffset + 5, 4).getUint32(0),
          payload: buffer.slice(9, 9 + length),
        };
        buffer = buffer.slice(9 + length);
        if (onFrame(received, connection) === true) continue;
        if (received.flags & ACK) continue;
        if (received.type === frameType.settings) connection.send(frameType.settings, ACK, 0);
        if (received.type === frameType.ping) connection.send(frameType.ping, ACK, 0, received.payload);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    get connections() {
      return count;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Four octets, big-endian, one for each number. */
export function uint32(...values: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, i) => view.setUint32(i * 4, value));
  return new Uint8Array(view.buffer);
}

function frame(type: number, flags: number, streamId: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  return new Uint8Array([length >> 16, length >> 8 & 255, length & 255, type, flags, ...uint32(streamId), ...payload]);
}

/** A header field as a literal without indexing (RFC 7541 6.2.2), without Huffman coding. */
function literal(name: string, value: string): Uint8Array {
  const encoder = new TextEncoder();
  return new Uint8Array([0, name.length, ...encoder.encode(name), value.length, ...encoder.encode(value)]);
}
