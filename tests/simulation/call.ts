// The model of calls that the simulation holds the engine to: what each call carries, how its two ends stand on one
// connection, and how it ended. A call may have several attempts, on several connections, but runs at a server once.
import type { Fields } from "../support/frames.ts";
import type { Random } from "./random.ts";

/**
 * How a call ended, for its client. `ok`: the whole reply came. `reset`: one of the two applications broke it off.
 * `deadline`: its client gave up in time. `lost`: its connection was cut, or ended by an application's own mistake.
 * `overdue`: a timeout of an engine struck. `unavailable`: no server acted on it, and there was nowhere else to go.
 */
export type Outcome = "ok" | "reset" | "deadline" | "lost" | "overdue" | "unavailable";

/** One call of the client's application. */
export interface Call {
  readonly number: number;
  readonly requestLength: number;
  readonly replyLength: number;
  /** Its HEADERS end the request. */
  readonly isBare: boolean;
  /** On the clock of its connection. */
  readonly timeoutMs: number;
  readonly fields: Fields;
  attempts: number;
  /** How often a server's application was told of it. */
  executions: number;
  outcome: Outcome | undefined;
}

/** A call as a seed makes it up, with up to `mostSent` octets each way. */
export function newCall(number: number, random: Random, mostSent: number): Call {
  const requestLength = random.percent(30) ? 0 : random.below(mostSent);
  return {
    number,
    requestLength,
    replyLength: random.percent(30) ? 0 : random.below(mostSent),
    isBare: requestLength === 0 && random.percent(50),
    timeoutMs: random.percent(5) ? random.below(1000) : Infinity,
    fields: random.percent(30)
      ? [["x-id", `${random.below(5)}`], ["x-long", "y".repeat(random.below(300))], ["cookie", "a=b"]]
      : [],
    attempts: 0,
    executions: 0,
    outcome: undefined,
  };
}

/** One end of one attempt, as its application sees it. */
export interface Side {
  /** Undefined where damage made up the request. */
  readonly call: Call | undefined;
  readonly toSend: number;
  deadlineMs: number;
  sent: number;
  headersSent: boolean;
  endSent: boolean;
  trailers: Fields | undefined;
  received: number;
  consumed: number;
  headersReceived: boolean;
  endReceived: boolean;
  wasReset: boolean;
  /** Our application broke the stream off: no event may follow. */
  wasBrokenOff: boolean;
  released: boolean;
  /** The application threw when it was told something of the stream. */
  isForgotten: boolean;
  waits: boolean;
}

/** A side that has done nothing yet. */
export function newSide(call: Call | undefined, toSend: number): Side {
  return {
    call,
    toSend,
    deadlineMs: Infinity,
    sent: 0,
    headersSent: false,
    endSent: false,
    trailers: undefined,
    received: 0,
    consumed: 0,
    headersReceived: false,
    endReceived: false,
    wasReset: false,
    wasBrokenOff: false,
    released: false,
    isForgotten: false,
    waits: false,
  };
}

/** True where nothing more can come of a stream. */
export function isOver(side: Side): boolean {
  return side.wasReset || (side.endReceived && side.endSent);
}
