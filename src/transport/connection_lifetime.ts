// How long a server keeps a connection: gRPC's keepalive and "server-side connection management" (proposals A8 and A9). Time is
// told about once a second, and nothing here holds a timer. What is due:
//
//   idle for idleTimeoutMs ------------> "max_idle": goodbye
//   older than its age ----------------> "max_age": goodbye; then, after maxAgeGraceMs, "close"
//   nothing heard for pingIntervalMs --> "ping"; then, without a word for pingTimeoutMs, "close"
//   256 KiB unwritten for writeTimeoutMs -> "close"

/** How long connections are kept, in milliseconds. What is Infinity never happens. */
export interface LifetimeOptions {
  /** How long a connection may be without a running exchange. */
  readonly idleTimeoutMs: number;
  /** How old it may get, by up to a tenth more or less, so that those that were made together do not end together. */
  readonly maxAgeMs: number;
  /** How long exchanges may go on after that. */
  readonly maxAgeGraceMs: number;
  /** How long a client may say nothing before it is pinged. */
  readonly pingIntervalMs: number;
  /** How long it may then go on saying nothing. */
  readonly pingTimeoutMs: number;
  /** How long the socket may take over each 256 KiB, or fewer, of what it was last given to write. */
  readonly writeTimeoutMs: number;
}

/** What is due of a connection. */
export type Due = "max_idle" | "max_age" | "ping" | "close" | undefined;

/** By which part an age is made longer or shorter at random. */
const AGE_JITTER = 0.1;

/** What a socket has `writeTimeoutMs` for, in octets. */
const WRITE_OCTETS = 262_144;

/** The times of one connection. */
export class ConnectionLifetime {
  readonly #options: LifetimeOptions;
  readonly #ageMs: number;
  #bornMs = -1;
  #idleSinceMs = -1;
  #heardMs = -1;
  #pingedMs = -1;
  #blockedSinceMs = -1;
  /** What the socket was last given, in multiples of WRITE_OCTETS; at least 1. */
  #blockedShares = 1;
  #isAged = false;
  /** There was an exchange since time was last told; the client was heard. */
  #wasUsed = true;
  #wasHeard = true;

  /** @param random 0 to below 1, which spreads ages */
  constructor(options: LifetimeOptions, random: number) {
    this.#options = options;
    this.#ageMs = options.maxAgeMs * (1 + AGE_JITTER * (2 * random - 1));
  }

  /** An exchange began. */
  onUsed(): void {
    this.#wasUsed = true;
  }

  /** Bytes came from the client. */
  onHeard(): void {
    this.#wasHeard = true;
  }

  /** The socket takes no more until it has written so many octets; 0 once it has. */
  onBlocked(octets: number): void {
    this.#blockedSinceMs = octets > 0 ? Infinity : -1;
    this.#blockedShares = Math.max(1, octets / WRITE_OCTETS);
  }

  /** Takes the time and says what is due. @param isIdle no exchange runs */
  sweep(nowMs: number, isIdle: boolean): Due {
    const { idleTimeoutMs, maxAgeGraceMs, pingIntervalMs, pingTimeoutMs, writeTimeoutMs } = this.#options;
    if (this.#bornMs === -1) this.#bornMs = nowMs;
    if (this.#wasUsed || !isIdle) this.#idleSinceMs = nowMs;
    if (this.#wasHeard) {
      this.#heardMs = nowMs;
      this.#pingedMs = -1;
    }
    this.#wasUsed = this.#wasHeard = false;
    if (this.#blockedSinceMs === Infinity) this.#blockedSinceMs = nowMs;
    if (this.#blockedSinceMs !== -1 && nowMs - this.#blockedSinceMs > writeTimeoutMs * this.#blockedShares) {
      return "close";
    }
    const ageMs = nowMs - this.#bornMs;
    if (this.#isAged) {
      if (ageMs > this.#ageMs + maxAgeGraceMs) return "close";
    } else if (ageMs > this.#ageMs) {
      this.#isAged = true;
      return "max_age";
    }
    if (nowMs - this.#idleSinceMs > idleTimeoutMs) return "max_idle";
    if (this.#pingedMs !== -1) return nowMs - this.#pingedMs > pingTimeoutMs ? "close" : undefined;
    if (nowMs - this.#heardMs <= pingIntervalMs) return undefined;
    this.#pingedMs = nowMs;
    return "ping";
  }
}
