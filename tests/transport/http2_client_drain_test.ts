// Servers that go away while calls run, over and over: no call is lost, and none is carried out twice.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Http2Client } from "../../src/transport/http2_client.ts";
import { bytes, once } from "../adapters/exchanges.ts";
import { FakeClock, settled } from "../support/fake_clock.ts";
import { MemoryHttp2Server } from "../support/memory_http2_server.ts";
import { pulling } from "../support/pulling_client.ts";

const DRAINS = 200;
const CALLERS = 8;

/** Numbers from 0 to below 1 that are the same in every run (a linear congruential generator). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296) / 4_294_967_296;
}

test(`${DRAINS} drains under load lose no call and carry none out twice, whichever way the server goes`, async () => {
  const random = randomOf(7);
  const server = new MemoryHttp2Server({ maxConcurrentStreams: 5 });
  const carriedOut = new Map<string, number>();
  server.onEvent = (line, connection) => {
    const match = /^data (\d+) (n\d+)/.exec(line);
    if (match === null) return;
    const [, streamId, name] = match;
    setTimeout(() => {
      const { engine } = connection;
      // A server that named a lower last stream, or closed, has nobody to answer.
      if (connection.log.lines.some((other) => other.startsWith(`reset ${streamId} `))) return;
      carriedOut.set(name!, (carriedOut.get(name!) ?? 0) + 1);
      engine.sendReply(Number(streamId), [[":status", "200"]], bytes(name!), [["grpc-status", "0"]]);
      engine.release(Number(streamId));
    }, Math.floor(random() * 2));
  };
  const client = pulling(new Http2Client({}, { clock: new FakeClock(), random, dial: server.dial }));
  let isOver = false;
  let calls = 0;
  const call = async (): Promise<void> => {
    while (!isOver) {
      const name = `n${++calls}`;
      const response = await client({ url: "http://server.test/s/m", body: once(bytes(name)) });
      let text = "";
      for await (const chunk of response.body) text += new TextDecoder().decode(chunk);
      assert.equal(text, name);
      assert.equal(response.trailer.get("grpc-status"), "0");
    }
  };
  const callers = Array.from({ length: CALLERS }, call);
  for (let drain = 0; drain < DRAINS; drain++) {
    await settled();
    if (random() < 0.5) server.last.engine.goaway();
    else server.last.engine.goawayNow();
  }
  isOver = true;
  await Promise.all(callers);
  assert.ok(calls > DRAINS, `${calls} calls`);
  assert.ok(server.connections.length > DRAINS / 2, `${server.connections.length} connections`);
  assert.deepEqual([...carriedOut.values()].filter((times) => times !== 1), []);
  await client.close();
});
