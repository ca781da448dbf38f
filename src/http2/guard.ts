// Budgets against abuse: which waste there is, what each kind costs, and what useful traffic earns. Each method that spends
// answers undefined, or the name of the limit that was passed, which ends the connection with ENHANCE_YOUR_CALM.
// The attacks: rapid reset (CVE-2023-44487), MadeYouReset (CVE-2025-8671), the floods of CVE-2019-9511 to 9518.

import { Budget } from "./budget.ts";
import type { Http2Limits } from "./limits.ts";
import { PingStrikes } from "./ping_strikes.ts";

/** DATA frames below this many octets are small: each costs about as much to keep, however short it is. */
const SMALL_DATA = 256;

/** What a second earns back, where time is told. */
const RESETS_PER_SECOND = 33;
const GLITCHES_PER_SECOND = 330;

/** What a request, or 4 KiB of data, earns back of the glitch budget. */
const GLITCHES_EARNED = 10;
const USEFUL_DATA = 4096;

/** WINDOW_UPDATE frames that are of use, for each stream and for each DATA frame that was sent. */
const UPDATES_PER_STREAM = 2;
const UPDATES_PER_DATA = 20;

/** The budgets of one connection. */
export class Guard {
  readonly #limits: Http2Limits;
  readonly #resets: Budget;
  readonly #streamErrors: Budget;
  readonly #glitches: Budget;
  readonly #emptyData: Budget;
  readonly #smallData: Budget;
  readonly #pings: PingStrikes;
  #usefulOctets = 0;
  #windowUpdates = 0;
  #windowUpdatesEarned = 0;
  /** The time as it was told, from the first time on, and by how much it last went on; -1 before that. */
  #nowMs = -1;
  #stepMs = 0;
  /** Answers written and not yet taken by the transport. */
  controlReplies = 0;

  constructor(limits: Http2Limits) {
    this.#limits = limits;
    this.#resets = new Budget(limits.resetBudget, RESETS_PER_SECOND);
    this.#streamErrors = new Budget(limits.streamErrorBudget, RESETS_PER_SECOND);
    this.#glitches = new Budget(limits.glitchBudget, GLITCHES_PER_SECOND);
    this.#emptyData = new Budget(limits.emptyDataBudget);
    this.#smallData = new Budget(limits.smallDataBudget);
    this.#pings = new PingStrikes(limits);
  }

  /** The peer reset a stream that had not been answered. */
  onReset(): string | undefined {
    return this.#resets.spend(1)
      ? undefined
      : `too_many_resets: more than ${this.#limits.resetBudget} of streams without a reply`;
  }

  /** The peer made us reset a stream. */
  onStreamError(): string | undefined {
    return this.#streamErrors.spend(1)
      ? undefined
      : `too_many_stream_errors: more than ${this.#limits.streamErrorBudget}`;
  }

  /** A frame was of no use. @param cost what it made us do, where that is more than to read it */
  onGlitch(cost = 1): string | undefined {
    return this.#glitches.spend(cost)
      ? undefined
      : `too_many_glitches: more than ${this.#limits.glitchBudget} frames of no use`;
  }

  /** A DATA frame carried no data and did not end its stream. */
  onEmptyData(): string | undefined {
    return this.#emptyData.spend(1)
      ? undefined
      : `too_many_empty_data_frames: more than ${this.#limits.emptyDataBudget}`;
  }

  /** What a DATA frame that does not end its stream costs until it is consumed. */
  smallDataCost(octets: number): number {
    return octets < SMALL_DATA ? SMALL_DATA - octets : 0;
  }

  onSmallData(cost: number): string | undefined {
    if (this.#smallData.spend(cost)) return undefined;
    return `too_many_small_data_frames: the budget of ${this.#limits.smallDataBudget} octets is spent`;
  }

  /** Small DATA frames that cost as much were consumed. */
  onSmallDataConsumed(cost: number): void {
    this.#smallData.earn(cost);
  }

  /** A DATA frame carried data. */
  onUsefulData(octets: number): void {
    this.#emptyData.earn(1);
    this.#usefulOctets += octets;
    if (this.#usefulOctets >= USEFUL_DATA) {
      this.#glitches.earn(GLITCHES_EARNED * Math.floor(this.#usefulOctets / USEFUL_DATA));
      this.#usefulOctets %= USEFUL_DATA;
    }
  }

  /** A stream was opened. */
  onStreamOpened(): void {
    this.#glitches.earn(GLITCHES_EARNED);
    this.#windowUpdatesEarned += UPDATES_PER_STREAM;
  }

  /** A reply was sent to its end. */
  onReplyCompleted(): void {
    this.#resets.earn(1);
    this.#streamErrors.earn(1);
  }

  /** A DATA frame was sent. */
  onDataSent(): void {
    this.#windowUpdatesEarned += UPDATES_PER_DATA;
    this.#pings.clear();
  }

  /** A header block was sent. */
  onHeadersSent(): void {
    this.#pings.clear();
  }

  /** A client sent a PING. The answer is exactly the debug data that gRPC's clients look for. */
  onPing(isBusy: boolean): string | undefined {
    if (this.#nowMs === -1) return undefined;
    return this.#pings.onPing(this.#nowMs, this.#stepMs, isBusy) ? undefined : "too_many_pings";
  }

  onWindowUpdate(): string | undefined {
    this.#windowUpdates++;
    const allowed = this.#limits.windowUpdateAllowance + this.#windowUpdatesEarned;
    return this.#windowUpdates > allowed ? `too_many_window_updates: more than ${allowed}` : undefined;
  }

  /** An answer to a PING, a SETTINGS or a fault was written. */
  onControlReply(): string | undefined {
    this.controlReplies++;
    if (this.controlReplies <= this.#limits.maxControlReplies) return undefined;
    return `too_many_control_replies: more than ${this.#limits.maxControlReplies} that are not read`;
  }

  /** Time was told: so much has gone by since it was told before, 0 at first. */
  advance(elapsedMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, 0) + elapsedMs;
    this.#stepMs = elapsedMs;
    this.#resets.advance(elapsedMs);
    this.#streamErrors.advance(elapsedMs);
    this.#glitches.advance(elapsedMs);
  }
}
