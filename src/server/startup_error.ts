// What is wrong with an app is gathered while it is made, whoever finds it, and thrown in one error: one run shows all there
// is to fix. A single error is thrown as it is.

/**
 * Several things are wrong with an app. Thrown by its constructor where more than one error tells: a `SchemaError`, which
 * has all mistakes of the schema, `InjectionError`s, a `RangeError` for a limit, what a constructor threw.
 */
export class StartupError extends AggregateError {
  override name = "StartupError";
  /** The errors, each of its own class. */
  declare readonly errors: Error[];
  /** Each mistake: where, what was found, what to write instead. Those of a `SchemaError` are listed one by one. */
  readonly mistakes: readonly string[];

  /** @param errors two or more. */
  constructor(errors: readonly Error[]) {
    const mistakes = errors.flatMap(mistakesOf);
    const list = mistakes.map((text, i) => `  ${i + 1}. ${text}`).join("\n");
    super(errors, `The app has ${mistakes.length} mistakes.\n${list}`);
    this.mistakes = mistakes;
  }
}

/** Gathers errors while an app is made. */
export class StartupFaults {
  readonly #errors: Error[] = [];

  /** Takes a step; where it throws, keeps the error and answers undefined. */
  attempt<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      this.add([error]);
      return undefined;
    }
  }

  /** Keeps errors that were found. */
  add(errors: readonly unknown[]): void {
    for (const error of errors) this.#errors.push(error instanceof Error ? error : new Error(String(error)));
  }

  /** The error to throw; undefined where nothing is wrong. */
  error(): Error | undefined {
    return this.#errors.length > 1 ? new StartupError(this.#errors) : this.#errors[0];
  }
}

function mistakesOf(error: Error): readonly string[] {
  const { name, message, mistakes } = error as Error & { readonly mistakes?: readonly string[] };
  if (mistakes !== undefined) return mistakes;
  return [name === "InjectionError" || name === "RangeError" ? message : `${name}: ${message}`];
}
