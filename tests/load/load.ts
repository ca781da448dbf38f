// Mixed load: all four kinds of calls, small and large, in lanes that never rest, and what every answer has to be.
import { type Client, Code, ConnectError } from "../../mod.ts";
import type { Parcel, Target } from "./service.ts";

export type TargetClient = Client<typeof Target>;

/** What lanes did. */
export interface Tally {
  calls: number;
  messages: number;
  /** What calls failed by that should not have. */
  readonly failures: string[];
}

/** One kind of call; throws where it does not end as it has to. */
type Work = (client: TargetClient, tally: Tally, number: number) => Promise<void>;

/** How long a call is waited for that is given up: a client that resets more than it lets end is an attacker. */
const GIVEN_UP_MS = 50;
const KIBIBYTE = new Uint8Array(1024).fill(7);

function expect(condition: boolean, what: string): void {
  if (!condition) throw new Error(`wrong answer: ${what}`);
}

/** A small unary call. */
async function unary(client: TargetClient, tally: Tally, number: number): Promise<void> {
  const { text } = await client.echo({ text: `number ${number}` });
  expect(text === `number ${number}`, `"${text}"`);
  tally.messages += 2;
}

/** A unary call whose handler takes its time. */
async function slow(client: TargetClient, tally: Tally, number: number): Promise<void> {
  await client.goOn({ count: 10 + number % 40 });
  tally.messages += 2;
}

/** 300 KB each way. */
async function large(client: TargetClient, tally: Tally, number: number): Promise<void> {
  const payload = new Uint8Array(300_000).fill(number);
  const { payload: back } = await client.echo({ payload });
  expect(back.length === payload.length && back[299_999] === payload[299_999], `${back.length} octets`);
  tally.messages += 2;
}

/** 40 messages from the server. */
async function serverStream(client: TargetClient, tally: Tally): Promise<void> {
  let next = 0;
  for await (const { count, payload } of client.repeat({ payload: KIBIBYTE, count: 40 })) {
    expect(count === next++ && payload.length === KIBIBYTE.length, `message ${count}`);
  }
  expect(next === 40, `${next} messages`);
  tally.messages += 40;
}

/** 20 messages to the server. */
async function clientStream(client: TargetClient, tally: Tally): Promise<void> {
  async function* parcels(): AsyncGenerator<Partial<Parcel>> {
    for (let sent = 1; sent <= 20; sent++) yield { count: sent, payload: KIBIBYTE };
  }
  const { count } = await client.sum(parcels());
  expect(count === 210, `a sum of ${count}`);
  tally.messages += 21;
}

/** 10 messages, each sent when the one before has come back. */
async function bidi(client: TargetClient, tally: Tally): Promise<void> {
  let answered = Promise.withResolvers<void>();
  answered.resolve();
  async function* parcels(): AsyncGenerator<Partial<Parcel>> {
    for (let sent = 0; sent < 10; sent++) {
      await answered.promise;
      answered = Promise.withResolvers<void>();
      yield { text: `${sent}` };
    }
  }
  let received = 0;
  for await (const { text } of client.chat(parcels())) {
    expect(text === `${received++}`, `"${text}"`);
    answered.resolve();
  }
  expect(received === 10, `${received} messages`);
  tally.messages += 20;
}

/** A call that must fail with this code. */
async function fails(call: Promise<unknown>, code: Code): Promise<void> {
  const error = await call.then(() => undefined, (error) => error as unknown);
  if (error instanceof ConnectError && error.code === code) return;
  throw error ?? new Error(`answered in place of ${Code[code]}`);
}

/** An error of the handler's. */
async function failure(client: TargetClient): Promise<void> {
  await fails(client.fail({ text: "as asked" }), Code.Unavailable);
}

/** A call that is given up. */
async function cancelled(client: TargetClient, _tally: Tally, number: number): Promise<void> {
  const controller = new AbortController();
  const call = client.wait({}, { signal: controller.signal });
  setTimeout(() => controller.abort(), GIVEN_UP_MS + number % 40);
  await fails(call, Code.Canceled);
}

/** A call that runs out of time. */
async function late(client: TargetClient, _tally: Tally, number: number): Promise<void> {
  await fails(client.wait({}, { timeoutMs: GIVEN_UP_MS + number % 40 }), Code.DeadlineExceeded);
}

/** A stream that its reader leaves. */
async function left(client: TargetClient, tally: Tally): Promise<void> {
  for await (const { count } of client.repeat({ payload: KIBIBYTE, count: 1_000_000 })) {
    tally.messages++;
    if (count === 5) break;
  }
}

/** The kinds of work. */
const WORK = { unary, slow, large, serverStream, clientStream, bidi, failure, cancelled, late, left } satisfies {
  readonly [name: string]: Work;
};
export type WorkName = keyof typeof WORK;

/** Works on until told to stop; answers when the last call has ended. */
export function lane(client: TargetClient, name: WorkName, tally: Tally, isOver: () => boolean): Promise<void> {
  return (async () => {
    for (let number = 0; !isOver(); number++) {
      try {
        await WORK[name](client, tally, number);
      } catch (error) {
        tally.failures.push(`${name}: ${error}`);
        // One that fails at once is not to fill the memory.
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      tally.calls++;
    }
  })();
}
