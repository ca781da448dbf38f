// What a command is: its name, its options, its help and its work. Each command is a file of its own, listed in commands.ts.
import type { ParseArgsConfig } from "node:util";

/** Where a command runs and writes. */
export interface CommandContext {
  /** The directory that relative paths are relative to. */
  readonly directory: string;
  /** Writes to standard output. */
  stdout(text: string): void;
  /** Writes to standard error. */
  stderr(text: string): void;
}

/** The arguments of a command, as `parseArgs` of node:util gives them. */
export interface CommandArguments {
  readonly values: { readonly [name: string]: string | boolean | Array<string | boolean> | undefined };
  readonly positionals: readonly string[];
}

/** A command: `sigil proto`. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** How it is called: `sigil proto <module> --out <directory>`. */
  readonly usage: string;
  /** What stands below the usage in its help. */
  readonly help: string;
  /** Its options beside `--help`. */
  readonly options: NonNullable<ParseArgsConfig["options"]>;
  /**
   * Does the work.
   *
   * @throws UsageError for arguments that make no sense, CommandFailure for what can't be done.
   */
  run(args: CommandArguments, context: CommandContext): Promise<void>;
}
