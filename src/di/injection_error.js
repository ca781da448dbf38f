// The error of everything that can be wrong with how classes are put together. It always means a mistake in the
// application, never in what a peer sent, so it is raised at startup wherever that is possible.
/** A dependency that cannot be provided, with the way it was asked for in {@linkcode InjectionError.path}. */
export class InjectionError extends Error {
  name = "InjectionError";
  /** Who asked whom, outermost first: `["Orders", "OrderStore", "'DATABASE_URL'"]`. Empty where nobody asked. */
  path;
  /** `message` says what is wrong and what to write instead; `path` is appended to it when it has two names or more. */
  constructor(message, path = []) {
    super(path.length > 1 ? `${message} (${path.join(" -> ")})` : message);
    this.path = path;
  }
}
