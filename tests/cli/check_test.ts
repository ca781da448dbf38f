// `sigil check`: what it can compare with, what it prints, and how it says what is wrong.
// Runs on: node (it starts the runtimes, buf and git)
import assert from "node:assert/strict";
import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Code, ConnectError, type Interceptor, protoOf, Sigil } from "sigil";
import { runCommandLine } from "../../src/cli/command_line.ts";
import { Greeter } from "../../examples/greeter/greeter.ts";
import { app as till } from "./modules/till.ts";
import { RUNNERS } from "../examples/program.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const module = join(root, "tests/cli/modules/till.ts");
const file = "till/v1/till.proto";

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function check(directory: string, ...args: string[]): Promise<Outcome> {
  const said = { stdout: "", stderr: "" };
  const code = await runCommandLine(["check", ...args], {
    directory,
    stdout: (text) => void (said.stdout += text),
    stderr: (text) => void (said.stderr += text),
  });
  return { code, ...said };
}

async function inDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "sigil-check-test-"));
  try {
    await use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const now = protoOf(till).get(file) ?? "";

/** An older version: a field, a type, a value and a way of calling that are not there any more. */
const old = now
  .replace("int64 amount = 2;", "string amount = 2;\n  string customer_name = 4;")
  .replace("CURRENCY_PENNY = 1;", "CURRENCY_PENNY = 1;\n  CURRENCY_CENT = 2;")
  .replace("returns (Receipt)", "returns (stream Receipt)");

const source = "tests/cli/modules/till.ts";
const findings = `${source}:23: CashDesk.settle (till.v1.Till)
  RPC_SAME_SERVER_STREAMING: RPC "Pay" on service "Till" changed from server streaming to server unary.

${source}:11: Bill.customerName, which is gone (till.v1.Receipt)
  FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED: Previously present field "4" with name "customer_name" on message "Receipt" was deleted without reserving the number "4".

${source}:15: Bill.total (till.v1.Receipt)
  FIELD_WIRE_COMPATIBLE_TYPE: Field "2" with name "amount" on message "Receipt" changed type from "string" to "int64". See https://developers.google.com/protocol-buffers/docs/proto3#updating for wire compatibility rules.

${source}:4: Coin.2, which is gone (till.v1.Currency)
  ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED: Previously present enum value "2" on enum "Currency" was deleted without reserving the number "2".

To keep what is gone from Bill from being used again, say in the options of @Message("till.v1.Receipt"):

  reserved: [9, 4, "customer_name"],

To keep what is gone from Coin from being used again, say in the options of Enum("till.v1.Currency", Coin):

  reserved: [2],
`;

test("findings are told by class and property, and what is gone by the option that reserves it, on every runtime", async () => {
  await inDirectory(async (directory) => {
    write(join(directory, file), old);
    for (const [runtime, runner] of Object.entries(RUNNERS)) {
      const [program = "", ...options] = runner;
      const args = ["src/cli/main.ts", "check", module, "--against", directory, "--use", "WIRE"];
      const bin = join(root, "node_modules/.bin");
      const { status, stdout } = spawnSync(join(bin, program), [...options, ...args], { cwd: root, encoding: "utf8" });
      assert.equal(stdout, findings, runtime);
      assert.equal(status, 1, runtime);
    }
  });
});

test("rules can be left out", async () => {
  await inDirectory(async (directory) => {
    write(join(directory, "old", file), now.replace("int64 amount", "string customer_name = 4;\n  int64 amount"));
    const one = ["--except", "FIELD_NO_DELETE_UNLESS_NAME_RESERVED"];
    const fewer = await check(directory, module, "--against", "old", ...one);
    assert.equal(fewer.code, 1);
    assert.match(fewer.stdout, /FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED/);
    assert.doesNotMatch(fewer.stdout, /UNLESS_NAME_RESERVED/);
    const both = [...one, "--except", "FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED"];
    assert.equal((await check(directory, module, "--against", "old", ...both)).code, 0);
  });
});

test("other categories find methods, oneofs and types that are gone", async () => {
  await inDirectory(async (directory) => {
    const more = now
      .replace("rpc Pay", "rpc GiveBack(Receipt) returns (Receipt);\n  rpc Pay")
      .replace("string id = 1;", "string id = 1;\n  oneof way {\n    string card = 5;\n  }")
      .concat("\nmessage Voucher {\n}\n");
    write(join(directory, "old", file), more);
    const { code, stdout } = await check(root, module, "--against", join(directory, "old"), "--use", "FILE");
    assert.equal(code, 1);
    assert.deepEqual(stdout.split("\n").filter((line) => /^\S.*\)$|\.proto$/.test(line)), [
      file,
      `${source}:21: CashDesk.giveBack, which is gone (till.v1.Till)`,
      `${source}:11: Bill.card, which is gone (till.v1.Receipt)`,
      `${source}:11: Bill.way, which is gone (till.v1.Receipt)`,
    ], stdout);
    for (const rule of ["MESSAGE_NO_DELETE", "RPC_NO_DELETE", "FIELD_NO_DELETE", "ONEOF_NO_DELETE"]) {
      assert.ok(stdout.includes(`  ${rule}: Previously present `), rule);
    }
    assert.match(stdout, /^ {2}reserved: \[9, 5, "card"\],$/m);
  });
});

