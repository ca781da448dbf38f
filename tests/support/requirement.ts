// Tools that npm cannot bring (a browser, Python, a load generator). A test that needs one is skipped, in words that say
// how to get it, where the tool is missing: `test("...", { skip: missing(CHROMIUM) }, ...)`. The runner counts skips,
// and SIGIL_NO_SKIP=1 turns them into failures.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** A program that some tests start. */
export interface Requirement {
  /** What the message calls it. */
  name: string;
  /** Program names to look for on PATH, or absolute paths, the first found wins. */
  programs: string[];
  /** The command that installs it. */
  install: string;
}

/** A browser that playwright-core can drive. */
export const CHROMIUM: Requirement = {
  name: "Chromium",
  programs: ["chromium", "chromium-browser", "google-chrome"],
  install: "apt-get install chromium",
};

/** Python with grpcio and what belongs to it: the virtual environment that .ci/run makes, or the one SIGIL_PYTHON names. */
export const PYTHON_GRPC: Requirement = {
  name: "Python with grpcio, grpcio-tools and grpcio-status",
  programs: [
    process.env.SIGIL_PYTHON ?? fileURLToPath(new URL("../../.ci/cache/python/bin/python", import.meta.url)),
  ],
  install: "python3 -m venv .ci/cache/python && .ci/cache/python/bin/pip install grpcio grpcio-tools grpcio-status",
};

/** Node 22, the oldest that is supported: the one that .ci/run installs, or the one SIGIL_NODE_22 names. */
export const NODE_22: Requirement = {
  name: "Node 22",
  programs: [
    process.env.SIGIL_NODE_22 ??
      fileURLToPath(new URL("../../.ci/cache/node22/node_modules/node/bin/node", import.meta.url)),
  ],
  install: "npm install --prefix .ci/cache/node22 node@22",
};

/** The command-line HTTP client. */
export const CURL: Requirement = { name: "curl", programs: ["curl"], install: "apt-get install curl" };

/** nghttp2's load generator. */
export const H2LOAD: Requirement = { name: "h2load", programs: ["h2load"], install: "apt-get install nghttp2-client" };

/** The proxy and cache. Debian keeps it where only root's PATH leads. */
export const NGINX: Requirement = {
  name: "nginx",
  programs: ["nginx", "/usr/sbin/nginx"],
  install: "apt-get install nginx-light",
};

/** The path of a required program, or undefined where it is not installed. */
export function locate(requirement: Requirement): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const program of requirement.programs) {
    const candidates = program.includes("/") ? [program] : folders.map((folder) => join(folder, program));
    const found = candidates.find(isExecutable);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** For `skip` of a test: false where the program is there, else the reason, which is also printed. */
export function missing(requirement: Requirement): string | false {
  if (locate(requirement) !== undefined) return false;
  const reason = `skipped: ${requirement.name} is not installed (${requirement.install})`;
  console.error(reason);
  return reason;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
