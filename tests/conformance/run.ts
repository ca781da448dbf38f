// The conformance suite of Connect, gRPC and gRPC-Web against Sigil: `npm run conformance`. The programs under test are
// server.ts and client.ts; configs/ tells the suite which features they have. docs/conformance.md says what is left out.
import process from "node:process";
import { parseArgs } from "node:util";
import { prepare, runSuite, type Runtime, RUNTIMES, type Side, SIDES } from "./command.ts";

const HELP = `usage: npm run conformance -- [options] [-- options of connectconformance]

  --runtime NAME[,NAME]  where the program under test runs: node (default), bun, deno, workerd, all
  --side NAME            what is under test: server, client, all (default)
  --help                 this text

Needs Go for the suite itself. Further options go to connectconformance as they are:
  npm run conformance -- --side server -- --run 'Basic/**' --trace
`;

/** Thrown for a command line that makes no sense. */
class UsageError extends Error {}

function chosen<T extends string>(option: string, value: string, known: readonly T[]): readonly T[] {
  if (value === "all") return known;
  return value.split(",").map((word) => {
    const one = known.find((each) => each === word);
    if (one === undefined) throw new UsageError(`--${option} is ${known.join(", ")} or all, not "${word}".`);
    return one;
  });
}

async function main(args: readonly string[]): Promise<number> {
  const separator = args.indexOf("--");
  const own = separator < 0 ? args : args.slice(0, separator);
  const suiteArgs = separator < 0 ? [] : args.slice(separator + 1);
  const { values } = parseArgs({
    args: [...own],
    options: {
      runtime: { type: "string", default: "node" },
      side: { type: "string", default: "all" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const runtimes: readonly Runtime[] = chosen("runtime", values.runtime, RUNTIMES);
  const sides: readonly Side[] = chosen("side", values.side, SIDES);
  prepare((line) => console.error(line));
  let failed = 0;
  for (const runtime of runtimes) {
    for (const side of sides) {
      console.log(`\n${side} on ${runtime}`);
      if (await runSuite(side, runtime, suiteArgs) !== 0) failed++;
    }
  }
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const usage = error instanceof UsageError || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
  console.error(usage ? `${(error as Error).message} See --help.` : (error as Error).stack);
  process.exitCode = 2;
}
