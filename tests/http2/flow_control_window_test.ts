import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientProbe, ServerProbe } from "../support/engine.ts";
import { data, headers, requestFields, settings, settingsAck, text, windowUpdate } from "../support/frames.ts";

const OK = [[":status", "200"]] as const;

function octets(lines: string[], streamId: number): number {
  let sum = 0;
  for (const line of lines) {
    const match = line.match(new RegExp(`^DATA ${streamId} (\\d+) octets`));
    if (match) sum += Number(match[1]);
  }
  return sum;
}

function open(server: ServerProbe, ...ids: number[]): ServerProbe {
  for (const id of ids) server.feed(headers(id, requestFields()));
  return server;
}

test("data beyond the stream's window waits for WINDOW_UPDATE", () => {
  const server = open(new ServerProbe(), 1);
  server.feed(windowUpdate(0, 1_000_000));
  server.engine.sendHeaders(1, OK);
  server.engine.sendData(1, new Uint8Array(100_000), true);
  assert.equal(octets(server.sent(), 1), 65_535);
  assert.equal(server.engine.waiting(1), 34_465);
  server.feed(windowUpdate(1, 34_464));
  assert.equal(octets(server.sent(), 1), 34_464);
  assert.deepEqual(server.feed(windowUpdate(1, 1)).sent(), ["DATA 1 \0 END_STREAM"]);
});

test("data beyond the connection's window waits for WINDOW_UPDATE on stream 0", () => {
  const server = open(new ServerProbe(), 1, 3);
  for (const id of [1, 3]) {
    server.engine.sendHeaders(id, OK);
    server.engine.sendData(id, new Uint8Array(50_000), true);
  }
  const sent = server.sent();
  assert.equal(octets(sent, 1) + octets(sent, 3), 65_535);
  assert.equal(server.engine.usage.sendWindow, 0);
  const rest = server.feed(windowUpdate(0, 34_465)).sent();
  assert.equal(octets(rest, 1) + octets(rest, 3), 34_465);
  assert.equal(rest.filter((line) => line.endsWith("END_STREAM")).length, 1);
  assert.equal(server.engine.usage.waitingBytes, 0);
});

test("a smaller initial window makes windows negative; they have to be paid back first", () => {
  const server = open(new ServerProbe(), 1);
  server.feed(windowUpdate(0, 1_000_000));
  server.engine.sendHeaders(1, OK);
  server.engine.sendData(1, new Uint8Array(60_000));
  assert.equal(octets(server.sent(), 1), 60_000);
  server.feed(settings({ initialWindowSize: 10_000 }));
  server.engine.sendData(1, new Uint8Array(100));
  assert.deepEqual(server.sent(), ["SETTINGS ACK"]);
  assert.deepEqual(server.feed(windowUpdate(1, 50_000)).sent(), []);
  assert.equal(octets(server.feed(windowUpdate(1, 60)).sent(), 1), 60);
  server.feed(settings({ initialWindowSize: 10_040 }));
  assert.equal(octets(server.sent(), 1), 40);
});

test("the end of a stream needs no window", () => {
  const server = open(new ServerProbe(), 1);
  server.feed(settings({ initialWindowSize: 0 }));
  server.engine.sendReply(1, OK, new Uint8Array(0), [["grpc-status", "0"]]);
  assert.deepEqual(server.sent(), ["SETTINGS ACK", "HEADERS 1 :status=200", "HEADERS 1 grpc-status=0 END_STREAM"]);
  const other = new ServerProbe().feed(settings({ initialWindowSize: 0 }));
  open(other, 1);
  other.engine.sendHeaders(1, OK);
  other.engine.sendData(1, new Uint8Array(0), true);
  assert.equal(other.sent().at(-1), "DATA 1 END_STREAM");
});

