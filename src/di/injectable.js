// The class decorator that says what a class is constructed with and how long its instances live. One function serves
// both dialects of decorators: standard ones pass a context, legacy ones do not, and neither is needed here beyond a check.
// Left out: parameter decorators, which standard decorators do not have; tsyringe's own are read in dependencies.ts.
import { container } from "./container.js";
import { InjectionError } from "./injection_error.js";
import { injectionToken } from "./registrations.js";
const marks = new WeakMap();
export function Injectable(first, second) {
  const dependencies = isTokens(first) ? first : undefined;
  const { scope = "singleton", token } = (isTokens(first) ? second : first) ?? {};
  if (scope !== "singleton" && scope !== "call" && scope !== "transient") {
    throw new InjectionError(`Injectable knows no scope "${String(scope)}": write "singleton", "call" or "transient"`);
  }
  return function mark(target, context) {
    if (typeof target !== "function" || (context !== undefined && context.kind !== "class")) {
      throw new InjectionError("Injectable decorates classes only: write it above `class`, not above a member");
    }
    marks.set(target, { dependencies, scope });
    if (token !== undefined) {
      container.register(injectionToken(token), { useToken: injectionToken(target) });
    }
  };
}
/** The mark of `target` itself, without what it may inherit. */
export function ownMark(target) {
  return marks.get(target);
}
/** The mark of `target`, or of its nearest base class that has one. */
export function markOf(target) {
  for (let at = target; typeof at === "function"; at = Object.getPrototypeOf(at)) {
    const mark = marks.get(at);
    if (mark !== undefined) {
      return mark;
    }
  }
  return undefined;
}
function isTokens(first) {
  return Array.isArray(first);
}
