// Asks for 100 large answers on one connection at once, and says how even they came: what the slowest had of its octets when
// the fastest had all of them. A driven program (../process.ts): node fair_load.ts ADDRESS
import { type ClientHttp2Session, connect } from "node:http2";
import process from "node:process";
import { createInterface } from "node:readline";
import { announce } from "../greeter/program.ts";

const STREAMS = 100;
const STREAM_BYTES = 16 << 20;

const [address = ""] = process.argv.slice(2);

function session(): Promise<ClientHttp2Session> {
  return new Promise((resolve, reject) => {
    const made = connect(`http://${address}`, { settings: { initialWindowSize: 1 << 20 } });
    made.once("remoteSettings", () => {
      made.setLocalWindowSize(64 << 20);
      resolve(made);
    });
    made.once("error", reject);
  });
}

/** All answers at once; resolves with the share of its octets that the slowest has when the first one ends. */
async function once(): Promise<number> {
  const http2 = await session();
  const received = new Array<number>(STREAMS).fill(0);
  const share = await new Promise<number>((resolve, reject) => {
    let isFirst = true;
    let ended = 0;
    let slowest = 0;
    for (let index = 0; index < STREAMS; index++) {
      const stream = http2.request({ ":method": "POST", ":path": "/large" }, { endStream: true });
      stream.on("error", reject);
      stream.on("data", (chunk: Uint8Array) => {
        received[index] += chunk.length;
        if (received[index] < STREAM_BYTES) return;
        if (isFirst) slowest = Math.min(...received);
        isFirst = false;
      });
      stream.on("end", () => {
        if (received[index] !== STREAM_BYTES) {
          reject(new Error(`stream ${index} ended after ${received[index]} octets`));
        }
        if (++ended === STREAMS) resolve(slowest / STREAM_BYTES);
      });
    }
  });
  http2.close();
  return share;
}

announce(0);
for await (const _ of createInterface({ input: process.stdin })) {
  const start = performance.now();
  const percent = await once() * 100;
  const seconds = (performance.now() - start) / 1000;
  process.stdout.write(JSON.stringify({ count: STREAMS, seconds, percent }) + "\n");
}