test("a window above 2^31-1 ends the stream, or the connection where it is the connection's", () => {
  const server = open(new ServerProbe(), 1);
  server.feed(windowUpdate(1, 2 ** 31 - 1 - 65_535)).feed(windowUpdate(1, 1));
  assert.deepEqual(server.sent(), ["RST_STREAM 1 FLOW_CONTROL_ERROR"]);
  assert.equal(server.told().at(-1), "reset 1 3 fault");
  server.feed(windowUpdate(0, 2 ** 31 - 65_535));
  assert.match(server.sent()[0]!, /^GOAWAY 1 FLOW_CONTROL_ERROR .*2147483647/);
  const bySettings = open(new ServerProbe(), 1).feed(windowUpdate(1, 2 ** 31 - 1 - 65_535));
  bySettings.feed(settings({ initialWindowSize: 65_536 }));
  assert.match(bySettings.sent().at(-1)!, /^GOAWAY 1 FLOW_CONTROL_ERROR/);
});

test("consumed data comes back as credit once half of a window is owed", () => {
  const server = open(new ServerProbe({ initialWindowSize: 1000, maxStreamWindowSize: 1000 }), 1);
  server.feed(data(1, new Uint8Array(900)));
  assert.deepEqual(server.sent(), []);
  server.engine.consume(1, 499);
  assert.deepEqual(server.sent(), []);
  server.engine.consume(1, 1);
  assert.deepEqual(server.sent(), ["WINDOW_UPDATE 1 500"]);
  server.engine.consume(1, 10_000);
  assert.equal(server.engine.usage.heldBytes, 0);
});

test("the connection's credit comes back with the streams'", () => {
  const server = open(new ServerProbe({ connectionWindowSize: 65_535 }), 1, 3);
  server.feed(...[1, 3].flatMap((id) => [data(id, new Uint8Array(16_000)), data(id, new Uint8Array(10_000))]));
  server.engine.consume(1, 26_000);
  assert.deepEqual(server.sent(), []);
  server.engine.consume(3, 10_000);
  assert.deepEqual(server.sent(), ["WINDOW_UPDATE 0 36000"]);
});

test("data that the application keeps is the connection's credit again, and its stream's only when it is consumed", () => {
  const limits = { initialWindowSize: 1000, maxStreamWindowSize: 1000, connectionWindowSize: 65_535 };
  const server = open(new ServerProbe(limits), 1, 3);
  server.feed(data(1, new Uint8Array(1000)));
  server.engine.keep(1, 1000);
  assert.equal(server.engine.usage.heldBytes, 0);
  server.engine.keep(1, 1000);
  assert.deepEqual(server.sent(), []);
  for (let round = 0; round < 64; round++) {
    server.feed(data(3, new Uint8Array(500)));
    server.engine.consume(3, 500);
  }
  assert.ok(server.sent().includes("WINDOW_UPDATE 0 33000"));
  server.engine.consume(1, 1000);
  assert.deepEqual(server.sent(), ["WINDOW_UPDATE 1 1000"]);
});

test("padding counts against the windows and is given back by itself", () => {
  const server = open(new ServerProbe({ initialWindowSize: 1000, connectionWindowSize: 65_535 }), 1);
  for (let count = 0; count < 300; count++) {
    server.feed(data(1, "x", { pad: 255 }));
    server.engine.consume(1, 1);
  }
  assert.equal(server.told().filter((line) => line.startsWith("data")).length, 300);
  assert.equal(server.engine.usage.heldBytes, 0);
  assert.ok(server.sent().includes("WINDOW_UPDATE 0 32896"));
});

test("data above the stream's window ends the stream, above the connection's the connection", () => {
  const server = open(new ServerProbe({ initialWindowSize: 100, maxStreamWindowSize: 100 }), 1, 3);
  server.feed(data(1, new Uint8Array(100)));
  server.feed(data(3, new Uint8Array(101)));
  assert.deepEqual(server.sent(), ["RST_STREAM 3 FLOW_CONTROL_ERROR"]);
  assert.equal(server.engine.usage.heldBytes, 100);
  const small = open(new ServerProbe({ connectionWindowSize: 65_535, initialWindowSize: 100_000 }), 1);
  for (let count = 0; count < 4; count++) small.feed(data(1, new Uint8Array(16_384)));
  assert.match(small.sent().at(-1)!, /^GOAWAY 1 FLOW_CONTROL_ERROR 16384 octets of DATA, above .* of 16383$/);
});

