// Timers of deadlines: most calls end long before theirs, so setting and clearing one has to cost next to nothing. Calls
// whose deadlines are close together share one timer of the host.
import type { CallTimers, Timed } from "./client_exchange.ts";

/** Time of a host. */
export interface TimerHost {
  /** Milliseconds from any moment in the past; never goes back. */
  now(): number;
  /** Runs `action` once, `delayMs` from now; answers what takes it back. */
  after(delayMs: number, action: () => void): () => void;
}

/** The longest time that a timer takes, in milliseconds: timers count in 32 bits, and end at once where it is longer. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Deadlines at least this far away may be told a little late, by up to a hundredth of that. */
const NEAR_MS = 1_000;
const COARSE_MS = 10;

class Slot {
  readonly members = new Set<Timed>();
  readonly atMs: number;
  stop: () => void = () => {};

  constructor(atMs: number) {
    this.atMs = atMs;
  }
}

/** Timers that calls share: one of the host's for each millisecond, and for each ten where they are far away. */
export class SharedCallTimers implements CallTimers {
  readonly #host: TimerHost;
  readonly #slots = new Map<number, Slot>();

  constructor(host: TimerHost) {
    this.#host = host;
  }

  now(): number {
    return this.#host.now();
  }

  set(atMs: number, timed: Timed): unknown {
    const grain = atMs - this.#host.now() < NEAR_MS ? 1 : COARSE_MS;
    const slotMs = Math.ceil(atMs / grain) * grain;
    let slot = this.#slots.get(slotMs);
    if (slot === undefined) {
      slot = new Slot(slotMs);
      this.#slots.set(slotMs, slot);
      this.#arm(slot);
    }
    slot.members.add(timed);
    return slot;
  }

  clear(handle: unknown, timed: Timed): void {
    const slot = handle as Slot;
    if (!slot.members.delete(timed) || slot.members.size > 0) return;
    slot.stop();
    this.#slots.delete(slot.atMs);
  }

  #arm(slot: Slot): void {
    const delayMs = Math.max(0, slot.atMs - this.#host.now());
    slot.stop = this.#host.after(Math.min(Math.ceil(delayMs), MAX_DELAY_MS), () => {
      // Timers of some hosts run a little early, and none takes more than 24 days.
      if (slot.atMs - this.#host.now() >= 1) return this.#arm(slot);
      this.#slots.delete(slot.atMs);
      for (const timed of slot.members) timed.onTime();
    });
  }
}

/** A timer of the host's for each call, for hosts where a timer ends with the request that set it (Workers). */
export class SingleCallTimers implements CallTimers {
  readonly #host: TimerHost;

  constructor(host: TimerHost) {
    this.#host = host;
  }

  now(): number {
    return this.#host.now();
  }

  set(atMs: number, timed: Timed): unknown {
    const slot = { stop: () => {} };
    const arm = (): void => {
      const delayMs = Math.min(Math.ceil(Math.max(0, atMs - this.#host.now())), MAX_DELAY_MS);
      slot.stop = this.#host.after(delayMs, () => atMs - this.#host.now() >= 1 ? arm() : timed.onTime());
    };
    arm();
    return slot;
  }

  clear(handle: unknown): void {
    (handle as { stop(): void }).stop();
  }
}
