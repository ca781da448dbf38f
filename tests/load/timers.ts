// Counts the timers of a program that are set and neither fired nor cleared. Import it before all else.

const pending = new Set<unknown>();
const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout } = globalThis;
const { setInterval: realSetInterval, clearInterval: realClearInterval } = globalThis;

function countedTimeout(action: (...values: unknown[]) => void, delayMs?: number, ...values: unknown[]): unknown {
  const timer: unknown = realSetTimeout(() => {
    pending.delete(timer);
    action(...values);
  }, delayMs);
  pending.add(timer);
  return timer;
}

function countedInterval(action: (...values: unknown[]) => void, delayMs?: number, ...values: unknown[]): unknown {
  const timer: unknown = realSetInterval(action, delayMs, ...values);
  pending.add(timer);
  return timer;
}

Object.assign(globalThis, {
  setTimeout: countedTimeout,
  setInterval: countedInterval,
  clearTimeout(timer: never) {
    pending.delete(timer);
    realClearTimeout(timer);
  },
  clearInterval(timer: never) {
    pending.delete(timer);
    realClearInterval(timer);
  },
});

/** How many timers wait. */
export function pendingTimers(): number {
  return pending.size;
}
