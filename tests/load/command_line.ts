// What the command lines of the live proofs have in common.
import { type Runtime, RUNTIMES } from "./live_program.ts";

/** Thrown for a command line that makes no sense. */
export class UsageError extends Error {
  /** Prints what went wrong; answers the exit code, which is 2 for whatever is no verdict. */
  static tell(error: unknown): number {
    const usage = error instanceof UsageError || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
    console.error(usage ? `${(error as Error).message} See --help.` : (error as Error).stack);
    return 2;
  }
}

/** The runtimes that `--runtime` names. */
export function chosenRuntimes(name: string): readonly Runtime[] {
  if (name === "all") return RUNTIMES;
  const runtime = RUNTIMES.find((each) => each === name);
  if (runtime === undefined) throw new UsageError(`--runtime is ${RUNTIMES.join(", ")} or all, not "${name}".`);
  return [runtime];
}

/** The number that an option has: above 0. */
export function count(option: string, value: string): number {
  const number = Number(value);
  if (!(number > 0)) throw new UsageError(`--${option} is a number above 0, not "${value}".`);
  return number;
}
