// A Python that has h2 and hpack, in a virtual environment of its own: .ci/cache/h2, made the first time. PYTHON names another
// interpreter, which then has to have them.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "../run/stage.ts";

const VENV = join(ROOT, ".ci", "cache", "h2");
const PACKAGES = ["h2>=4.1,<5", "hpack>=4.1,<5"];

/** The path of the interpreter. @throws Error where there is no python3, or no package to be had. */
export function pythonWithH2(): string {
  const given = process.env["PYTHON"];
  if (given !== undefined) return given;
  const python = join(VENV, "bin", "python");
  if (!existsSync(python)) execFileSync("python3", ["-m", "venv", VENV], { stdio: "inherit" });
  try {
    execFileSync(python, ["-c", "import h2, hpack"], { stdio: "ignore" });
  } catch {
    const args = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...PACKAGES];
    execFileSync(python, args, { stdio: "inherit" });
  }
  return python;
}
