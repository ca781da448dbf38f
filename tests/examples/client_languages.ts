// The languages of examples/clients that call the greeter over native gRPC: what each needs, how it is run (by the lines of its
// README), and what it has to print.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BUILD } from "../interop/programs.ts";
import { ROOT } from "./program.ts";
import type { Requirement } from "../support/requirement.ts";

/** Where a README says that the greeter listens. */
const ADDRESS = "127.0.0.1:50051";

/** A client, in a folder of examples/clients. */
export interface ClientLanguage {
  /** Its folder. */
  readonly name: string;
  /** The programs that build and run it, beside what npm brings. */
  readonly needs: readonly Requirement[];
  /** What is set while its lines run. */
  readonly env?: Readonly<Record<string, string>>;
}

const programs = (install: string, ...names: string[]): Requirement[] =>
  names.map((name) => ({ name, programs: [name], install }));

const CPP_PACKAGES = "g++ make pkg-config libgrpc++-dev libprotobuf-dev protobuf-compiler-grpc";

export const CLIENT_LANGUAGES: readonly ClientLanguage[] = [
  { name: "python", needs: programs("apt-get install python3-venv", "python3") },
  { name: "go", needs: programs("Go 1.25 or newer: https://go.dev/dl", "go") },
  { name: "java", needs: programs("apt-get install openjdk-17-jdk-headless maven", "javac", "mvn") },
  {
    name: "rust",
    needs: programs("Rust 1.88 or newer: https://rustup.rs", "cargo"),
    // Most of what it is made of is built already where the peers of the interop suite are.
    env: { CARGO_TARGET_DIR: join(BUILD, "rust") },
  },
  {
    name: "cpp",
    needs: programs(`apt-get install ${CPP_PACKAGES}`, "g++", "make", "pkg-config", "protoc", "grpc_cpp_plugin"),
    env: { MAKEFLAGS: "-j2" },
  },
];

/** What every client prints, a line a call; some go on with metadata, details and a deadline. */
export const ANSWERS: readonly string[] = [
  "SayHello: Bonjour, Ada!",
  "CountDown: 3 … 2 … 1 … Lift-off!",
  "GreetAll: Hello, Ada and Grace!",
  "Chat: Hello, Ada! Hello, Grace!",
  "x-request-id: 42",
  "error: INVALID_ARGUMENT the greeter does not speak language 42",
  "details: LANGUAGE_ENGLISH LANGUAGE_FRENCH LANGUAGE_GERMAN",
  "deadline: DEADLINE_EXCEEDED",
];

/** The lines of a client's README that build and run it, against the greeter at an address. */
export function linesOf({ name }: ClientLanguage, address: string): string {
  const readme = readFileSync(join(ROOT, "examples/clients", name, "README.md"), "utf8");
  const blocks = [...readme.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, lines]) => lines);
  const block = blocks.find((lines) => lines.includes(ADDRESS));
  if (block === undefined) throw new Error(`No block of sh in examples/clients/${name}/README.md names ${ADDRESS}.`);
  return block.replaceAll(ADDRESS, address);
}
