// Errors that tell of what the other end did. Thousands are made at once where connections vanish or send nonsense; most of the
// time of one is its stack, which says nothing.
import type { Code } from "@connectrpc/connect";
import { ConnectError } from "./connect_error.ts";

/** Makes an error without a stack, where the engine can leave it out. */
export function stacklessError(message: string, code: Code, cause?: unknown): ConnectError {
  const engine = Error as { stackTraceLimit?: number };
  const limit = engine.stackTraceLimit;
  // Frozen where a program has hardened what the language has.
  const isLeftOut = Reflect.set(engine, "stackTraceLimit", 0);
  try {
    return new ConnectError(message, code, undefined, undefined, cause);
  } finally {
    if (isLeftOut) engine.stackTraceLimit = limit;
  }
}
