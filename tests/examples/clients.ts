// The clients of examples/clients in other languages, each built and run as its README says, against the greeter over native
// gRPC: `npm run example-clients`.
import process from "node:process";
import { parseArgs, stripVTControlCharacters } from "node:util";
import { freePort, ours, run, type Runtime, RUNTIMES, ServerProgram } from "../interop/programs.ts";
import { locate } from "../support/requirement.ts";
import { ANSWERS, CLIENT_LANGUAGES, type ClientLanguage, linesOf } from "./client_languages.ts";

/** Milliseconds that a client may take, from nothing built to its end. */
const LIMIT_MS = 20 * 60_000;

const HELP = `usage: npm run example-clients -- [options]

  --language NAME[,NAME...]     ${CLIENT_LANGUAGES.map(({ name }) => name).join(", ")} or all (default: all)
  --runtime node|bun|deno|all   where the greeter runs (default: node)
  --help                        this text

A language whose tools are not there is skipped; with SIGIL_NO_SKIP=1 it has failed.
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

/** Why a client can't be run here; undefined where it can. */
function lacking({ needs }: ClientLanguage): string | undefined {
  const absent = needs.filter((need) => locate(need) === undefined);
  if (absent.length === 0) return undefined;
  return `not installed: ${absent.map(({ name }) => name).join(", ")} (${absent[0].install})`;
}

/** What is wrong with what a client printed; undefined where nothing is. */
async function faultOf(language: ClientLanguage, address: string): Promise<string | undefined> {
  const command = ["sh", "-ec", linesOf(language, address)];
  // Java prints in the encoding of the locale.
  const env = { LC_ALL: "C.UTF-8", ...language.env };
  const { code, stdout, stderr } = await run(command, { env, timeoutMs: LIMIT_MS });
  if (code !== 0) return `it ended with ${code}\n${stdout}${stderr}`;
  const lines = stripVTControlCharacters(stdout).trimEnd().split("\n").slice(-ANSWERS.length);
  const wrong = ANSWERS.filter((answer, i) => lines[i] !== answer);
  return wrong.length === 0 ? undefined : `it did not print ${wrong.join(" | ")}\n${stdout}${stderr}`;
}

async function onRuntime(runtime: Runtime, languages: readonly ClientLanguage[]): Promise<boolean> {
  const port = await freePort();
  const greeter = ours(runtime, "../../examples/greeter/main.ts", "--port", String(port));
  await using _ = await ServerProgram.start(greeter, { port });
  let right = true;
  for (const language of languages) {
    const started = performance.now();
    const fault = await faultOf(language, `127.0.0.1:${port}`);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const verdict = fault === undefined ? `${ANSWERS.length} answers are right` : `FAILED: ${fault}`;
    console.log(`${language.name} -> the greeter on ${runtime}: ${verdict} (${seconds} s)`);
    right &&= fault === undefined;
  }
  return right;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      language: { type: "string", default: "all" },
      runtime: { type: "string", default: "node" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const names = chosen("language", values.language, CLIENT_LANGUAGES.map(({ name }) => name));
  const runtimes = chosen("runtime", values.runtime, RUNTIMES);
  const strict = process.env.SIGIL_NO_SKIP === "1";
  let right = true;
  const ready: ClientLanguage[] = [];
  for (const language of CLIENT_LANGUAGES.filter(({ name }) => names.includes(name))) {
    const reason = lacking(language);
    if (reason === undefined) {
      ready.push(language);
    } else {
      console.log(`${language.name}: ${strict ? "FAILED" : "skipped"}: ${reason}`);
      right &&= !strict;
    }
  }
  if (ready.length === 0) return right ? 0 : 1;
  for (const runtime of runtimes) right = await onRuntime(runtime, ready) && right;
  return right ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  const usage = error instanceof UsageError || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
  console.error(usage ? `${(error as Error).message} See --help.` : (error as Error).message);
  process.exitCode = 2;
}
process.exit();
