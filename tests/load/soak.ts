// Mixed load for as long as one has time for, and what becomes of the memory of server and client: `npm run soak`.
import process from "node:process";
import { parseArgs } from "node:util";
import { chosenRuntimes, count, UsageError } from "./command_line.ts";
import { LiveProgram, type Runtime } from "./live_program.ts";
import type { Tally } from "./load.ts";
import type { ServerReport } from "./server.ts";
import { slopePerHour } from "./slope.ts";

const HELP = `usage: npm run soak -- [options]

Calls a server in all kinds, large and small, with errors, cancels, deadlines and new connections, and watches the heaps of
both ends. Fails where a call does not end as it has to, where a heap goes on growing, or where anything is left at the end.

  --minutes N                   for how long (default: 2; an hour tells more)
  --runtime node|bun|deno|all   where server and client run (default: node)
  --help                        this text
`;

/** How often the heaps are looked at, and for which part of the time they may still grow. */
const SAMPLES = 40;
const WARM_UP = 0.4;
/** MiB an hour that a heap may grow by; and how much it may grow in any case, which short runs can't tell from chance. */
const MAX_SLOPE = 1;
const FREE_MIB = 3;
/** Milliseconds in which the server has to let go of all. */
const SETTLE_MS = 10_000;

const MIB = 1_048_576;

interface Sample {
  readonly hours: number;
  readonly server: number;
  readonly client: number;
}

/** Answers what went wrong. */
async function soak(runtime: Runtime, minutes: number): Promise<string[]> {
  const { program: server, ready } = await LiveProgram.start<{ port: number }>(runtime, "tests/load/server.ts");
  const idle = await server.order<ServerReport>("report");
  const { program: client } = await LiveProgram.start(runtime, "tests/load/soak_client.ts", [
    `http://127.0.0.1:${ready.port}`,
  ]);
  const faults: string[] = [];
  const samples: Sample[] = [];
  let tally: Tally = { calls: 0, messages: 0, failures: [] };
  const started = performance.now();
  for (let taken = 1; taken <= SAMPLES; taken++) {
    const dueMs = (taken / SAMPLES) * minutes * 60_000;
    await pause(Math.max(0, dueMs - (performance.now() - started)));
    const report = await server.order<ServerReport>("report");
    const clientHeap = await client.order<number>("heap");
    tally = await client.order<Tally>("tally");
    faults.push(...tally.failures);
    const elapsedMs = performance.now() - started;
    samples.push({ hours: elapsedMs / 3_600_000, server: report.heapBytes / MIB, client: clientHeap / MIB });
    if (taken % (SAMPLES / 10) === 0) {
      const { server, client } = samples.at(-1)!;
      console.log(
        `  ${
          (elapsedMs / 60_000).toFixed(1)
        } min: ${tally.calls} calls, ${tally.messages} messages, ${faults.length} ` +
          `failures; heap of the server ${server.toFixed(1)} MiB (resident ${
            (report.rssBytes / MIB).toFixed(0)
          }), of the ` +
          `client ${client.toFixed(1)} MiB`,
      );
    }
  }
  await client.order("stop", null, 60_000);
  const seconds = (performance.now() - started) / 1000;
  faults.push(...await left(server, idle), ...await server.order<string[]>("unexpected"));
  await Promise.all([server.stop(), client.stop()]);
  const late = samples.filter(({ hours }) => hours >= samples.at(-1)!.hours * WARM_UP);
  const slopes = (["server", "client"] as const).map((end) => {
    const slope = slopePerHour(late.map((sample) => [sample.hours, sample[end]]));
    const span = late.at(-1)!.hours - late[0]!.hours;
    if (slope > MAX_SLOPE && slope * span > FREE_MIB) {
      faults.push(`the heap of the ${end} grows by ${slope.toFixed(1)} MiB/h`);
    }
    return `${end} ${slope.toFixed(1)} MiB/h`;
  });
  console.log(
    `${runtime}: ${(seconds / 60).toFixed(1)} min, ${tally.calls} calls (${Math.round(tally.calls / seconds)}/s), ` +
      `${tally.messages} messages; heap after warm-up: ${slopes.join(", ")}; ${faults.length === 0 ? "ok" : "FAIL"}`,
  );
  return faults;
}

/** What the server holds when nobody calls any more. */
async function left(server: LiveProgram, idle: ServerReport): Promise<string[]> {
  const until = performance.now() + SETTLE_MS;
  for (;;) {
    const now = await server.order<ServerReport>("report");
    const counts = [
      "connections",
      "handlers",
      "runningRequests",
      "queuedRequests",
      "openStreams",
      "bufferedBytes",
      "timers",
    ] as const;
    const faults = counts.filter((what) => now[what] > idle[what]).map((what) =>
      `left ${now[what] - idle[what]} ${what}`
    );
    if (faults.length === 0 || performance.now() > until) return faults;
    await pause(500);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: "string", default: "2" },
      runtime: { type: "string", default: "node" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const minutes = count("minutes", values.minutes);
  let failed = false;
  for (const runtime of chosenRuntimes(values.runtime)) {
    const faults = await soak(runtime, minutes);
    for (const fault of faults.slice(0, 10)) console.log(`  ${fault}`);
    failed ||= faults.length > 0;
  }
  return failed ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = UsageError.tell(error);
}
process.exit();
