// The few things that only time can tell: a peer that never completes its greeting, its acknowledgement or a header block,
// and one that takes no data. There is no clock here: the owner of the connection tells the time, when it likes.

import { type ConnectionFault, ErrorCode } from "./frame/error_code.ts";
import type { Http2Limits } from "./limits.ts";
import type { Stream } from "./stream.ts";

/** Octets that make progress of a stream that sends. */
const PROGRESS = 1024;

/** The timeouts of one connection. Each runs from the first time told after it began to matter. */
export class Watch {
  readonly #limits: Http2Limits;
  #nowMs = -1;
  #beganMs = -1;
  #settingsSinceMs = -1;
  #blockSinceMs = -1;

  constructor(limits: Http2Limits) {
    this.#limits = limits;
  }

  /** Takes the time; answers the milliseconds since the last one. One that goes back counts as no time at all. */
  advance(nowMs: number): number {
    if (this.#nowMs === -1) this.#nowMs = this.#beganMs = nowMs;
    const elapsed = Math.max(0, nowMs - this.#nowMs);
    this.#nowMs = Math.max(nowMs, this.#nowMs);
    return elapsed;
  }

  /** The oldest of our settings was acknowledged: the next one's time begins. */
  onSettingsAck(): void {
    this.#settingsSinceMs = -1;
  }

  /** Says what of the connection is overdue. */
  check(greeted: boolean, settingsPending: boolean, inHeaderBlock: boolean): ConnectionFault | undefined {
    const { prefaceTimeoutMs, settingsTimeoutMs, headerBlockTimeoutMs } = this.#limits;
    const now = this.#nowMs;
    if (!greeted && now - this.#beganMs > prefaceTimeoutMs) {
      return { code: ErrorCode.PROTOCOL_ERROR, message: `no preface and SETTINGS within ${prefaceTimeoutMs} ms` };
    }
    if (!settingsPending) this.#settingsSinceMs = -1;
    else if (this.#settingsSinceMs === -1) this.#settingsSinceMs = now;
    else if (now - this.#settingsSinceMs > settingsTimeoutMs) {
      return { code: ErrorCode.SETTINGS_TIMEOUT, message: `SETTINGS not acknowledged within ${settingsTimeoutMs} ms` };
    }
    if (!inHeaderBlock) this.#blockSinceMs = -1;
    else if (this.#blockSinceMs === -1) this.#blockSinceMs = now;
    else if (now - this.#blockSinceMs > headerBlockTimeoutMs) {
      return {
        code: ErrorCode.ENHANCE_YOUR_CALM,
        message: `a header block not complete within ${headerBlockTimeoutMs} ms`,
      };
    }
    return undefined;
  }

  /** The streams that have had data to send for too long without getting rid of any worth mention. */
  stalled(streams: Iterable<Stream>): Stream[] {
    const stalled: Stream[] = [];
    for (const stream of streams) {
      if (stream.waiting === 0) {
        stream.stalledSinceMs = -1;
      } else if (stream.stalledSinceMs === -1 || stream.progress >= PROGRESS) {
        stream.stalledSinceMs = this.#nowMs;
        stream.progress = 0;
      } else if (this.#nowMs - stream.stalledSinceMs > this.#limits.stalledSendTimeoutMs) {
        stalled.push(stream);
      }
    }
    return stalled;
  }
}
