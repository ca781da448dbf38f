// Judges attacks: the server under test and a neighbour in processes of their own, the attacker in this one; what the server
// did, what it cost, and whether anything was left behind.
import { LiveProgram, type Runtime } from "../load/live_program.ts";
import type { ServerReport } from "../load/server.ts";
import { type Attack, PATIENCE_MS, Scene } from "./attack.ts";
import { call, envelope } from "./call.ts";
import type { Lap } from "./neighbour.ts";

/** What an attack may cost. */
export const LIMITS = {
  /** Growth of the server's resident memory while it is attacked. */
  rssGrowthBytes: 64 * 1024 * 1024,
  /** Octets that the server sends for each that it gets; and how many it may send in any case. */
  amplification: 20,
  freeBytes: 4096,
  /** The neighbour's p99 beside an attack that comes back each second, for each millisecond without it. */
  slowdown: 2,
  /** What that p99 may be in any case: less is a matter of the machine's scheduling. */
  noiseMs: 3,
  /** What it may be beside one that comes back ten times a second, where that is more than twice the quiet one. */
  freeMs: 25,
  /** Growth of the server's heap when the attack is over and garbage was collected. */
  heapGrowthBytes: 8 * 1024 * 1024,
} as const;

/** Milliseconds that the neighbour is watched for, without the attack and beside it. */
const QUIET_MS = 600;
const BESIDE_MS = 1000;
/** From the start of one round of an attack to the next, at least: the machine is to have time for the neighbour. */
const ROUND_MS = 100;
/** The same for an attacker who comes back now and then, and how long the neighbour is watched beside that one. */
const RARE_ROUND_MS = 1000;
const RARE_BESIDE_MS = 4000;
/** How often an attack is tried that slows its neighbour: others use the machine as well, which only adds. */
const TRIES = 3;
/** How often the server's memory is looked at. */
const SAMPLE_MS = 25;
const SLOW = "slows its neighbour";
const GROWN = "memory";
/** Milliseconds in which all that an attack held has to be let go. */
const SETTLE_MS = 5_000;
/** Quiet laps that are remembered: a busy machine is not held against the server. */
const REMEMBERED_LAPS = 5;

/** What an attack came to. */
export interface Verdict {
  readonly attack: Attack;
  readonly told: string;
  readonly rounds: number;
  readonly milliseconds: number;
  readonly rssGrowthBytes: number;
  readonly amplification: number;
  readonly quietP99Ms: number;
  readonly besideP99Ms: number;
  /** Beside an attacker who comes back once a second; undefined where ten times a second did no harm. */
  readonly rareP99Ms: number | undefined;
  /** What is wrong; empty where the attack failed, which is what is wanted. */
  readonly faults: readonly string[];
}

/** An attack that was carried out so many times. */
interface Rounds {
  /** What the attacker saw, the first time or when it was not what is expected. */
  readonly told: string;
  readonly rounds: number;
  readonly firstMs: number;
  /** Octets that the attacker sent and received in all. */
  readonly sent: number;
  readonly received: number;
}

/** The processes of one runtime. */
export class Judge {
  readonly #server: LiveProgram;
  readonly #port: number;
  readonly #neighbour: LiveProgram;
  #baseline: ServerReport;
  readonly #isTimed: boolean;
  readonly #quietP99s: number[] = [];

  private constructor(
    server: LiveProgram,
    port: number,
    neighbour: LiveProgram,
    baseline: ServerReport,
    isTimed: boolean,
  ) {
    this.#isTimed = isTimed;
    this.#server = server;
    this.#port = port;
    this.#neighbour = neighbour;
    this.#baseline = baseline;
  }

  /** Starts the server with these options, and a neighbour, and lets both warm up. @param isTimed latency counts */
  static async open(runtime: Runtime, options: object, isTimed: boolean): Promise<Judge> {
    const { program: server, ready } = await LiveProgram.start<{ port: number }>(
      runtime,
      "tests/load/server.ts",
      [JSON.stringify(options)],
    );
    const url = `http://127.0.0.1:${ready.port}`;
    const { program: neighbour } = await LiveProgram.start("node", "tests/attack/neighbour.ts", [url]);
    await pause(1500);
    await neighbour.order<Lap>("lap");
    return new Judge(server, ready.port, neighbour, await server.order<ServerReport>("report"), isTimed);
  }

  /**
   * Carries out an attack; again where nothing is wrong but that the neighbour was slow or that memory grew: what else the
   * machine does, and when V8 collects, are in both. What is the server's fault shows each time.
   */
  async judge(attack: Attack): Promise<Verdict> {
    for (let tries = 1;; tries++) {
      const verdict = await this.#try(attack);
      const mayPass = verdict.faults.length > 0 && verdict.faults.every((fault) => fault === SLOW || fault === GROWN);
      if (tries === TRIES || !mayPass) return verdict;
    }
  }

