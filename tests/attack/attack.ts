// What an attack is: a row of a table. Its number is that of the catalogue in docs/live_proofs.md; a number has as many rows as it
// has ways to go about it.
import { greeting, settingsAck } from "../support/frames.ts";
import { bytes } from "../support/frames.ts";
import { type Traffic, Wire } from "./wire.ts";

/** Milliseconds within which a server has to be rid of an attacker, or to have bounded it. */
export const PATIENCE_MS = 5_000;

/** Octets of one flood. */
const FLOOD_BYTES = 1_500_000;

/** One way to attack the server. */
export interface Attack {
  /** `A1`: its number in the catalogue. */
  readonly id: string;
  readonly name: string;
  /** What the server has to do, as {@link run} tells it. */
  readonly expected: RegExp;
  /** Attacks once, and tells what the server did. Repeated by the judge for as long as it watches the neighbour. */
  run(scene: Scene): Promise<string>;
  /** The most handlers that may run at once while it lasts, where that is what it is about. */
  readonly maxHandlers?: number;
  /** The neighbour's p99 that is let pass, in milliseconds, where it is more than for all others, with the reason beside it. */
  readonly freeMs?: number;
  /** Attacks that take their time are not repeated. */
  readonly once?: boolean;
}

/** Where an attack takes place. */
export class Scene {
  readonly port: number;
  readonly traffic: Traffic = { sent: 0, received: 0 };
  readonly #untilMs: number;
  readonly #wires = new Set<Wire>();

  constructor(port: number) {
    this.port = port;
    this.#untilMs = performance.now() + PATIENCE_MS;
  }

  /** Milliseconds that are left of the time in which the server has to act. */
  get leftMs(): number {
    return Math.max(0, this.#untilMs - performance.now());
  }

  /** A connection of which nothing was sent. */
  async connect(isHttp2 = true): Promise<Wire> {
    const wire = await Wire.open(this.port, this.traffic, isHttp2);
    this.#wires.add(wire);
    return wire;
  }

  /** An HTTP/2 connection that has greeted, with these settings. */
  async greet(values: Record<string, number> = {}): Promise<Wire> {
    const wire = await this.connect();
    await wire.write(bytes(greeting(values), settingsAck()));
    return wire;
  }

  /**
   * Sends piece after piece, FLOOD_BYTES in all, until the server has had enough or its time is over; tells what it did.
   * Less than the server goes on reading after its goodbye, or closing would take that away from us.
   */
  async flood(wire: Wire, piece: (round: number) => Uint8Array, most = Infinity): Promise<string> {
    let sent = 0;
    for (let round = 0; round < most && sent < FLOOD_BYTES && !wire.isOver && this.leftMs > 0; round++) {
      const bytes = piece(round);
      sent += bytes.length;
      await wire.write(bytes, this.leftMs);
      // A turn to read in, or this process would hear nothing of what the server says.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await wire.over(this.leftMs);
    return wire.told();
  }

  /** Closes what is left open. */
  end(): void {
    for (const wire of this.#wires) wire.destroy();
    this.#wires.clear();
  }
}

/** Client stream identifiers, from the first. */
export function streamIds(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + 2 * index);
}
