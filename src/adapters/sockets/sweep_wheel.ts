// One timer for all connections of a server: a wheel of slots that turns once in a second or so. With each tick the
// connections of one slot are told the time, so that thousands of them are not told all at once.

/** Into how many parts a turn of the wheel is divided. */
const SLOTS = 10;

/** Calls something for each of its members once a turn. */
export class SweepWheel<Member> {
  readonly #sweep: (member: Member, nowMs: number) => void;
  readonly #slots: Set<Member>[] = Array.from({ length: SLOTS }, () => new Set());
  readonly #slotOf = new Map<Member, Set<Member>>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #at = 0;

  /** @param sweep is told `performance.now()` */
  constructor(sweep: (member: Member, nowMs: number) => void) {
    this.#sweep = sweep;
  }

  /** Begins to turn, once in `turnMs`. It keeps no process alive. */
  start(turnMs: number): void {
    this.#timer ??= setInterval(() => this.#tick(), Math.max(1, turnMs / SLOTS));
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Puts in a member where it is told the time a whole turn from now. */
  add(member: Member): void {
    const slot = this.#slots[(this.#at + SLOTS - 1) % SLOTS]!;
    slot.add(member);
    this.#slotOf.set(member, slot);
  }

  delete(member: Member): void {
    this.#slotOf.get(member)?.delete(member);
    this.#slotOf.delete(member);
  }

  #tick(): void {
    const slot = this.#slots[this.#at]!;
    this.#at = (this.#at + 1) % SLOTS;
    const nowMs = performance.now();
    for (const member of [...slot]) this.#sweep(member, nowMs);
  }
}
