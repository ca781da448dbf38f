// The error of everything that can be wrong with how classes are put together. It always means a mistake in the
// application, never in what a peer sent, so it is raised at startup wherever that is possible.

/** A dependency that cannot be provided, with the way it was asked for in {@linkcode InjectionError.path}. */
export class InjectionError extends Error {
  override readonly name: string = "InjectionError";
  /** What is wrong, and what to write instead: the message without the path. */
  readonly reason: string;
  /** Who asked whom, outermost first: `["Orders", "OrderStore", "'DATABASE_URL'"]`. Empty where nobody asked. */
  readonly path: readonly string[];

  /** `message` says what is wrong and what to write instead; `path` is appended to it when it has two names or more. */
  constructor(message: string, path: readonly string[] = []) {
    super(path.length > 1 ? `${message} (${path.join(" -> ")})` : message);
    this.reason = message;
    this.path = path;
  }
}
