// All that one seed makes: one to three connections that share a client application, or, where the seed is hostile, one that
// keeps to the rules beside one that is damaged or attacked. Calls that no server acted on are tried again on another
// connection. A step picks a connection and does one thing on it.
import assert from "node:assert/strict";
import { AttackedLink } from "./attacked_link.ts";
import type { Call } from "./call.ts";
import { damageFrames, damageOctets } from "./damage.ts";
import { Link } from "./link.ts";
import { Random } from "./random.ts";

/** Where random numbers come from beside the seed, where it is not a step. */
const SETUP = -1;
const SETTLING = -2;

/** How often a call that is refused is tried. */
const MOST_ATTEMPTS = 50;

export type Record = (end: 0 | 1, kind: "sent" | "got", octets: Uint8Array) => void;

export interface WorldOptions {
  readonly seed: number;
  /** The second connection is damaged or attacked. */
  readonly isHostile: boolean;
  /** Leave that one out: what the first one does must not change by it. */
  readonly isAlone?: boolean;
  /**
   * Gets all octets that an end (0 is the client) sends and gets in the order in which its engine made and
   * read them. The world is a single connection then, to which nothing is done.
   */
  readonly record?: Record;
  /** Gets a line for each thing that happens. */
  readonly log?: (line: string) => void;
}

export class World {
  readonly links: readonly Link[];
  readonly attacked: AttackedLink | undefined = undefined;
  readonly #options: WorldOptions;
  readonly #count: number;
  readonly #retries: Call[] = [];
  /** What went wrong within an event, where a throw would have been taken for the application's. */
  failure: unknown = undefined;

  constructor(options: WorldOptions) {
    this.#options = options;
    const { seed, isHostile, isAlone } = options;
    const random = Random.of(seed, SETUP);
    const mostSent = random.pick([10, 100, 1000, 1000, 1000, 1000, 1000, 1000, 30_000, 30_000, 30_000, 200_000]);
    const count = random.pick([1, 1, 1, 2, 3]);
    const { record } = options;
    // Whoever reads the record is slow.
    const most = record === undefined ? mostSent : Math.min(mostSent, 20_000);
    this.#count = isHostile ? 2 : record === undefined ? count : 1;
    const isAttacked = random.percent(40);
    const damage = random.percent(40) ? damageOctets : damageFrames;
    const links: Link[] = [];
    for (let index = 0; index < this.#count; index++) {
      const setup = Random.of(seed, SETUP, index);
      const isBad = isHostile && index === 1;
      if (isBad && isAlone) continue;
      if (isBad && isAttacked) {
        this.attacked = new AttackedLink(this, setup);
      } else {
        const isKeeper = !isHostile && (this.#count > 1 || record !== undefined) && index === 0;
        const own = {
          isKeeper,
          damage: isBad ? damage : undefined,
          mostSent: most,
          firstCall: index * 100_000,
          record,
        };
        links.push(new Link(this, `connection ${index}`, setup, own));
      }
    }
    this.links = links;
  }

  say(line: () => string): void {
    this.#options.log?.(line());
  }

  /** Runs these steps, then lets everything come to its end. */
  run(steps: Iterable<number>): void {
    for (const step of steps) {
      const random = Random.of(this.#options.seed, step);
      const index = random.below(this.#count);
      this.say(() => `step ${step}`);
      (this.links[index] ?? this.attacked)?.step(random);
      if (this.failure !== undefined) throw this.failure;
    }
    this.#settle();
    this.attacked?.finish();
    for (const link of this.links) link.finish();
    for (const link of this.links) for (const call of link.calls) this.#checkCall(call);
    if (this.failure !== undefined) throw this.failure;
  }

  #settle(): void {
    const octets = (): number => this.links.reduce((sum, link) => sum + link.octets, 0);
    let idle = 0;
    for (let round = 0; idle < 3; round++) {
      assert.ok(round < 20_000, "there is no end in sight");
      const before = octets();
      for (const [index, link] of this.links.entries()) {
        link.settle(Random.of(this.#options.seed, SETTLING, index, round));
        if (this.failure !== undefined) throw this.failure;
      }
      for (let count = this.#retries.length; count > 0; count--) this.#freeLink()?.applications[0].request();
      idle = octets() === before ? idle + 1 : 0;
    }
  }

  #freeLink(): Link | undefined {
    return this.links.find((link) => link.isHonest && link.client.availableStreams > 0);
  }

  /** A call has one outcome, and ran once at the most. */
  #checkCall(call: Call): void {
    if (this.#retries.includes(call)) {
      const isStuck = this.#freeLink() === undefined || call.attempts >= MOST_ATTEMPTS;
      assert.ok(isStuck, `call ${call.number} could have been tried again`);
      assert.equal(call.executions, 0, `call ${call.number} has run, and its client does not know`);
      call.outcome = "unavailable";
    }
    assert.ok(call.outcome !== undefined, `call ${call.number} has no outcome`);
  }

  /** No server acted on a call: it can be tried elsewhere. */
  retry(call: Call): void {
    this.#retries.push(call);
  }

  /** One of those, if any. */
  takeRetry(): Call | undefined {
    const at = this.#retries.findIndex((call) => call.attempts < MOST_ATTEMPTS);
    return at === -1 ? undefined : this.#retries.splice(at, 1)[0];
  }
}
