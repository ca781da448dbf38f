// Buffers that a socket is given to write come back once it needs them no more: what is written into them then is not sent.
import assert from "node:assert/strict";
import { once } from "node:events";
import * as net from "node:net";
import { test, type TestContext } from "node:test";
import { NodeByteSocket } from "../../../src/adapters/sockets/byte_socket.ts";

const LENGTH = 262_144;
const COUNT = 64;

async function check(t: TestContext, wrap: (socket: net.Socket) => void): Promise<void> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const peer = net.connect((server.address() as net.AddressInfo).port, "127.0.0.1");
  const [accepted] = await once(server, "connection") as [net.Socket];
  t.after(() => {
    peer.destroy();
    accepted.destroy();
    server.close();
  });
  wrap(accepted);
  const socket = new NodeByteSocket(accepted);
  let drained: (() => void) | undefined;
  socket.start({ onBytes() {}, onEnd() {}, onDrain: () => drained?.() });

  const returned: number[] = [];
  void (async () => {
    for (let index = 0; index < COUNT; index++) {
      const bytes = new Uint8Array(LENGTH).fill(index);
      const goOn = socket.write(bytes, (buffer) => {
        assert.equal(buffer, bytes);
        returned.push(index);
        buffer.fill(0xee);
      });
      if (!goOn) await new Promise<void>((resolve) => drained = resolve);
    }
    socket.end();
  })();

  let at = 0;
  for await (const chunk of peer as AsyncIterable<Uint8Array>) {
    const wrong = chunk.findIndex((octet, index) => octet !== Math.floor((at + index) / LENGTH));
    assert.equal(wrong, -1, `octet ${at + wrong}`);
    at += chunk.length;
    if (at < 8 * LENGTH) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.equal(at, COUNT * LENGTH);
  assert.deepEqual(returned, Array.from({ length: COUNT }, (_, index) => index));
}

test("a buffer comes back once, and what is written into it then is not sent, however slowly the peer reads", async (t) => {
  await check(t, () => {});
});

test("the same where a socket's own write hands the bytes on later", async (t) => {
  await check(t, (socket) => {
    const write = socket.write.bind(socket) as (bytes: Uint8Array, written: () => void) => boolean;
    const end = socket.end.bind(socket);
    let pending = 0;
    socket.write = ((bytes: Uint8Array, written: () => void) => {
      pending++;
      setTimeout(() => {
        write(bytes, written);
        if (--pending === 0) socket.emit("drain");
      }, 1);
      return false;
    }) as typeof socket.write;
    socket.end = (() => {
      setTimeout(end, 50);
      return socket;
    }) as typeof socket.end;
  });
});
