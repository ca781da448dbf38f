// The call that code runs in, kept by AsyncLocalStorage, which Node, Bun and Deno have.
import process from "node:process";
import { type CurrentCalls, keepCurrentCalls } from "../rpc/current_call.ts";

/** Has handlers tell the clients that they call about themselves, from now on. */
export function followCalls(): void {
  keepCurrentCalls((): CurrentCalls => {
    const { AsyncLocalStorage } = process.getBuiltinModule("node:async_hooks");
    return new AsyncLocalStorage();
  });
}
