// The metadata polyfill: it is there before tsyringe is, and it leaves what an earlier polyfill has stored readable.
import assert from "node:assert/strict";
import { test } from "node:test";

test("metadata stored through an earlier polyfill stays readable, and tsyringe finds its functions", async () => {
  const reflect = Reflect as unknown as Record<string, unknown>;
  // A polyfill without the registry that reflect-metadata 0.2 shares: the way 0.1 and others are.
  const stored = new Map<object, Map<unknown, unknown>>();
  const get = (key: unknown, target: object): unknown => stored.get(target)?.get(key);
  const has = (key: unknown, target: object): boolean => stored.get(target)?.has(key) ?? false;
  Object.assign(reflect, {
    defineMetadata: (key: unknown, value: unknown, target: object) => {
      stored.set(target, (stored.get(target) ?? new Map()).set(key, value));
    },
    getMetadata: get,
    getOwnMetadata: get,
    hasMetadata: has,
    hasOwnMetadata: has,
    getOwnMetadataKeys: (target: object) => [...stored.get(target)?.keys() ?? []],
    deleteMetadata: (key: unknown, target: object) => stored.get(target)?.delete(key) ?? false,
  });
  class Early {}
  (reflect.defineMetadata as (...args: unknown[]) => void)("design:paramtypes", [Date], Early);
  await import("../../src/di/reflect.ts");
  const { container } = await import("tsyringe");
  assert.deepEqual((reflect.getOwnMetadata as typeof get)("design:paramtypes", Early), [Date]);
  for (const name of ["getMetadata", "getOwnMetadata", "defineMetadata", "metadata"]) {
    assert.equal(typeof reflect[name], "function");
  }
  assert.ok(container);
});
