// So many requests a second, whatever the answers do: they fall due at even distances, in turn on each connection. How long one
// took is counted from when it fell due, so that a server that holds up the load is charged for what waited meanwhile.
import { quantile } from "../statistics.ts";
import { type RawConnection, requireRight } from "./raw_connection.ts";

/** Requests in flight on one connection; those that fall due beyond them wait. Servers commonly take 100. */
const MAX_IN_FLIGHT = 100;
/** Requests of one connection whose times are known at once; far more than are in flight. */
const RING = 65_536;

/** The times of all answers, in microseconds. */
export interface Latencies {
  readonly count: number;
  readonly seconds: number;
  readonly median: number;
  readonly p99: number;
}

/** One connection, the requests that wait for it, and when those in flight fell due. */
class Lane {
  readonly #connection: RawConnection;
  readonly #dueAt = new Float64Array(RING);
  readonly #waiting: number[] = [];

  constructor(connection: RawConnection, onLatency: (micros: number) => void) {
    this.#connection = connection;
    connection.onAnswer = (streamId) => {
      onLatency((performance.now() - this.#dueAt[(streamId >>> 1) % RING]!) * 1000);
      const next = this.#waiting.shift();
      if (next !== undefined) this.#request(next);
    };
  }

  /** Makes the request that fell due at `time`, or has it wait. */
  add(time: number): void {
    if (this.#connection.inFlight < MAX_IN_FLIGHT) this.#request(time);
    else this.#waiting.push(time);
  }

  flush(): void {
    this.#connection.flush();
  }

  #request(time: number): void {
    this.#dueAt[(this.#connection.request() >>> 1) % RING] = time;
  }
}

/** Makes `rate` requests a second, and answers when all have been answered. Ends the program where an answer is wrong. */
export async function openLoad(
  connections: readonly RawConnection[],
  rate: number,
  seconds: number,
): Promise<Latencies> {
  const total = Math.max(1, Math.round(rate * seconds));
  const micros = new Float64Array(total);
  let answered = 0;
  let end: () => void;
  const ended = new Promise<void>((resolve) => end = resolve);
  const lanes = connections.map((connection) =>
    new Lane(connection, (taken) => {
      micros[answered++] = taken;
      if (answered === total) end();
    })
  );
  const start = performance.now();
  const distance = 1000 / rate;
  for (let made = 0; made < total;) {
    const now = performance.now();
    for (; made < total && start + made * distance <= now; made++) {
      lanes[made % lanes.length]!.add(start + made * distance);
    }
    for (const lane of lanes) lane.flush();
    // No timer is as fine as the distances are. The load has its own core, and this is no longer than a measurement.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await ended;
  requireRight(connections);
  micros.sort();
  return {
    count: total,
    seconds: (performance.now() - start) / 1000,
    median: quantile(micros, 0.5),
    p99: quantile(micros, 0.99),
  };
}
