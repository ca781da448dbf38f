// How a command says that it could not do its work: a message for the user, without a stack.

/** What was asked could not be done. The command ends with exit code 1. */
export class CommandFailure extends Error {
  override name = "CommandFailure";
}

/** The arguments make no sense. The command prints its usage and ends with exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** What went wrong, in words: the message, with the kind of error where it is not a Sigil error that says all. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message = error.message.trim() || "no message";
  return ["Error", "SchemaError", "StartupError", "CommandFailure"].includes(error.name)
    ? message
    : `${error.name}: ${message}`;
}
