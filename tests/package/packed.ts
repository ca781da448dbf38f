// The package as a user gets it: packed by npm, unpacked into a project that has the declared dependencies and no others.
// No registry is asked: the dependencies are links to this tree's own.
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));

/** Longest time of one command. */
const COMMAND_LIMIT_MS = 100_000;

/** A user's project with the packed package in its node_modules. */
export interface Project {
  folder: string;
  /** Files in the tarball, by their path in the package. */
  packed: string[];
  remove(): Promise<void>;
}

/** Packs the package and lays out tests/package/projects/NAME with it. */
export async function packedProject(name: string): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), "sigil-project-"));
  try {
    const report = await run(["npm", "pack", "--json", "--loglevel=error", "--pack-destination", folder], ROOT);
    const [{ filename, files }] = readReport(report);
    await run(["tar", "-xzf", join(folder, filename), "-C", folder], folder);
    const modules = join(folder, "node_modules");
    await mkdir(modules);
    await rename(join(folder, "package"), join(modules, "sigil"));
    const manifest = JSON.parse(await readFile(join(modules, "sigil", "package.json"), "utf8"));
    for (const dependency of Object.keys(manifest.dependencies)) {
      await mkdir(dirname(join(modules, dependency)), { recursive: true });
      await symlink(join(ROOT, "node_modules", dependency), join(modules, dependency));
    }
    await cp(join(ROOT, "tests/package/projects", name), folder, { recursive: true });
    const own = { name: "project", private: true, type: "module", dependencies: { sigil: manifest.version } };
    await writeFile(join(folder, "package.json"), JSON.stringify(own));
    const packed = files.map((file) => file.path);
    return { folder, packed, remove: () => rm(folder, { recursive: true, force: true }) };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Runs a command to its end and returns what it printed. Throws with all output where it fails or takes too long. */
export function run(command: string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const path = join(ROOT, "node_modules", ".bin") + delimiter + process.env.PATH;
    const child = spawn(command[0], command.slice(1), {
      cwd,
      env: { ...process.env, PATH: path, NO_COLOR: "1", NODE_TEST_CONTEXT: undefined },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: COMMAND_LIMIT_MS,
      killSignal: "SIGKILL",
    });
    let output = "";
    let errors = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => output += chunk);
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => errors += chunk);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command.join(" ")} ended with ${code ?? signal}\n${output}\n${errors}`));
    });
  });
}

/** npm prints the report as a list, or by package name, after what the build printed. */
function readReport(output: string): { filename: string; files: { path: string }[] }[] {
  const report = JSON.parse(output.slice(output.search(/^[[{]/m)));
  return Array.isArray(report) ? report : Object.values(report);
}
