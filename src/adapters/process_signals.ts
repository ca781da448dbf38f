// SIGTERM and SIGINT, as Node, Bun and Deno give them through `process`; nothing happens where there is no process.

interface SignalProcess {
  on(event: string, listener: (signal: string) => void): unknown;
  off(event: string, listener: (signal: string) => void): unknown;
  exit(code: number): never;
}

// Exit statuses are 128 and the signal's number, as shells have it.
const SIGNALS: ReadonlyMap<string, number> = new Map([["SIGTERM", 143], ["SIGINT", 130]]);

/**
 * Calls `listener` at the first SIGTERM or SIGINT; a second one ends the process at once, with status 143 or 130.
 *
 * While anyone listens, the signals do not end the process by themselves: the listener has to bring it to its end.
 * Does nothing on a platform without processes.
 * @returns Stops listening; the signals have their usual effect again. May be called more than once.
 */
export function onShutdownSignal(listener: (signal: "SIGTERM" | "SIGINT") => void): () => void {
  const process = (globalThis as { process?: Partial<SignalProcess> }).process;
  if (typeof process?.on !== "function" || typeof process.off !== "function") return () => {};
  let told = false;
  const onSignal = (signal: string): void => {
    if (told) process.exit?.(SIGNALS.get(signal) ?? 1);
    told = true;
    listener(signal as "SIGTERM" | "SIGINT");
  };
  for (const signal of SIGNALS.keys()) {
    try {
      process.on(signal, onSignal);
    } catch {
      // Deno without permission to listen, or a system that lacks this signal: the other one may still work.
    }
  }
  return () => {
    for (const signal of SIGNALS.keys()) process.off?.(signal, onSignal);
  };
}
