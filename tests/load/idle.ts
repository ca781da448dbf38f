// Holds idle connections and says what each costs: `npm run idle`. They are real HTTP/2 connections that have greeted and made
// one call each, over cleartext and over TLS, from as many addresses of 127.0.0.0/8 as their number needs.
import { readFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { certificates } from "../support/tls/certificates.ts";
import { chosenRuntimes, count, UsageError } from "./command_line.ts";
import { LiveProgram, type Runtime } from "./live_program.ts";
import type { ServerReport } from "./server.ts";

const HELP = `usage: npm run idle -- [options]

Opens connections to a server that stay idle, and says how much memory each takes. Fails where that is more than 100 KiB
without TLS, where the server loses one, or does not answer beside them.

  --connections N               how many (default: 10000)
  --runtime node|bun|deno|all   where the server runs (default: node)
  --help                        this text
`;

/** What a connection may cost without TLS. */
const GOAL_BYTES = 100 * 1024;
/** Connections of one client process. */
const PER_CLIENT = 5_000;
/** File descriptors that a process needs beside its connections. */
const SPARE_FILES = 200;

/** How many files a process may have open; undefined where the system does not tell. */
function fileLimit(): number | undefined {
  try {
    return Number(/^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1]) || undefined;
  } catch {
    return undefined;
  }
}

/** Holds so many connections. Answers the bytes that each takes; throws where one is lost. */
async function hold(runtime: Runtime, connections: number, tls: boolean): Promise<{ rss: number; heap: number }> {
  // One more than asked for, for the call beside them.
  const options = { maxConnections: connections + 1, tls: tls ? certificates.server : undefined };
  const { program: server, ready } = await LiveProgram.start<{ port: number }>(runtime, "tests/load/server.ts", [
    JSON.stringify(options),
  ]);
  const clients: LiveProgram[] = [];
  try {
    const before = await server.order<ServerReport>("report");
    for (let made = 0; made < connections; made += PER_CLIENT) {
      const { program } = await LiveProgram.start("node", "tests/load/idle_client.ts", [
        JSON.stringify({ port: ready.port, tls }),
      ]);
      clients.push(program);
      await program.order("open", Math.min(PER_CLIENT, connections - made), 300_000);
    }
    const after = await server.order<ServerReport>("report", null, 120_000);
    if (after.connections < connections) throw new Error(`${after.connections} of ${connections} connections stand.`);
    await clients[0]!.order("call", null, 10_000);
    const lost = await Promise.all(clients.map((client) => client.order<number>("lost")));
    if (lost.some((number) => number > 0)) throw new Error(`${lost.join(" + ")} connections were lost.`);
    return {
      rss: (after.rssBytes - before.rssBytes) / connections,
      heap: (after.heapBytes - before.heapBytes) / connections,
    };
  } finally {
    await Promise.all([server, ...clients].map((program) => program.stop()));
  }
}

function kibibytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      connections: { type: "string", default: "10000" },
      runtime: { type: "string", default: "node" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const connections = count("connections", values.connections);
  const files = fileLimit();
  if (files !== undefined && files < connections + SPARE_FILES) {
    const needed = connections + SPARE_FILES;
    throw new UsageError(`A process may open ${files} files, and ${needed} are needed: try ulimit -n ${needed}.`);
  }
  let failed = 0;
  for (const runtime of chosenRuntimes(values.runtime)) {
    const clear = await hold(runtime, connections, false);
    const secure = await hold(runtime, connections, true);
    const ok = clear.rss <= GOAL_BYTES;
    if (!ok) failed++;
    console.log(
      `${runtime}: ${connections} idle connections, each ${kibibytes(clear.rss)} of resident memory (heap ${
        kibibytes(clear.heap)
      }); TLS adds ${kibibytes(secure.rss - clear.rss)} (heap ${kibibytes(secure.heap - clear.heap)}): ${
        ok ? "ok" : `FAIL, more than ${kibibytes(GOAL_BYTES)}`
      }`,
    );
  }
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = UsageError.tell(error);
}
process.exit();