test("a descriptor set that sigil proto wrote is compared with", async () => {
  await inDirectory(async (directory) => {
    const quiet = { directory, stdout: () => {}, stderr: () => {} };
    assert.equal(await runCommandLine(["proto", module, "--descriptor-set", "till.binpb"], quiet), 0);
    assert.deepEqual(await check(directory, module, "--against", "till.binpb", "--use", "FILE"), {
      code: 0,
      stdout: `${module} breaks nothing of till.binpb (FILE)\n`,
      stderr: "",
    });
    writeFileSync(join(directory, "cut.binpb"), "\n\xff");
    const { code, stderr } = await check(directory, module, "--against", "cut.binpb");
    assert.equal(code, 1);
    assert.match(stderr, /^sigil: cut\.binpb is no FileDescriptorSet: it is cut short, or something else\. .*\n$/);
  });
});

test("commits are compared with, by the directory that has the files, or the one that is named", async () => {
  await inDirectory(async (directory) => {
    const git = (...args: string[]) => {
      const names = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
      execFileSync("git", [...names, ...args], { cwd: directory, stdio: "pipe" });
    };
    git("init", "-q", "-b", "main");
    write(join(directory, "api/proto", file), old);
    git("add", ".");
    git("commit", "-qm", "One");
    git("tag", "v1");
    write(join(directory, "api/proto", file), now);
    write(join(directory, "copy", file), now);
    git("add", ".");
    git("commit", "-qm", "Two");

    const first = await check(directory, module, "--against", "v1", "--use", "WIRE");
    assert.equal(first.code, 1);
    assert.equal(first.stdout, findings.replaceAll(source, relative(directory, module)));
    assert.equal((await check(join(directory, "api"), module, "--against", "HEAD")).code, 0);
    assert.equal((await check(join(directory, "api"), module, "--against", "main:proto")).code, 0);
    assert.equal((await check(directory, module, "--against", "v1:api/proto/")).code, 1);
    assert.deepEqual(await check(directory, module, "--against", "main"), {
      code: 1,
      stdout: "",
      stderr: `sigil: main: it has ${file} in several directories: api/proto/, copy/. ` +
        "Name the directory of its .proto files: main:<directory>\n",
    });
    assert.match(
      (await check(directory, module, "--against", "v1:no")).stderr,
      /v1:no: there is no \.proto file in this/,
    );
    assert.match(
      (await check(directory, module, "--against", "v3")).stderr,
      /v3 is no directory, no file, and no commit/,
    );
    assert.match((await check(directory, module, "--against", "--output=x")).stderr, /usage: sigil check/);
  });
});

const refuseSchema: Interceptor = (next) => (request) => {
  if (request.service.typeName === "sigil.schema.v1.Schema") throw new ConnectError("no", Code.PermissionDenied);
  return next(request);
};

