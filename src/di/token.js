// What a dependency is asked for by, and how a token is written in an error. Dependency injection has no specification;
// the kinds of token are tsyringe's, so that one registered there can be asked for here. Left out: token objects of our own.
import "./reflect.js";
/** Tells whether `token` is a class; arrow functions, which cannot be constructed, are not. */
export function isConstructor(token) {
  return typeof token === "function" && token.prototype !== undefined;
}
/** Tells whether `token` came from tsyringe's `delay`, whichever copy of tsyringe it was. */
export function isDelayed(token) {
  return typeof token === "object" && token !== null && "createProxy" in token &&
    typeof token.createProxy === "function";
}
/**
 * The class a delayed token stands for. To be called once all modules have run, not while a class is being decorated.
 */
export function delayedTarget(delayed) {
  let found;
  const proxy = delayed.createProxy((target) => {
    found = target;
    return {};
  });
  // Any operation makes the proxy ask for its class; the object it is given here is thrown away with it.
  Reflect.has(proxy, "constructor");
  return found;
}
/** A token as errors write it: `OrderStore`, `'DATABASE_URL'`, `Symbol(clock)`, `delay(OrderStore)`. */
export function tokenName(token) {
  if (typeof token === "function") {
    return token.name === "" ? "(anonymous class)" : token.name;
  }
  if (typeof token === "string") {
    return `'${token}'`;
  }
  if (isDelayed(token)) {
    return `delay(${tokenName(delayedTarget(token))})`;
  }
  return String(token);
}
