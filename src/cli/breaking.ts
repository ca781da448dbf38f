// What buf says of two versions of a schema. buf itself decides (`buf breaking`): both versions are handed to it as .proto files,
// the text that a user would commit, so that its verdict on those files and the one shown here are one.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { CommandFailure } from "./failure.ts";
import { findProgram } from "./program.ts";

/** A finding of buf. */
export interface Finding {
  /** The .proto file; undefined where it is gone. */
  readonly path?: string;
  readonly start_line?: number;
  /** The rule: `FIELD_SAME_TYPE`. */
  readonly type: string;
  readonly message: string;
}

/** The rules to check by, as buf.yaml has them. */
export interface BreakingRules {
  /** Categories and rules. */
  readonly use: readonly string[];
  /** Rules of them that are left out. */
  readonly except: readonly string[];
}

/** .proto files by their paths. */
export type ProtoTexts = ReadonlyMap<string, string>;

/** The exit code with which buf says that it has found something. */
const foundExitCode = 100;

/** What buf prints is kept whole up to this size. */
const maxOutputBytes = 64 * 2 ** 20;

/**
 * Runs `buf breaking`.
 *
 * @param directory where buf is looked for.
 * @param against what to call the old files in a failure.
 * @throws CommandFailure where there is no buf, where a rule is none, where files do not compile, and where the path of one
 *   leads elsewhere.
 */
export function findBreaking(
  oldTexts: ProtoTexts,
  newTexts: ProtoTexts,
  rules: BreakingRules,
  directory: string,
  against: string,
): Finding[] {
  const buf = findProgram("buf", directory);
  if (buf === undefined) {
    throw new CommandFailure("buf decides what is breaking, and is not there: npm install --save-dev @bufbuild/buf");
  }
  for (const [texts, shown] of [[oldTexts, against], [newTexts, "the app"]] as const) refusePaths(texts, shown);
  const work = mkdtempSync(join(tmpdir(), "sigil-check-"));
  try {
    writeModule(join(work, "old"), oldTexts, rules);
    writeModule(join(work, "new"), newTexts, rules);
    const result = spawnSync(buf, ["breaking", ".", "--against", "../old", "--error-format", "json"], {
      cwd: join(work, "new"),
      encoding: "utf8",
      maxBuffer: maxOutputBytes,
      shell: buf.endsWith(".cmd"),
    });
    if (result.status === 0) return [];
    if (result.status !== foundExitCode) throw new CommandFailure(refusal(result));
    const findings = result.stdout.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Finding);
    const uncompiled = findings.filter(({ type }) => type === "COMPILE");
    if (uncompiled.length === 0) return findings;
    const lines = uncompiled.map(({ path = "", start_line, message }) =>
      `${path.replace(/^\.\.\/old\//, "")}:${start_line}: ${message}`
    );
    throw new CommandFailure(`${against}: its .proto files do not compile.\n${lines.join("\n")}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

// A server, or a descriptor set, may give a file any name: one that leads out of the directory, or is that of buf's settings.
function refusePaths(texts: ProtoTexts, shown: string): void {
  for (const path of texts.keys()) {
    const parts = path.split(/[\\/]/);
    if (path.endsWith(".proto") && !isAbsolute(path) && !parts.includes("..") && !parts.includes("")) continue;
    throw new CommandFailure(
      `${shown}: ${JSON.stringify(path)} is no path of a .proto file below a directory; it is not checked.`,
    );
  }
}

// A buf.yaml of its own makes the directory a module, whatever lies in the directories above.
function writeModule(directory: string, texts: ProtoTexts, breaking: BreakingRules): void {
  mkdirSync(directory);
  writeFileSync(join(directory, "buf.yaml"), JSON.stringify({ version: "v2", breaking }));
  for (const [path, text] of texts) {
    const target = join(directory, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
}

function refusal({ stderr, error }: ReturnType<typeof spawnSync>): string {
  const said = String(stderr ?? "").trim().replace(/^Failure: /, "");
  return `buf could not check: ${said || error?.message || "it said nothing"}`;
}
