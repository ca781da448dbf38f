// PINGs that a client sends too often: gRPC's "server-side connection management" (proposal A8), which other HTTP/2 clients keep
// as well, for none of them pings twice without anything in between. One that follows the PING before it too soon is a
// strike. Whatever the server has sent of a reply in between clears them: such PINGs may measure the bandwidth.

import type { Http2Limits } from "./limits.ts";

/** What is remembered of a client's PINGs. */
export class PingStrikes {
  readonly #limits: Http2Limits;
  #strikes = 0;
  /** When the last PING since the last HEADERS or DATA of ours came, or -1. */
  #lastMs = -1;

  constructor(limits: Http2Limits) {
    this.#limits = limits;
  }

  /** HEADERS or DATA were sent. */
  clear(): void {
    this.#strikes = 0;
    this.#lastMs = -1;
  }

  /**
   * Takes a PING.
   * @param nowMs the time as it was last told, and `stepMs` how much it went on then: a PING may be as much later
   * @param isBusy the client has a request open
   * @returns false where it is one too many
   */
  onPing(nowMs: number, stepMs: number, isBusy: boolean): boolean {
    const { minPingIntervalMs, minIdlePingIntervalMs, maxPingStrikes } = this.#limits;
    const lastMs = this.#lastMs;
    this.#lastMs = nowMs;
    if (lastMs === -1) return true;
    if (nowMs + stepMs - lastMs >= (isBusy ? minPingIntervalMs : minIdlePingIntervalMs)) return true;
    return ++this.#strikes <= maxPingStrikes;
  }
}
