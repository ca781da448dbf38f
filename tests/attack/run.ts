// The attack suite: `npm run attack`. Real servers on 127.0.0.1, attacked with raw bytes; docs/live_proofs.md has the catalogue.
import process from "node:process";
import { parseArgs } from "node:util";
import { chosenRuntimes, UsageError } from "../load/command_line.ts";
import type { Runtime } from "../load/live_program.ts";
import type { Attack } from "./attack.ts";
import { type ClientAttack, clientAttacks } from "./client_attacks.ts";
import { judgeClient } from "./client_judge.ts";
import { floods } from "./http2_floods.ts";
import { frameRules } from "./http2_frames.ts";
import { headerFloods } from "./http2_header_floods.ts";
import { headerRules } from "./http2_headers.ts";
import { oracles } from "./oracles.ts";
import { resets } from "./http2_resets.ts";
import { stalls } from "./http2_stalls.ts";
import { messages } from "./messages.ts";
import { schemaAttacks } from "./schema.ts";
import { metadataAttacks } from "./metadata.ts";
import { Judge } from "./judge.ts";
import { head, line } from "./table.ts";

const ATTACKS: readonly Attack[] = [
  ...resets,
  ...headerFloods,
  ...floods,
  ...stalls,
  ...headerRules,
  ...frameRules,
  ...messages,
  ...metadataAttacks,
  ...oracles,
  ...schemaAttacks,
];

/**
 * The timeouts of the server under test, in place of 10, 30 and 60 seconds: they have to hold while we watch, and the engine,
 * which looks at the time each second, may take two seconds longer.
 */
const SERVER_OPTIONS = {
  headTimeoutMs: 3000,
  http2: { prefaceTimeoutMs: 2000, settingsTimeoutMs: 2000, headerBlockTimeoutMs: 2000, stalledSendTimeoutMs: 2000 },
};

const HELP = `usage: npm run attack -- [options]

Attacks a Sigil server on 127.0.0.1 with raw bytes, while a well-behaved client calls it, and says what came of it. Fails
where an attacker was not ended or bounded within 5 s, where the server's memory grew by more than 64 MiB or it sent more
than 20 octets for one, where the other client's p99 doubled beside an attack a second, or went past 25 ms beside ten, or
where anything was left behind.

  --only A3,B2                  these attacks (default: all)
  --side server|client|all      what is attacked (default: all)
  --runtime node|bun|deno|all   where that runs (default: node)
  --untimed                     leave the other client's p99 out of the verdict: for machines that are shared
  --list                        the attacks, a line each
  --help                        this text
`;

/** Those with these numbers: on servers, and on clients. */
function chosen(only: string | undefined, side: string): [readonly Attack[], readonly ClientAttack[]] {
  if (!["server", "client", "all"].includes(side)) {
    throw new UsageError(`--side is server, client or all, not "${side}".`);
  }
  const ids = only?.split(",");
  const unknown = ids?.find((id) => ![...ATTACKS, ...clientAttacks].some((attack) => attack.id === id));
  if (unknown !== undefined) throw new UsageError(`There is no attack "${unknown}"; --list tells which there are.`);
  const isChosen = ({ id }: { readonly id: string }): boolean => ids === undefined || ids.includes(id);
  return [
    side === "client" ? [] : ATTACKS.filter(isChosen),
    side === "server" ? [] : clientAttacks.filter(isChosen),
  ];
}

async function attackAll(runtime: Runtime, attacks: readonly Attack[], isTimed: boolean): Promise<number> {
  console.log(`\n${head(runtime)}`);
  const judge = await Judge.open(runtime, SERVER_OPTIONS, isTimed);
  let failed = 0;
  try {
    for (const attack of attacks) {
      const verdict = await judge.judge(attack);
      if (verdict.faults.length > 0) failed++;
      console.log(line(verdict));
    }
  } finally {
    await judge.close();
  }
  return failed;
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: "string" },
      runtime: { type: "string", default: "node" },
      side: { type: "string", default: "all" },
      untimed: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [onServer, onClient] = chosen(values.only, values.side);
  const runtimes = chosenRuntimes(values.runtime);
  if (values.list) {
    for (const { id, name } of onServer) console.log(`${id.padEnd(4)}${name}`);
    for (const { id, name, protocol } of onClient) console.log(`${id.padEnd(4)}on clients, ${protocol}: ${name}`);
    return 0;
  }
  let failed = 0;
  for (const runtime of runtimes) {
    if (onServer.length > 0) failed += await attackAll(runtime, onServer, !values.untimed);
    if (onClient.length === 0) continue;
    console.log(`\nhostile servers and a client on ${runtime}: what the call came to | growth of its memory | verdict`);
    failed += await judgeClient(runtime, onClient);
  }
  const count = (onServer.length + onClient.length) * runtimes.length;
  console.log(`\n${count - failed} of ${count} attacks came to nothing, as they should`);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = UsageError.tell(error);
}
process.exit();
