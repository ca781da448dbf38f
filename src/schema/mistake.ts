// Mistakes in a schema are gathered, all of them, and reported in one error: one run shows everything there is to fix.

/** Gathers the mistakes of one schema. */
export class Mistakes {
  readonly #texts: string[] = [];

  /** Notes a mistake: where it is (class, field), and what was found and what to write instead. */
  add(place: string, text: string): void {
    this.#texts.push(`${place}: ${text}`);
  }

  /** How many there are. */
  get count(): number {
    return this.#texts.length;
  }

  /** @throws SchemaError with all mistakes, where there are any. */
  throwIfAny(): void {
    if (this.#texts.length > 0) throw new SchemaError(this.#texts);
  }
}

/** The classes, fields or methods do not make a protobuf schema. Thrown at startup, with every mistake of the app. */
export class SchemaError extends Error {
  override name = "SchemaError";
  /** Each mistake: where, what was found, what to write instead. */
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(
      mistakes.length === 1
        ? `The schema has a mistake. ${mistakes[0]}`
        : `The schema has ${mistakes.length} mistakes.\n${mistakes.map((text, i) => `  ${i + 1}. ${text}`).join("\n")}`,
    );
    this.mistakes = mistakes;
  }
}
