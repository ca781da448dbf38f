// `npm run fuzz`: see USAGE. Each target runs in a process of its own, which is ended where it stops telling of progress: an
// input that hangs is found as well as one that throws.
import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { corpusOf, fromHex, keep, toHex } from "./corpus.ts";
import { fuzz, inputOf } from "./fuzzer.ts";
import type { FuzzTarget } from "./fuzz_target.ts";
import { smallest } from "./mutate.ts";
import { TARGETS } from "./targets.ts";

const USAGE = `usage: npm run fuzz -- [--target NAME]... [--inputs N] [--seed S]
       npm run fuzz -- --target NAME (--seed S --number N | --hex OCTETS)

  --target NAME   what to feed (may be repeated; default all)
  --inputs N      how many inputs for each (default 20000)
  --seed S        what they are made from (default: today's date)
  --number N      run only the input of this number
  --hex OCTETS    run only this input
  --help          print this

An input that fails is made as small as it can be and kept in tests/fuzz/corpus/, which npm test runs from then on.

${TARGETS.map(({ name, about }) => `  ${name.padEnd(14)} ${about}`).join("\n")}`;

/** How long one target may go without telling of progress. */
const PATIENCE_MS = 60_000;
const TELL_EVERY_MS = 1000;

interface Options {
  targets: FuzzTarget[];
  inputs: number;
  seed: number;
  number: number | undefined;
  hex: string | undefined;
  isChild: boolean;
}

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === "string") {
    console.log(options);
    return options === USAGE ? 0 : 2;
  }
  const [target] = options.targets as [FuzzTarget];
  if (options.hex !== undefined) return await runOne(target, fromHex(options.hex));
  if (options.number !== undefined) {
    return await runOne(target, inputOf(target, corpusOf(target.name), options.seed, options.number));
  }
  if (options.isChild) return await runTarget(target, options);
  let code = 0;
  for (const one of options.targets) code = Math.max(code, await superviseTarget(one, options));
  return code;
}

function readOptions(): Options | string {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        target: { type: "string", multiple: true },
        inputs: { type: "string", default: "20000" },
        seed: { type: "string", default: new Date().toISOString().slice(0, 10).replaceAll("-", "") },
        number: { type: "string" },
        hex: { type: "string" },
        child: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    return `${(error as Error).message}\n\n${USAGE}`;
  }
  if (values.help) return USAGE;
  const names = values.target ?? TARGETS.map(({ name }) => name);
  const unknown = names.find((name) => !TARGETS.some((target) => target.name === name));
  if (unknown !== undefined) return `There is no target "${unknown}".\n\n${USAGE}`;
  const targets = TARGETS.filter(({ name }) => names.includes(name));
  const [inputs, seed, number] = [Number(values.inputs), Number(values.seed), Number(values.number ?? 0)];
  if (![inputs, seed, number].every((one) => Number.isSafeInteger(one) && one >= 0)) {
    return `--inputs, --seed and --number are whole numbers from 0 on.\n\n${USAGE}`;
  }
  if ((values.number ?? values.hex) !== undefined && targets.length !== 1) {
    return `One input is for one --target.\n\n${USAGE}`;
  }
  return {
    targets,
    inputs,
    seed,
    number: values.number === undefined ? undefined : number,
    hex: values.hex,
    isChild: values.child,
  };
}

async function runOne(target: FuzzTarget, input: Uint8Array): Promise<number> {
  console.log(`${target.name}: ${toHex(input)}`);
  try {
    await target.run(input);
  } catch (error) {
    console.log(error);
    return 1;
  }
  console.log("passes");
  return 0;
}

/** Runs a target in a process of its own. */
function superviseTarget(target: FuzzTarget, { inputs, seed }: Options): Promise<number> {
  const args = ["--target", target.name, "--inputs", `${inputs}`, "--seed", `${seed}`, "--child"];
  const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve) => {
    let last = "";
    let timer: ReturnType<typeof setTimeout>;
    const wait = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        console.log(`${target.name}: hangs after input ${last || 0} of seed ${seed}`);
        child.kill("SIGKILL");
      }, PATIENCE_MS);
    };
    wait();
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      wait();
      for (const line of chunk.split("\n")) {
        if (/^\d+$/.test(line)) last = line;
        else if (line !== "") console.log(line);
      }
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve(code ?? 1);
    });
  });
}

async function runTarget(target: FuzzTarget, { inputs, seed }: Options): Promise<number> {
  const corpus = corpusOf(target.name);
  const started = performance.now();
  let told = started;
  const failure = await fuzz(target, corpus, { seed, from: 0, inputs }, (number) => {
    if (number % 16 > 0 || performance.now() - told < TELL_EVERY_MS) return;
    told = performance.now();
    console.log(number);
  });
  if (failure === undefined) {
    const seconds = (performance.now() - started) / 1000;
    console.log(`${target.name}: ${inputs} inputs of seed ${seed}, ${Math.round(inputs / seconds)} a second: all hold`);
    return 0;
  }
  const { number, input, error } = failure;
  console.log(`${target.name}: input ${number} of seed ${seed} fails: ${error instanceof Error ? error.stack : error}`);
  const fails = (some: Uint8Array): Promise<boolean> =>
    Promise.resolve(some).then(target.run).then(() => false, () => true);
  console.log(`kept in ${keep(target.name, await smallest(input, fails))}`);
  console.log(`replay: npm run fuzz -- --target ${target.name} --seed ${seed} --number ${number}`);
  return 1;
}
