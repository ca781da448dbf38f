// Timeouts longer than a timer takes, and longer than eight digits: the call runs, and does not end at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createClient,
  fetchTransport,
  field,
  type HandlerContext,
  implement,
  message,
  service,
  Sigil,
  unary,
} from "sigil";
import { formatGrpcTimeout, parseGrpcTimeout } from "../../src/rpc/deadline.ts";

const Note = message("deadline.v1.Note", { left: field(1, "double"), header: field(2, "string") });
type Note = InstanceType<typeof Note>;
const Notes = service("deadline.v1.Notes", { add: unary(Note, Note) });

const app = new Sigil({
  services: [
    implement(Notes, {
      async add(_: Note, { deadline, signal, requestHeader }: HandlerContext) {
        await new Promise((resolve) => setTimeout(resolve, 3));
        signal.throwIfAborted();
        const header = requestHeader.get("grpc-timeout") ?? requestHeader.get("connect-timeout-ms") ?? "";
        return { left: deadline === undefined ? -1 : deadline - Date.now(), header };
      },
    }),
  ],
});
const fetch = (url: RequestInfo | URL, init?: RequestInit) => app.fetch(new Request(url, init));
const day = 86_400_000;

for (const protocol of ["connect", "grpc-web"] as const) {
  const client = createClient(Notes, fetchTransport("http://deadline.invalid", { protocol, fetch }));

  test(`a timeout longer than timers take does not end a call, ${protocol}`, async () => {
    for (const timeoutMs of [10 * day, 100 * day, 2 ** 40, Infinity]) {
      const { left } = await client.add({}, { timeoutMs });
      assert.ok(left > 9 * day, `${timeoutMs}: ${left} ms left`);
    }
  });

  test(`a timeout with a fraction is rounded up, ${protocol}`, async () => {
    const { header } = await client.add({}, { timeoutMs: 5000.2 });
    assert.match(header, /^5001m?$/);
  });
}

test("a caller's own long timeout does not end a call either", async () => {
  const headers = { "content-type": "application/json" };
  const post = (name: string, value: string) =>
    fetch("http://deadline.invalid/deadline.v1.Notes/Add", {
      method: "POST",
      headers: { ...headers, [name]: value },
      body: "{}",
    });
  assert.equal((await post("connect-timeout-ms", "9999999999")).status, 200);
  const web = await fetch("http://deadline.invalid/deadline.v1.Notes/Add", {
    method: "POST",
    headers: { "content-type": "application/grpc-web", "grpc-timeout": "99999999H" },
    body: new Uint8Array(5),
  });
  assert.match(new TextDecoder().decode(await web.arrayBuffer()), /grpc-status: ?0/);
});

test("a timeout that is no number is refused", async () => {
  await assert.rejects(app.client(Notes).add({}, { timeoutMs: NaN }), /timeoutMs is NaN/);
});

test("grpc-timeout is written with eight digits at most, and read back no shorter than it was", () => {
  assert.equal(formatGrpcTimeout(0), "0m");
  assert.equal(formatGrpcTimeout(99_999_999), "99999999m");
  assert.equal(formatGrpcTimeout(100_000_000), "100000S");
  assert.equal(formatGrpcTimeout(100_000_001), "100001S");
  assert.equal(formatGrpcTimeout(1e12), "16666667M");
  assert.equal(formatGrpcTimeout(1e300), "99999999H");
  for (const timeoutMs of [1, 99_999_999, 100_000_001, 2 ** 31, 123_456_789_012_345]) {
    const back = parseGrpcTimeout(formatGrpcTimeout(timeoutMs), Infinity)!;
    assert.ok(back >= timeoutMs && back < timeoutMs * 1.01 + 1);
  }
});
