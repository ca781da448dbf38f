// The subjects that are not JavaScript: built from the sources under peers/ on first use, with the versions that their lock
// files pin, into the ignored build folder. A machine without Go or Rust leaves them out.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { LeftOut } from "./bench.ts";
import { output } from "./process.ts";
import { BUILD_FOLDER, ROOT } from "./programs.ts";

/** Milliseconds for downloading and building a peer from nothing. */
const BUILD_PATIENCE_MS = 15 * 60_000;

const built = new Map<string, Promise<string>>();

/**
 * Path of the grpc-go peer.
 * @throws LeftOut without Go, or where it cannot be built (no network for its modules).
 */
export function goPeer(): Promise<string> {
  const binary = join(BUILD_FOLDER, "go", "peer");
  return made({ subject: "grpc-go", tool: "go", folder: "go", command: ["go", "build", "-o", binary, "."], binary });
}

/**
 * Path of the tonic peer.
 * @throws LeftOut without Cargo, or where it cannot be built.
 */
export function tonicPeer(): Promise<string> {
  const target = join(BUILD_FOLDER, "tonic");
  const command = ["cargo", "build", "--release", "--locked", "--quiet", "--target-dir", target];
  return made({ subject: "tonic", tool: "cargo", folder: "tonic", command, binary: join(target, "release", "peer") });
}

/** Whether a toolchain answers. */
function hasTool(tool: "go" | "cargo"): boolean {
  try {
    execFileSync(tool, [tool === "go" ? "version" : "--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

interface Recipe {
  readonly subject: "grpc-go" | "tonic";
  readonly tool: "go" | "cargo";
  /** Folder of the sources, below peers/. */
  readonly folder: string;
  readonly command: readonly string[];
  readonly binary: string;
}

function made(recipe: Recipe): Promise<string> {
  const known = built.get(recipe.subject);
  if (known !== undefined) return known;
  const making = make(recipe);
  built.set(recipe.subject, making);
  return making;
}

async function make({ subject, tool, folder, command, binary }: Recipe): Promise<string> {
  if (!hasTool(tool)) throw new LeftOut(`${tool} is not installed`);
  if (!existsSync(binary)) process.stderr.write(`building ${subject}; this takes minutes\n`);
  try {
    await output(command, BUILD_PATIENCE_MS, { directory: join(ROOT, "tests", "bench", "peers", folder) });
  } catch (error) {
    throw new LeftOut(`it could not be built: ${(error as Error).message.trim().split("\n").at(-1)}`);
  }
  return binary;
}