test("credit of data that nobody will read returns: reset streams, ended streams, released streams", () => {
  const server = open(new ServerProbe(), 1, 3, 5);
  const full = new Uint8Array(10_000);
  server.feed(data(1, full), data(3, full), data(5, full));
  server.engine.reset(1, 8);
  server.feed(data(1, full));
  assert.equal(server.engine.usage.heldBytes, 30_000);
  for (const id of [1, 3, 5]) server.engine.release(id);
  server.feed(data(1, full), data(3, full), data(5, full));
  assert.equal(server.engine.usage.heldBytes, 0);
  assert.deepEqual(server.sent().filter((line) => line.startsWith("GOAWAY")), []);
});

test("a stream whose reader keeps up gets a larger window, up to the limit", () => {
  const server = open(new ServerProbe({ maxStreamWindowSize: 200_000 }), 1);
  server.engine.sendHeaders(1, OK);
  let available = 65_535;
  for (let round = 0; round < 80; round++) {
    const size = Math.min(16_384, available);
    server.feed(data(1, new Uint8Array(size)));
    available -= size;
    server.engine.consume(1, size);
    for (const line of server.sent()) if (line.startsWith("WINDOW_UPDATE 1")) available += Number(line.split(" ")[2]);
    assert.ok(available <= 200_000);
  }
  server.feed(data(1, new Uint8Array(0)));
  assert.ok(available > 100_000, `${available}`);
});

test("a slow reader's window stays as it is", () => {
  const server = open(new ServerProbe(), 1);
  let available = 65_535;
  for (let round = 0; round < 50; round++) {
    const size = Math.min(8000, available);
    server.feed(data(1, new Uint8Array(size)));
    available -= size;
    if (round > 0) server.engine.consume(1, 8000);
    for (const line of server.sent()) if (line.startsWith("WINDOW_UPDATE 1")) available += Number(line.split(" ")[2]);
    assert.ok(available <= 65_535);
  }
});

test("our own initial window holds once it is acknowledged", () => {
  const server = open(new ServerProbe(), 1);
  server.engine.updateSettings({ initialWindowSize: 10 });
  assert.deepEqual(server.sent(), ["SETTINGS initialWindowSize=10"]);
  server.feed(data(1, new Uint8Array(100)));
  assert.deepEqual(server.sent(), []);
  server.feed(settingsAck(), headers(3, requestFields()), data(3, text("0123456789")));
  assert.deepEqual(server.sent(), []);
  server.feed(data(3, "x"));
  assert.deepEqual(server.sent(), ["RST_STREAM 3 FLOW_CONTROL_ERROR"]);
});

test("no WINDOW_UPDATE is sent for a stream that the peer has ended", () => {
  const client = new ClientProbe({ initialWindowSize: 100, maxStreamWindowSize: 100 });
  const id = client.engine.request(requestFields(), true);
  client.sent();
  client.feed(headers(id, OK), data(id, new Uint8Array(90), { endStream: true }));
  client.engine.consume(id, 90);
  assert.deepEqual(client.sent(), []);
});

test("credit that a smaller window makes due is given at once", () => {
  const server = open(new ServerProbe({ initialWindowSize: 100_000, maxStreamWindowSize: 0 }), 1);
  server.feed(data(1, new Uint8Array(16_000)), data(1, new Uint8Array(16_000)));
  server.engine.consume(1, 32_000);
  assert.deepEqual(server.sent(), []);
  server.engine.updateSettings({ initialWindowSize: 32_000 });
  server.sent();
  server.feed(settingsAck());
  assert.deepEqual(server.sent(), ["WINDOW_UPDATE 1 32000"]);
});
