// inject(), and the one variable behind it: the construction going on right now. Construction is synchronous, so whoever
// reads the variable is inside it; what runs after an `await` finds it empty. Resolvers set and restore it around each construction.
import { InjectionError } from "./injection_error.js";
import { tokenName } from "./token.js";
let current;
/**
 * Resolves `token` for the class that is being constructed. To be called in a field initialiser or in the default value
 * of a constructor's parameter: `#store = inject(OrderStore)`. For a string or a symbol name the type:
 * `inject<string>("DATABASE_URL")`.
 *
 * @throws {InjectionError} anywhere else, after an `await` in particular; or if the dependency cannot be provided.
 */
export function inject(token) {
  if (current === undefined) {
    throw new InjectionError(
      `inject(${
        tokenName(token)
      }) was called while Sigil was constructing nothing: call it in a field initialiser or in ` +
        "the default value of a constructor parameter, never in a method or after an await, and let Sigil construct the class",
    );
  }
  return current.resolve(token);
}
/** The step that is going on, if any. */
export function currentFrame() {
  return current;
}
/** Makes `frame` the current step and returns the one before, to be given back in a `finally`. */
export function enterFrame(frame) {
  const before = current;
  current = frame;
  return before;
}
/** The names of the steps that led to `frame`, outermost first, followed by `last`. */
export function pathTo(frame, last) {
  const path = [last];
  for (let at = frame; at !== undefined; at = at.parent) {
    path.unshift(at.name);
  }
  return path;
}
