// Headers over a list: whatever is asked of them, they answer as Fetch's own do.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { HeaderList } from "../../src/http/exchange.ts";
import { ListHeaders } from "../../src/http/list_headers.ts";

const LISTS: readonly HeaderList[] = [
  [],
  [["content-type", "application/grpc"], ["x-a", "1"], ["x-b", ""], ["x-a", "2"]],
  [["x-spaces", " a b "], ["x-tab", "a\tb"], ["x-octets", "é"], ["set-cookie", "a=1"], ["set-cookie", "b=2"]],
];

/** What Fetch makes of a list, without what it refuses. */
function real(list: HeaderList): Headers {
  return new Headers(list.map(([name, value]) => [name, value]));
}

const questions: ReadonlyArray<(headers: Headers) => unknown> = [
  (headers) =>
    ["x-a", "X-A", "x-b", "x-c", "x-spaces", "x-tab", "x-octets", "set-cookie"].map((name) => headers.get(name)),
  (headers) => ["x-a", "X-B", "x-c"].map((name) => headers.has(name)),
  (headers) => [...headers],
  (headers) => [...headers.keys()],
  (headers) => [...headers.values()],
  (headers) => [...headers.entries()],
  (headers) => headers.getSetCookie(),
  (headers) => {
    const told: string[] = [];
    headers.forEach((value, name) => told.push(`${name}: ${value}`));
    return told;
  },
  (headers) => {
    headers.set("x-a", "3");
    headers.append("x-new", "4");
    headers.delete("x-b");
    return [headers.get("x-a"), headers.get("x-new"), headers.has("x-b"), [...headers]];
  },
  (headers) => [...new Headers(headers)],
  (headers) => [...new Response("", { headers }).headers],
  (headers) => [...new Request("http://localhost/", { headers }).headers],
];

for (const [index, list] of LISTS.entries()) {
  test(`they answer as Headers do: list ${index}`, () => {
    for (const ask of questions) {
      assert.deepEqual(ask(new ListHeaders(list)), ask(real(list)), ask.toString());
      // Once more after they have become real ones.
      const [used, other] = [new ListHeaders(list), real(list)];
      used.append("x-late", "1");
      other.append("x-late", "1");
      assert.deepEqual(ask(used), ask(other), ask.toString());
    }
  });
}

test("names and values that are none are refused as Headers refuse them", () => {
  const headers = new ListHeaders([["x-a", "1"]]);
  for (const name of ["", "x a", "x\n", "é"]) {
    assert.throws(() => headers.get(name), TypeError);
    assert.throws(() => headers.has(name), TypeError);
    assert.throws(() => headers.set(name, "1"), TypeError);
  }
  assert.throws(() => headers.append("x-b", "1\n2"), TypeError);
  assert.equal(headers.get("x-a"), "1");
});

test("fields that no Headers can hold are left out, and the others are there", () => {
  const headers = new ListHeaders([["x-a", "1"], ["x-control", "a\u0001b"], ["x-wide", "\u20ac"], ["x-b", "2"]]);
  assert.equal(headers.get("x-wide"), null);
  assert.deepEqual([headers.get("x-a"), headers.get("x-b")], ["1", "2"]);
});

test("a change of theirs leaves the list alone", () => {
  const list: HeaderList = [["x-a", "1"]];
  const headers = new ListHeaders(list);
  assert.equal(String(headers), String(new Headers()));
  headers.set("x-a", "2");
  assert.deepEqual(list, [["x-a", "1"]]);
});

test("they say that they are empty where that is plain to see", () => {
  assert.equal(new ListHeaders().isEmpty, true);
  assert.equal(new ListHeaders([["a", "b"]]).isEmpty, false);
  const headers = new ListHeaders();
  headers.set("a", "b");
  assert.equal(headers.isEmpty, false);
});