test("a server that runs is compared with, by its page of the schema or by reflection", async () => {
  const example = join(root, "examples/greeter/app.ts");
  for (const interceptors of [[], [refuseSchema]]) {
    const served = new Sigil({ services: [Greeter], reflection: true, health: true, interceptors });
    await using server = await served.listen({ port: 0 });
    const outcome = await check(root, example, "--against", server.url, "--use", "FILE");
    assert.deepEqual(outcome, { code: 0, stdout: `${example} breaks nothing of ${server.url} (FILE)\n`, stderr: "" });
    const other = await check(root, module, "--against", server.url, "--use", "FILE");
    assert.equal(other.code, 1);
    assert.match(other.stdout, /FILE_NO_DELETE: Previously present file "greeter\/v1\/greeter\.proto" was deleted\./);
  }
});

test("a server that does not tell its schema, or is none, is one line", async () => {
  let url = "";
  {
    await using server = await new Sigil({ services: [Greeter] }).listen({ port: 0 });
    ({ url } = server);
    const { code, stderr } = await check(root, module, "--against", url);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^sigil: http\S+: GET of its schema gave status 404, and it has no reflection\. Serve it with .*\n$/,
    );
  }
  const { code, stderr } = await check(root, module, "--against", url);
  assert.equal(code, 1);
  assert.match(stderr, /^sigil: http\S+: GET of its schema gave no answer \(.*\), and reflection failed: .*\n$/);
});

test("without buf one line says how to get it", async () => {
  await inDirectory(async (directory) => {
    write(join(directory, "proto", file), old);
    const { PATH } = process.env;
    process.env.PATH = "";
    try {
      assert.deepEqual(await check(directory, module, "--against", "proto"), {
        code: 1,
        stdout: "",
        stderr: "sigil: buf decides what is breaking, and is not there: npm install --save-dev @bufbuild/buf\n",
      });
    } finally {
      process.env.PATH = PATH;
    }
  });
});

test("a rule that is none, files that do not compile and empty directories are told", async () => {
  await inDirectory(async (directory) => {
    write(join(directory, "proto", file), old);
    write(join(directory, "wrong", file), old.replace("string amount", "integer amount"));
    mkdirSync(join(directory, "empty"));
    const unknown = await check(directory, module, "--against", "proto", "--use", "WIRES");
    assert.deepEqual([unknown.code, unknown.stdout], [1, ""]);
    assert.match(unknown.stderr, /^sigil: buf could not check: "WIRES" is not a known rule or category ID\n$/);
    const wrong = await check(directory, module, "--against", "wrong");
    assert.equal(wrong.code, 1);
    assert.match(
      wrong.stderr,
      /^sigil: wrong: its \.proto files do not compile\.\ntill\/v1\/till\.proto:\d+: .*integer.*\n$/,
    );
    const empty = await check(directory, module, "--against", "empty");
    assert.match(empty.stderr, /^sigil: empty: there is no \.proto file in it\. Write them by sigil proto .*\n$/);
  });
});

test("a descriptor set whose files would be written elsewhere is refused", async () => {
  await inDirectory(async (directory) => {
    for (const name of ["../../out.proto", "/tmp/out.proto", "a\\..\\out.proto", "buf.yaml", "a//b.proto"]) {
      const set = create(FileDescriptorSetSchema, { file: [{ name, package: "out" }] });
      writeFileSync(join(directory, "out.binpb"), toBinary(FileDescriptorSetSchema, set));
      const { code, stderr } = await check(directory, module, "--against", "out.binpb");
      assert.equal(code, 1, name);
      assert.match(
        stderr,
        /^sigil: out\.binpb: ".*" is no path of a \.proto file below a directory; it is not checked\.\n$/,
      );
    }
  });
});

test("arguments that make no sense are exit code 2 with the usage, and --help explains", async () => {
  for (const args of [[], [module], [module, "other.ts", "--against", "x"], [module, "--against", ""], ["--what"]]) {
    const { code, stdout, stderr } = await check(root, ...args);
    assert.deepEqual([code, stdout], [2, ""], args.join(" "));
    assert.match(stderr, /^sigil check: .+\n\nusage: sigil check <module> --against <version>/);
  }
  const help = await check(root, "--help");
  assert.equal(help.code, 0);
  for (const word of ["--against", "--use", "--except", "WIRE_JSON", "npm install --save-dev @bufbuild/buf"]) {
    assert.ok(help.stdout.includes(word), word);
  }
});
