// An engine whose peer is no engine but an attacker: it goes through one attack, round after round, reads what is answered or
// doesn't, and goes on until it is thrown out. Whatever it does, the engine keeps to its limits, sends whole frames and not
// much more than it gets, tells its events in order, and holds nothing when it is over.
import assert from "node:assert/strict";
import { ClientConnection } from "../../src/http2/client_connection.ts";
import type { Connection } from "../../src/http2/connection.ts";
import type { Http2Limits } from "../../src/http2/limits.ts";
import { ServerConnection } from "../../src/http2/server_connection.ts";
import { EventLog } from "../support/engine.ts";
import { type Fields, greeting, requestFields, settings, settingsAck } from "../support/frames.ts";
import { type AttackRound, ATTACKS_OF_CLIENTS, ATTACKS_OF_SERVERS } from "./attacks.ts";
import { traceOf } from "./content.ts";
import { join } from "./damage.ts";
import { FrameChecker } from "./frame_checker.ts";
import { defensiveLimits } from "./limits.ts";
import { assertNothingKept, assertWithinLimits } from "./memory.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

/** Answers may be so many times as long as what they answer; greetings and last words aside. */
const MOST_AMPLIFICATION = 20;
const GREETING_OCTETS = 500;

/** What an application throws. */
class ApplicationMistake extends Error {}

export class AttackedLink {
  readonly #world: World;
  readonly #name: string;
  readonly #limits: Http2Limits;
  readonly #engine: Connection;
  readonly #log = new EventLog();
  readonly #checker: FrameChecker;
  readonly #reads: boolean;
  readonly #isCareful: boolean;
  readonly #makesMistakes: boolean;
  /** Streams that the application was told to be over. */
  readonly #over = new Set<number>();
  #random: Random;
  #nextId = 1;
  #openId = 1;
  #now = 0;
  #isGreeting: boolean;
  #octetsIn = 0;
  octets = 0;
  /** Octets that the application itself sent: replies and requests. */
  #octetsOwn = 0;
  trace = 0;

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
    const isServer = random.percent(70);
    this.#isGreeting = !isServer;
    this.#name = random.pick(Object.keys(isServer ? ATTACKS_OF_CLIENTS : ATTACKS_OF_SERVERS));
    this.#limits = defensiveLimits(random);
    this.#reads = random.percent(60);
    this.#isCareful = random.percent(60);
    this.#makesMistakes = this.#name.startsWith("A14") && random.percent(50);
    this.#log.onEvent = (line) => this.#onEvent(line);
    this.#engine = isServer
      ? new ServerConnection(this.#log, { limits: this.#limits })
      : new ClientConnection(this.#log, { limits: this.#limits });
    this.#checker = new FrameChecker(!isServer, this.#limits, true);
    if (this.#engine instanceof ClientConnection) this.#request(this.#engine);
    const start = isServer ? greeting({ initialWindowSize: random.pick([0, 65_535, 2 ** 31 - 1]) }) : settings();
    this.#send([start, settingsAck()]);
  }

  /** Some rounds of the attack. */
  step(random: Random): void {
    this.#random = random;
    const engine = this.#engine;
    if (engine instanceof ClientConnection && random.percent(30)) this.#request(engine);
    if (random.percent(20)) engine.advance(this.#now += random.below(2000));
    const rounds = random.pick([1, 1, 5, 20]);
    for (let count = 0; count < rounds && !engine.isClosed; count++) {
      // A transport that is careful reads no more than the engine wants.
      if (this.#isCareful && !engine.wantsInput) break;
      const attack = engine instanceof ServerConnection
        ? ATTACKS_OF_CLIENTS[this.#name]!
        : ATTACKS_OF_SERVERS[this.#name]!;
      this.#send(attack(this.#round()));
    }
    if (this.#reads || random.percent(5)) this.#takeOutput();
  }

  #round(): AttackRound {
    const isServer = this.#engine instanceof ServerConnection;
    return {
      random: this.#random,
      openId: this.#openId,
      newId: () => {
        if (!isServer) return this.#openId;
        this.#openId = this.#nextId;
        this.#nextId += 2;
        return this.#openId;
      },
      fields: (more: Fields = []) => isServer ? requestFields("/", more) : [[":status", "200"], ...more],
    };
  }

  #request(client: ClientConnection): void {
    const id = client.request(requestFields(), this.#random.percent(50));
    if (id === 0) return;
    this.#openId = id;
    this.#octetsOwn += 200;
  }

  #send(frames: readonly Uint8Array[]): void {
    const bytes = join(frames);
    this.#octetsIn += bytes.length;
    const piece = bytes.length > 500 ? 100_000 : this.#random.pick([1, 30, 100_000]);
    const events = this.#log.lines.length;
    const streams = this.#engine.usage.streams;
    for (let at = 0; at < bytes.length; at += piece) this.#engine.receive(bytes.subarray(at, at + piece));
    const told = this.#log.lines.length - events;
    // A request that waited is told in three events, and each stream that is lost in one.
    const most = 8 + (5 * bytes.length) / 9 + 4 * streams;
    assert.ok(told <= most, `${this.#name}: ${bytes.length} octets made ${told} events`);
    if (this.#log.lines.length > 10_000) this.#log.lines.length = 0;
    assertWithinLimits(this.#engine, this.#limits);
  }

  #takeOutput(): void {
    do {
      const output = this.#engine.takeOutput();
      this.octets += output.length;
      this.trace = traceOf(this.trace, output);
      this.#checker.sent(this.#isGreeting ? output.subarray(24) : output);
      this.#isGreeting &&= output.length === 0;
    } while (this.#engine.hasOutput);
    const most = MOST_AMPLIFICATION * this.#octetsIn + this.#octetsOwn + GREETING_OCTETS;
    assert.ok(this.octets <= most, `${this.#name}: ${this.octets} octets for ${this.#octetsIn}`);
  }

  /** What the application does about its events: it answers, holds on, lets go, or fails. */
  #onEvent(line: string): void {
    const [kind, number] = line.split(" ");
    const id = Number(number);
    const engine = this.#engine;
    this.#world.say(() => `${this.#name}: ${line}`);
    if (["request", "data", "trailers", "response", "informational", "reset"].includes(kind!)) {
      if (this.#over.has(id)) this.#world.failure ??= new Error(`${this.#name}: ${line}, though it was over`);
    }
    if (kind === "reset") this.#over.add(id);
    if (this.#makesMistakes && this.#random.percent(5)) throw new ApplicationMistake();
    if (kind === "data" && this.#random.percent(50)) engine.consume(id, 10);
    if (kind === "reset" && this.#random.percent(70)) this.#release(id);
    if (kind !== "request" || !(engine instanceof ServerConnection) || this.#random.percent(30)) return;
    const reply = new Uint8Array(this.#random.pick([0, 20, 3000]));
    this.#octetsOwn += reply.length + 100;
    engine.sendReply(id, [[":status", "200"]], reply, [["grpc-status", "0"]]);
    if (this.#random.percent(50)) this.#release(id);
  }

  #release(id: number): void {
    this.#over.add(id);
    if (this.#engine instanceof ServerConnection) this.#engine.release(id);
    else (this.#engine as ClientConnection).release(id);
  }

  /** The attacker goes away. */
  finish(): void {
    this.#takeOutput();
    const { error } = this.#log;
    if (error?.cause !== undefined && !(error.cause instanceof ApplicationMistake)) throw error.cause;
    this.#engine.disconnect();
    assertNothingKept(this.#engine);
  }
}