  async #try(attack: Attack): Promise<Verdict> {
    const faults: string[] = [];
    this.#baseline = await this.#server.order<ServerReport>("report");
    await this.#lap(50);
    const quiet = await this.#lap(QUIET_MS);
    this.#quietP99s.push(quiet.p99Ms);
    if (this.#quietP99s.length > REMEMBERED_LAPS) this.#quietP99s.shift();
    const quietP99Ms = Math.max(...this.#quietP99s);

    const before = this.#server.rssBytes() ?? this.#baseline.rssBytes;
    let most = before;
    const sampler = setInterval(() => most = Math.max(most, this.#server.rssBytes() ?? 0), SAMPLE_MS);
    let beside: Lap;
    let run: Rounds;
    let rare: Lap | undefined;
    try {
      run = await this.#rounds(attack, ROUND_MS, BESIDE_MS);
      beside = await this.#lap(0);
      if (!attack.once && this.#isTimed && beside.p99Ms > LIMITS.slowdown * quietP99Ms) {
        const again = await this.#rounds(attack, RARE_ROUND_MS, RARE_BESIDE_MS);
        rare = await this.#lap(0);
        if (!attack.expected.test(again.told)) run = { ...run, told: again.told };
      }
    } finally {
      clearInterval(sampler);
    }
    const { told, rounds, firstMs, sent, received } = run;
    const { mostHandlers } = await this.#server.order<ServerReport>("report");
    const settled = await this.#settled();
    if (mostHandlers > (attack.maxHandlers ?? Infinity)) faults.push(`${mostHandlers} handlers at once`);
    if (!attack.expected.test(told)) faults.push(`expected ${attack.expected.source}`);
    if (firstMs > PATIENCE_MS + 500) faults.push(`took ${Math.round(firstMs)} ms`);
    const rssGrowthBytes = Math.max(0, most - before);
    if (rssGrowthBytes > LIMITS.rssGrowthBytes) faults.push(GROWN);
    const amplification = received / Math.max(1, sent);
    if (amplification > LIMITS.amplification && received > LIMITS.freeBytes * rounds) faults.push("amplification");
    const isSlow = beside.p99Ms > Math.max(LIMITS.slowdown * quietP99Ms, attack.freeMs ?? LIMITS.freeMs) ||
      (rare?.p99Ms ?? 0) > Math.max(LIMITS.slowdown * quietP99Ms, LIMITS.noiseMs);
    if (this.#isTimed && isSlow) faults.push(SLOW);
    const failures = [...beside.failures, ...rare?.failures ?? []];
    if (failures.length > 0) faults.push(`the neighbour's call failed: ${failures[0]}`);
    faults.push(...settled, ...await this.#server.order<string[]>("unexpected"), ...await this.#answers());
    return {
      attack,
      told,
      rounds,
      milliseconds: Math.round(firstMs),
      rssGrowthBytes,
      amplification,
      quietP99Ms,
      besideP99Ms: beside.p99Ms,
      rareP99Ms: rare?.p99Ms,
      faults,
    };
  }

  /** Attacks again and again for so long; ends at once where what comes of it is not what is expected. */
  async #rounds(attack: Attack, roundMs: number, besideMs: number): Promise<Rounds> {
    const started = performance.now();
    let [told, rounds, firstMs, sent, received] = ["", 0, 0, 0, 0];
    do {
      const scene = new Scene(this.#port);
      const startedMs = performance.now();
      const said = await attack.run(scene).catch((error) => `the attack broke off: ${error}`).finally(() =>
        scene.end()
      );
      sent += scene.traffic.sent;
      received += scene.traffic.received;
      if (rounds === 0) firstMs = performance.now() - startedMs;
      if (rounds === 0 || !attack.expected.test(said)) told = said;
      rounds++;
      await pause(Math.max(0, roundMs - (performance.now() - startedMs)));
    } while (
      !attack.once && attack.expected.test(told) && performance.now() - started < besideMs && !this.#server.isOver
    );
    if (this.#server.isOver) throw new Error(`${attack.id} ended the server: ${told}\n${this.#server.errors}`);
    return { told, rounds, firstMs, sent, received };
  }

  /** Ends both processes. */
  async close(): Promise<void> {
    await Promise.all([this.#server.stop(), this.#neighbour.stop()]);
  }

  async #lap(milliseconds: number): Promise<Lap> {
    if (milliseconds > 0) {
      await this.#neighbour.order<Lap>("lap");
      await pause(milliseconds);
    }
    return await this.#neighbour.order<Lap>("lap");
  }

  /** Waits until the server holds no more than before; tells what it still holds where it does. */
  async #settled(): Promise<string[]> {
    const until = performance.now() + SETTLE_MS;
    for (;;) {
      const left = leftovers(this.#baseline, await this.#server.order<ServerReport>("report"));
      if (left.length === 0 || performance.now() > until) return left;
      await pause(200);
    }
  }

  /** That the server still answers, in each protocol. */
  async #answers(): Promise<string[]> {
    const scene = new Scene(this.#port);
    try {
      const told = [
        await call(scene, { body: envelope(new Uint8Array(0)) }),
        await call(scene, { protocol: "grpc-web", body: envelope(new Uint8Array(0)) }),
        await call(scene, { protocol: "connect", body: new Uint8Array(0) }),
      ];
      return told.filter((answer) => !answer.startsWith("HTTP 200")).map((answer) => `afterwards: ${answer}`);
    } catch (error) {
      return [`does not answer: ${error}`];
    } finally {
      scene.end();
    }
  }
}

/** What the server holds that it did not hold before. The neighbour's own calls come and go. */
function leftovers(before: ServerReport, after: ServerReport): string[] {
  const left: string[] = [];
  const counted = ["connections", "handlers", "queuedRequests"] as const;
  for (const what of counted) if (after[what] > before[what]) left.push(`left ${after[what] - before[what]} ${what}`);
  // Two calls of the neighbour's may be under way, each with a timer for its deadline.
  for (const what of ["runningRequests", "openStreams"] as const) {
    if (after[what] > 2) left.push(`left ${after[what]} ${what}`);
  }
  if (after.timers > before.timers + 4) left.push(`left ${after.timers - before.timers} timers`);
  if (after.bufferedBytes > 4096) left.push(`left ${after.bufferedBytes} buffered octets`);
  const heap = after.heapBytes - before.heapBytes;
  if (heap > LIMITS.heapGrowthBytes) left.push(`left ${Math.round(heap / 1024)} KiB of heap`);
  return left;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
