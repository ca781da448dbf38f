// What the `codec` bench has a subject do: the same four operations on each message, and the first use of many types. A
// subject's program is told operation and message on its command line.
import process from "node:process";
import { createInterface } from "node:readline";
import { announce } from "../greeter/program.ts";

/** The operations, as cases are named. */
export const OPERATIONS = ["decode", "encode", "json decode", "json encode"] as const;
export type Operation = (typeof OPERATIONS)[number];

/** The messages, as cases are named. Their classes and values are in messages.ts, which only bundled programs can load. */
export const MESSAGE_NAMES = ["greeting", "order", "catalogue", "numbers", "blob", "strings", "protobufjs"] as const;
export type MessageName = (typeof MESSAGE_NAMES)[number];

/** What a subject can do with one message. Each answers something, so that nothing is optimized away. */
export interface MessageOperations {
  readonly decode: () => unknown;
  readonly encode: () => unknown;
  readonly "json decode"?: () => unknown;
  readonly "json encode"?: () => unknown;
}

/** Milliseconds between two looks at the clock. */
const BATCH_MS = 5;
const WARM_UP_MS = 150;

/** Runs a subject's program; `operationsOf` makes what it can do with the message of a case. */
export async function measureCodec(operationsOf: (message: MessageName) => MessageOperations): Promise<void> {
  const [operation, message] = process.argv.slice(2) as [Operation, MessageName];
  // A server has many types: before one is measured, all have been in use.
  for (const name of MESSAGE_NAMES) {
    for (const each of Object.values(operationsOf(name))) repeat(each, WARM_UP_MS);
  }
  const once = operationsOf(message)[operation];
  if (once === undefined) throw new Error(`No ${operation} of ${message}.`);
  await drive((milliseconds) => repeat(once, milliseconds));
}

/** Works to the harness's orders; `work` answers how often it did what is measured, and in how many milliseconds. */
export async function drive(
  work: (milliseconds: number) => { count: number; milliseconds: number },
): Promise<void> {
  announce(0);
  for await (const line of createInterface({ input: process.stdin })) {
    const { seconds } = JSON.parse(line) as { seconds: number };
    const { count, milliseconds } = work(seconds * 1000);
    process.stdout.write(JSON.stringify({ count, seconds: milliseconds / 1000 }) + "\n");
  }
}

let kept: unknown;

// The rate of the best of many short batches: what else the machine does disturbs the others.
function repeat(once: () => unknown, milliseconds: number): { count: number; milliseconds: number } {
  const batches: number[] = [];
  let size = 1;
  const end = performance.now() + milliseconds;
  for (let now = performance.now(); now < end;) {
    for (let i = 0; i < size; i++) kept = once();
    const taken = performance.now() - now;
    now += taken;
    if (taken < BATCH_MS / 2 && now < end) {
      size *= 2;
      batches.length = 0;
    } else batches.push(taken / size);
  }
  if (kept === undefined) throw new Error("There was no answer.");
  return { count: 1, milliseconds: Math.min(...batches) };
}
