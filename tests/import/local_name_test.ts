import assert from "node:assert/strict";
import { test } from "node:test";
import { declarationName, methodName, NameScope, propertyName } from "../../src/import/local_name.ts";
import { modulePath, moduleSpecifier } from "../../src/import/module_path.ts";

test("fields and methods are named as JavaScript names them", () => {
  assert.deepEqual(["created_at", "HTTPStatus", "a_1", "_x", "_1"].map(propertyName), [
    "createdAt",
    "HTTPStatus",
    "a1",
    "X",
    "_1",
  ]);
  assert.deepEqual(["GetOrder", "get", "URL"].map(methodName), ["getOrder", "get", "uRL"]);
});

test("names that every object has get another one", () => {
  assert.deepEqual(["constructor", "to_string", "__proto__", "to_json"].map(propertyName), [
    "constructor$",
    "toString$",
    "Proto",
    "toJson",
  ]);
  assert.equal(methodName("Constructor"), "constructor$");
});

test("declarations carry the names that they are nested in, and stay clear of words and globals", () => {
  assert.equal(declarationName("shop.v1.Order.Item", "shop.v1"), "Order_Item");
  assert.equal(declarationName("Order", ""), "Order");
  assert.deepEqual(["Date", "Map", "delete", "string", "Uint8Array"].map((name) => declarationName(`a.${name}`, "a")), [
    "Date$",
    "Map$",
    "delete$",
    "string$",
    "Uint8Array$",
  ]);
});

test("a taken name gets a sign behind it", () => {
  const scope = new NameScope(["a"]);
  assert.deepEqual([scope.take("a"), scope.take("a"), scope.take("b")], ["a$", "a$$", "b"]);
});

test("modules name each other relatively", () => {
  assert.equal(modulePath("shop/v1/order.proto"), "shop/v1/order.ts");
  assert.equal(moduleSpecifier("shop/v1/order.ts", "shop/v1/cup.ts", ".ts"), "./cup.ts");
  assert.equal(moduleSpecifier("shop/v1/order.ts", "bar/cup.ts", ".js"), "../../bar/cup.js");
  assert.equal(moduleSpecifier("order.ts", "bar/cup.ts", ""), "./bar/cup");
  assert.equal(moduleSpecifier("shop/order.ts", "shop/v1/cup.ts", ".ts"), "./v1/cup.ts");
});
