// Drains servers under load, again and again, and counts the calls that fail: `npm run drain`. In each round another server
// takes over, new connections go to it, and the one before is closed while its clients call on; in every tenth round another
// process takes over, and the one before is ended by SIGTERM, as a rollout does. docs/live_proofs.md says what it proves.
import process from "node:process";
import { parseArgs } from "node:util";
import { chosenRuntimes, count, UsageError } from "./command_line.ts";
import { LiveProgram, type Runtime } from "./live_program.ts";
import type { Tally } from "./load.ts";

const HELP = `usage: npm run drain -- [options]

Closes servers while clients call them without rest, and lets others take over. Fails where a single call fails.

  --rounds N                    servers that are closed (default: 200)
  --runtime node|bun|deno|all   where servers and clients run (default: node)
  --help                        this text
`;

/** Every so many rounds the next server is another process. */
const PROCESS_ROUNDS = 10;
/** Milliseconds that calls may go on when their server closes: none should need them. */
const GRACE_MS = 10_000;
/** Milliseconds of load before each drain, at least and at most. */
const LOAD_MS = [20, 80] as const;

interface ServerProcess {
  readonly program: LiveProgram;
  port: number;
}

async function startServer(runtime: Runtime): Promise<ServerProcess> {
  const { program, ready } = await LiveProgram.start<{ port: number }>(runtime, "tests/load/server.ts", [
    JSON.stringify({ shutdownSignals: true }),
  ]);
  return { program, port: ready.port };
}

/** Drains so many servers. Answers how many calls failed. */
async function drainAll(runtime: Runtime, rounds: number): Promise<number> {
  let server = await startServer(runtime);
  const { program: client } = await LiveProgram.start(runtime, "tests/load/drain_client.ts", [String(server.port)]);
  let calls = 0;
  let slowestMs = 0;
  let processes = 1;
  const failures: string[] = [];
  const tell = async (): Promise<void> => {
    const tally = await client.order<Tally>("tally");
    calls = tally.calls;
    failures.push(...tally.failures);
  };
  for (let round = 1; round <= rounds; round++) {
    await pause(LOAD_MS[0] + (round * 37) % (LOAD_MS[1] - LOAD_MS[0]));
    const isRollout = round % PROCESS_ROUNDS === 0;
    const next = isRollout
      ? await startServer(runtime)
      : { ...server, port: await server.program.order<number>("another") };
    await client.order("goTo", next.port);
    const started = performance.now();
    if (isRollout) {
      processes++;
      const code = await server.program.terminate(GRACE_MS + 5_000);
      if (code !== 0) failures.push(`round ${round}: the process ended with ${code}\n${server.program.errors}`);
    } else {
      await server.program.order("closeOldest", { graceMs: GRACE_MS }, GRACE_MS + 5_000);
    }
    slowestMs = Math.max(slowestMs, performance.now() - started);
    server = next;
    if (round % 20 === 0 || round === rounds) {
      await tell();
      console.log(`  ${round} of ${rounds} rounds, ${calls} calls, ${failures.length} failures`);
    }
  }
  await client.order("stop");
  await tell();
  const unexpected = await server.program.order<string[]>("unexpected");
  await Promise.all([client.stop(), server.program.stop()]);
  for (const failure of failures.slice(0, 10)) console.log(`  ${failure}`);
  for (const error of unexpected) console.log(`  reached nobody: ${error}`);
  if (slowestMs > GRACE_MS) console.log(`  a server needed ${Math.round(slowestMs)} ms to close: calls were cancelled`);
  const failed = failures.length + unexpected.length + (slowestMs > GRACE_MS ? 1 : 0);
  console.log(
    `${runtime}: ${rounds} drains, ${processes} processes, ${calls} calls, ${failed} failed; ` +
      `the slowest drain took ${Math.round(slowestMs)} ms`,
  );
  return failed;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: "string", default: "200" },
      runtime: { type: "string", default: "node" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const rounds = count("rounds", values.rounds);
  let failed = 0;
  for (const runtime of chosenRuntimes(values.runtime)) failed += await drainAll(runtime, rounds);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = UsageError.tell(error);
}
process.exit();
