// How an instance is told that its time is over, and in which order. tsyringe disposes everything at once and calls
// only `dispose()`; here it is one after the other, the last constructed first, by the first of three methods found.
// Where a runtime lacks the well-known symbols, compilers of `using` fall back on these registered ones.
const asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");
const dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");
/**
 * The method that ends `instance`: `[Symbol.asyncDispose]`, `[Symbol.dispose]` or `dispose()` without parameters (the
 * rule of tsyringe), the first there is; undefined where there is none.
 */
export function disposeMethod(instance) {
  if ((typeof instance !== "object" && typeof instance !== "function") || instance === null) {
    return undefined;
  }
  const members = instance;
  const bySymbol = members[asyncDispose] ?? members[dispose];
  if (typeof bySymbol === "function") {
    return bySymbol;
  }
  const byName = members.dispose;
  return typeof byName === "function" && byName.length === 0 ? byName : undefined;
}
/**
 * Disposes `instances` from the last to the first, each awaited before the next. One that fails does not keep the
 * others from being disposed.
 *
 * @throws {AggregateError} at the end, with every failure in the order they happened.
 */
export async function disposeInReverse(instances) {
  const failures = [];
  for (let i = instances.length - 1; i >= 0; i--) {
    try {
      await disposeMethod(instances[i])?.call(instances[i]);
    } catch (failure) {
      failures.push(failure);
    }
  }
  if (failures.length > 0) {
    throw new AggregateError(failures, `${failures.length} of ${instances.length} instances failed to be disposed`);
  }
}
