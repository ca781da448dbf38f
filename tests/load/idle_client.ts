// Opens idle connections: raw sockets that greet as HTTP/2 clients do, make one call, and then say nothing.
import * as net from "node:net";
import process from "node:process";
import * as tls from "node:tls";
import { bytes, data, greeting, headers, requestFields, settingsAck } from "../support/frames.ts";
import { takeOrders } from "./orders.ts";

const { port, tls: isSecure } = JSON.parse(process.argv[2]!) as { port: number; tls: boolean };

/** Connections that are being made at the same time. */
const AT_ONCE = 50;
/** Connections from one address: there are some 28,000 ports. */
const PER_ADDRESS = 20_000;

const REQUEST = bytes(
  greeting(),
  settingsAck(),
  headers(1, requestFields("/live.v1.Target/Echo")),
  data(1, new Uint8Array(5), { endStream: true }),
);

const sockets: net.Socket[] = [];
let lost = 0;

/** Connects, and waits for the answer to one call: its trailers are the only frame that ends a stream. */
function open(): Promise<void> {
  const localAddress = `127.0.0.${1 + Math.floor(sockets.length / PER_ADDRESS)}`;
  return new Promise((resolve, reject) => {
    const socket = isSecure
      ? tls.connect(
        {
          host: "127.0.0.1",
          port,
          localAddress,
          ALPNProtocols: ["h2"],
          rejectUnauthorized: false,
        } as tls.ConnectionOptions,
      )
      : net.connect({ host: "127.0.0.1", port, localAddress });
    sockets.push(socket);
    socket.once("error", reject);
    socket.once("close", () => lost++);
    socket.once(isSecure ? "secureConnect" : "connect", () => socket.write(REQUEST));
    let seen = new Uint8Array(0);
    socket.on("data", (part: Uint8Array) => {
      seen = bytes(seen, part) as Uint8Array<ArrayBuffer>;
      if (!hasEnded(seen)) return;
      socket.removeAllListeners("data");
      socket.resume();
      resolve();
    });
  });
}

/** Whether there is a whole frame of HEADERS with END_STREAM. */
function hasEnded(seen: Uint8Array): boolean {
  for (let at = 0; at + 9 <= seen.length;) {
    const end = at + 9 + ((seen[at]! << 16) | (seen[at + 1]! << 8) | seen[at + 2]!);
    if (end > seen.length) return false;
    if (seen[at + 3] === 1 && seen[at + 4]! & 1) return true;
    at = end;
  }
  return false;
}

takeOrders({}, {
  async open(count: number) {
    let left = count;
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) await open();
    }));
  },
  /** One more connection and its call, beside those that are idle. */
  call: open,
  lost: () => lost,
});
