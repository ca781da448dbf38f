// startup: milliseconds from starting a process to the first answer over its socket, for a schema of 100 messages of 10 fields
// and 100 methods, for an app with nothing in it, and the difference, which is what the schema costs. The programs are plain
// JavaScript by then (see programs.ts): no loader is measured.
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { type ClientHttp2Session, connect } from "node:http2";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Bench, Entry, JsRuntime, Subject } from "../bench.ts";
import { Program } from "../process.ts";
import { BUILD_FOLDER, command } from "../programs.ts";
import { connectSource, FIRST_METHOD_PATH, schemaCostSource, sigilSource } from "../startup_schema.ts";
import { median } from "../statistics.ts";

/** Milliseconds that a first answer may take. */
const ANSWER_PATIENCE_MS = 10_000;

/** Starts of either app that one difference is taken from. */
const PAIRS = 5;

const OK = 200;
const NOT_FOUND = 404;

/** Messages of the schemas that are made alone; a fifth as many services. Twice as many should take twice as long. */
const SCHEMAS = [250, 500, 1000];

interface Measured {
  readonly subject: Subject;
  /** Told apart in the names of cases; the way most users write a schema has none. */
  readonly style: string;
  readonly full: string;
  readonly empty: string;
}

const MEASURED: readonly Measured[] = [
  { subject: "sigil", style: "", full: sigilSource("decorators"), empty: sigilSource("empty") },
  { subject: "sigil", style: " builders", full: sigilSource("builders"), empty: sigilSource("empty") },
  { subject: "connect-node", style: "", full: connectSource("generated"), empty: connectSource("empty") },
];

export const startup: Bench = {
  name: "startup",
  summary:
    "cold process to first answer, milliseconds: 100 messages x 10 fields and 100 methods, an empty app, the difference",
  reference: "connect-node",
  rounds: 9,
  seconds: 1,
  smallerIsBetter: true,
  async entries({ runtimes }) {
    const answers = MEASURED.flatMap((measured) => {
      const places: readonly JsRuntime[] = measured.subject === "sigil" ? runtimes : ["node"];
      return places.flatMap((runtime) => entriesOf(measured, runtime));
    });
    return [...answers, ...runtimes.flatMap((runtime) => SCHEMAS.map((count) => schemaEntry(count, runtime)))];
  },
};

/** The schema alone, in a process that has Sigil loaded and has made no schema yet. */
function schemaEntry(count: number, runtime: JsRuntime): Entry {
  return {
    subject: "sigil",
    runtime,
    unit: "ms",
    case: `schema ${count}`,
    async prepare() {
      const folder = join(BUILD_FOLDER, "startup");
      mkdirSync(folder, { recursive: true });
      const file = join(folder, `schema_${count}.ts`);
      writeFileSync(file, schemaCostSource(count));
      const [program = "", ...args] = await command(runtime, file);
      return trial(async () => Number((await promisify(execFile)(program, args)).stdout));
    },
  };
}

function entriesOf({ subject, style, full, empty }: Measured, runtime: JsRuntime): Entry[] {
  const id = `${subject}${style.replace(" ", "_")}`;
  const toFull = () => program(`${id}_full`, full, runtime, OK);
  const toEmpty = () => program(`${id}_empty`, empty, runtime, NOT_FOUND);
  const common = { subject, runtime, unit: "ms" };
  const entries: Entry[] = [
    { ...common, case: `full${style}`, prepare: async () => trial(await toFull()) },
    {
      ...common,
      case: `difference${style}`,
      prepare: async () => {
        const [withSchema, without] = [await toFull(), await toEmpty()];
        return trial(() => difference(withSchema, without));
      },
    },
  ];
  if (style === "") entries.push({ ...common, case: "empty", prepare: async () => trial(await toEmpty()) });
  return entries;
}

/**
 * How much longer one of two takes than the other. Each is timed several times, in turn, the other way round every second
 * time: whatever slows down or speeds up evenly cancels out, and the medians leave out what hit a single start.
 */
async function difference(longer: () => Promise<number>, shorter: () => Promise<number>): Promise<number> {
  const times = new Map([[longer, [] as number[]], [shorter, [] as number[]]]);
  for (let pair = 0; pair < PAIRS; pair++) {
    for (const start of pair % 2 === 0 ? [longer, shorter] : [shorter, longer]) times.get(start)!.push(await start());
  }
  return median(times.get(longer)!) - median(times.get(shorter)!);
}

/** Runs it once unmeasured, so that files are in the system's cache and the harness's own client is warm. */
async function trial(measure: () => Promise<number>) {
  await measure();
  return { measure, close: async () => {} };
}

/** Writes a program's source and answers how to take one measurement of it. */
async function program(id: string, source: string, runtime: JsRuntime, status: number): Promise<() => Promise<number>> {
  const folder = join(BUILD_FOLDER, "startup");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${id}.ts`);
  writeFileSync(file, source);
  const line = await command(runtime, file);
  return () => timeToAnswer(line, status);
}

async function timeToAnswer(line: readonly string[], wanted: number): Promise<number> {
  const start = performance.now();
  const cold = new Program(line, { side: "subject" });
  let session: ClientHttp2Session | undefined;
  try {
    session = connect(`http://127.0.0.1:${await cold.ready()}`);
    const status = await answerStatus(session);
    const elapsed = performance.now() - start;
    if (status !== wanted) throw new Error(`The first answer had the status ${status}, not ${wanted}.`);
    return elapsed;
  } finally {
    session?.destroy();
    await cold.stop();
  }
}

/**
 * Calls the first method with an empty message, in Connect over HTTP/2, which every subject serves on every runtime.
 * @returns The HTTP status of the answer, once it has arrived whole.
 */
function answerStatus(session: ClientHttp2Session): Promise<number> {
  return new Promise((resolve, reject) => {
    session.on("error", reject);
    const request = session.request({
      ":method": "POST",
      ":path": FIRST_METHOD_PATH,
      "content-type": "application/proto",
    });
    let status = 0;
    request.on("response", (headers) => status = headers[":status"] ?? 0);
    request.on("error", reject);
    request.setTimeout(ANSWER_PATIENCE_MS, () => reject(new Error(`No answer within ${ANSWER_PATIENCE_MS} ms.`)));
    request.on("close", () => resolve(status));
    request.resume();
    request.end();
  });
}
