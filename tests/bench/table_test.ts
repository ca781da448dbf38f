// The two forms of results: the table and the JSON lines.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Result, Runtime, Subject } from "./bench.ts";
import { jsonLine, means, referenceOf, table } from "./table.ts";

function result(subject: Subject, runtime: Runtime, values: number[], name = "small"): Result {
  return { bench: "unary", case: name, subject, runtime, unit: "calls/s", values };
}

test("a JSON line has the six keys, with the median as its value", () => {
  assert.equal(
    jsonLine(result("sigil", "node", [3, 1, 2])),
    '{"bench":"unary","case":"small","subject":"sigil","runtime":"node","value":2,"unit":"calls/s"}',
  );
});

test("the table's columns line up, figures to the right, with ratios to the reference", () => {
  const results = [result("sigil", "node", [90_000, 100_000, 110_000]), result("grpc-js", "node", [20_000])];
  assert.equal(
    table("unary", results, "grpc-js", false),
    [
      "unary: median, spread, ratio to grpc-js (larger is better)",
      "case   subject  runtime    value  unit     spread   ratio",
      "small  sigil    node     100,000  calls/s    20 %  5.00 x",
      "small  grpc-js  node      20,000  calls/s       -  1.00 x",
    ].join("\n"),
  );
});

test("a ratio is taken against the reference on the same runtime where it ran there", () => {
  const onBun = result("connect-es", "bun", [2]);
  const results = [result("connect-es", "node", [1]), onBun];
  assert.equal(referenceOf(result("sigil", "bun", [4]), results, "connect-es"), onBun);
});

test("a ratio is taken against the reference on Node where it did not run on the same runtime", () => {
  const onNode = result("grpc-js", "node", [1]);
  assert.equal(referenceOf(result("sigil", "deno", [4]), [onNode], "grpc-js"), onNode);
});

test("a ratio is never taken against another case", () => {
  assert.equal(
    referenceOf(result("sigil", "node", [4]), [result("grpc-js", "node", [1], "large")], "grpc-js"),
    undefined,
  );
});

test("a line without a reference shows no ratio", () => {
  const text = table("unary", [result("sigil", "node", [12.34])], "grpc-js", true);
  assert.match(text, /smaller is better/);
  assert.match(text, /12\.3 +calls\/s +- +-$/);
});

test("no ratio is made of a reference that noise has pushed below 0", () => {
  const text = table("startup", [result("sigil", "node", [40]), result("grpc-js", "node", [-3])], "grpc-js", true);
  assert.equal(text.match(/ -$/gm)?.length, 2);
});

test("processor time for one unit has columns of its own, with how many times as much the reference takes", () => {
  const results = [
    { ...result("sigil", "node", [400_000]), cpuMicros: [2, 3, 2.5] },
    { ...result("grpc-js", "node", [20_000]), cpuMicros: [50] },
    result("tonic", "native", [160_000]),
  ];
  const [, head, sigil, , tonic] = table("unary", results, "grpc-js", false).split("\n");
  assert.match(head, /ratio +CPU +CPU ratio$/);
  assert.match(sigil, / 20\.0 x +2\.5 us +20\.0 x$/);
  assert.match(tonic, / 8\.00 x +- +-$/);
  assert.match(jsonLine(results[0]), /"unit":"calls\/s","cpuMicros":2\.5}$/);
});

test("means are of the ratios of one kind, geometric, of each subject and runtime", () => {
  const results = [
    result("protobuf-es", "node", [10], "small decode"),
    result("sigil", "node", [40], "small decode"),
    result("protobuf-es", "node", [10], "large decode"),
    result("sigil", "node", [10], "large decode"),
    result("protobuf-es", "node", [1], "100 types first use"),
    result("sigil", "node", [2], "100 types first use"),
  ];
  assert.deepEqual(
    means(results, "protobuf-es", (name) => name.slice(name.indexOf(" ") + 1)),
    ["decode: sigil on node 2.00 x in the geometric mean, 1.00 x at least"],
  );
});
