import assert from "node:assert/strict";
import { test } from "node:test";
import { References } from "../../src/proto/reference.ts";
import { assertRoundTrip, compile } from "./compile.ts";

const files: Array<[string, string]> = [
  [
    "shop/v1/shop.proto",
    `syntax = "proto3";
package shop.v1;
import "other/v1/other.proto";
message Order {
  message Card { message Brand {} Brand brand = 1; Card card = 2; .shop.v1.Order order = 3; Line line = 4; }
  message Line {}
  .shop.v1.Line outer = 1;
  Line inner = 2;
  .other.v1.Thing thing = 3;
  .shop.v1.other.Fake fake = 4;
}
message Line { Order.Card.Brand brand = 1; Order.Line inner = 2; Line line = 3; }
message string_holder { .shop.v1.stream odd = 1; }
message stream {}
service Lines {
  rpc Line(.shop.v1.Line) returns (Order);
  rpc Lines(.shop.v1.stream) returns (stream Order);
}
message other { message Fake {} .other.v1.Thing thing = 1; }
`,
  ],
  ["other/v1/other.proto", 'syntax = "proto3";\npackage other.v1;\nmessage Thing {}\n'],
];

let printed: string | undefined;

function shopText(): string {
  return printed ??= assertRoundTrip(compile(files)).get("shop/v1/shop.proto") ?? "";
}

test("names within a package are relative, those of other packages full", () => {
  const registry = compile([["a/a.proto", 'syntax = "proto3"; package a.b; message M { message N {} } message O {}'], [
    "c/c.proto",
    'syntax = "proto3"; package a.c; import "a/a.proto"; message M { a.b.M m = 1; }',
  ]]);
  const own = registry.getFile("a/a.proto");
  const importing = registry.getFile("c/c.proto");
  assert.ok(own && importing);
  assert.equal(new References(own).name(".a.b.O", "a.b.M"), "O");
  assert.equal(new References(own).name(".a.b.M.N", "a.b.M"), "N");
  assert.equal(new References(own).name("a.b.M.N", "a.b.O"), "M.N");
  assert.equal(new References(importing).name(".a.b.M", "a.c.M"), "a.b.M");
});

test("a name that an inner scope hides is written with as much of its path as it takes", () => {
  const text = shopText();
  assert.match(text, /message Card \{\n {4}message Brand \{\}\n\n {4}Brand brand = 1;\n {4}Card card = 2;\n/);
  assert.match(text, /\n {2}shop\.v1\.Line outer = 1;\n/);
  assert.match(text, /\n {2}Line inner = 2;\n/);
});

test("a package that a message's name hides is reached with a leading dot", () => {
  const text = shopText();
  assert.match(text, /\n {2}\.other\.v1\.Thing thing = 3;\n/);
});

test("a method named like a message does not hide it", () => {
  const text = shopText();
  assert.match(text, /rpc Line\(shop\.v1\.Line\) returns \(Order\);/);
});

test("types named like keywords are never written bare", () => {
  const text = shopText();
  assert.match(text, /\n {2}shop\.v1\.stream odd = 1;\n/);
  assert.match(text, /rpc Lines\(shop\.v1\.stream\) returns \(stream Order\);/);
});
