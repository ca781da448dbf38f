// Reading what h2load prints.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseH2load } from "./h2load.ts";

const REPORT = `Application protocol: h2c
Main benchmark duration is over for thread #0. Stopping all clients.

finished in 2.00s, 62035.00 req/s, 3.96MB/s
requests: 124070 total, 124326 started, 124070 done, 124070 succeeded, 0 failed, 0 errored, 0 timeout
status codes: 124070 2xx, 0 3xx, 0 4xx, 0 5xx
traffic: 7.92MB (8305754) total, 242.42KB (248236) headers (space savings 94.73%), 4.14MB (4342450) data
                     min         max         mean         sd        +/- sd
time for request:      443us     11.59ms      3.96ms      1.91ms    67.70%
`;

test("a report's time, answers and bytes are read", () => {
  assert.deepEqual(parseH2load(REPORT), { seconds: 2, succeeded: 124070, failed: 0, dataBytes: 4342450 });
});

test("a report's time is read in milliseconds too", () => {
  assert.equal(parseH2load(REPORT.replace("finished in 2.00s", "finished in 512.50ms")).seconds, 0.5125);
});

test("requests that failed are counted", () => {
  assert.equal(parseH2load(REPORT.replace("0 failed", "3 failed")).failed, 3);
});

test("answers with another status than 2xx count as failed", () => {
  const report = REPORT.replace("0 4xx, 0 5xx", "5 4xx, 2 5xx");
  assert.equal(parseH2load(report).failed, 7);
});

test("a report that ends early is refused, with its own words", () => {
  assert.throws(() => parseH2load("Application protocol: h2c\n"), /something unexpected:\nApplication protocol: h2c/);
});
