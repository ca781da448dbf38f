// examples/greeter: on each runtime it serves, calls itself in all four kinds, answers other programs, and ends well.
// Runs on: node (it starts the runtimes itself)
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { CURL, locate, missing } from "../support/requirement.ts";
import { type Program, run, RUNNERS, start } from "./program.ts";

type Runtime = keyof typeof RUNNERS;
const runtimes = Object.keys(RUNNERS) as Runtime[];

const served = /is served on (\S+)[^]*Serving\. Ctrl-C stops\./;

function startGreeter(runtime: Runtime, ...args: string[]): Promise<Program> {
  return start([...RUNNERS[runtime], "examples/greeter/main.ts", "--port", "0", ...args], served);
}

/** The replies of callEachKind, in order. */
const replies = [
  '{"text":"Hello, Ada!"}',
  '{"left":3,"text":"3 …"}',
  '{"left":2,"text":"2 …"}',
  '{"left":1,"text":"1 …"}',
  '{"left":0,"text":"Lift-off!"}',
  '{"text":"Bonjour, Ada, Grace, and Radia!"}',
  '{"text":"Hello, Grace!"}',
  '{"text":"Bonjour, Radia!"}',
];

function printedReplies(output: string): string[] {
  return [...output.matchAll(/^ +<- (.*)$/gm)].map(([, reply]) => reply);
}

/** The TypeScript client that the greeter prints, as arguments of a runtime. */
function printedClient(output: string): string[] {
  const line = /^ *npx tsx (examples\/greeter\/client\.ts .*)$/m.exec(output);
  assert.ok(line, output);
  return line[1].split(" ");
}

for (const runtime of runtimes) {
  test(`on ${runtime} the greeter calls itself in all four kinds, serves, and exits with 0 at SIGTERM`, async () => {
    await using greeter = await startGreeter(runtime);
    assert.deepEqual(printedReplies(greeter.output()), replies);
    assert.match(greeter.output(), /\[log\] greeter\.v1\.GreeterService\/SayHello answered in [\d.]+ ms/);

    const client = await run([...RUNNERS.node, ...printedClient(greeter.output())]);
    assert.equal(client.code, 0, client.stderr);
    assert.deepEqual(printedReplies(client.stdout), replies);

    assert.equal(await greeter.stop("SIGTERM"), 0, greeter.output());
    assert.match(greeter.output(), /^Stopped\.$/m);
  });

  test(`on ${runtime} the greeter does the same over TLS, and exits with 0 at SIGINT`, async () => {
    await using greeter = await startGreeter(runtime, "--tls");
    assert.match(greeter.ready[1], /^https:/);
    assert.deepEqual(printedReplies(greeter.output()), replies);

    const client = await run([...RUNNERS[runtime], ...printedClient(greeter.output())]);
    assert.equal(client.code, 0, client.stderr);
    assert.deepEqual(printedReplies(client.stdout), replies);

    assert.equal(await greeter.stop("SIGINT"), 0, greeter.output());
  });

  test(`on ${runtime} a port in use is one line and exit code 1`, async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = other.address() as { port: number };
      const outcome = await run([...RUNNERS[runtime], "examples/greeter/main.ts", "--port", String(port)]);
      assert.equal(outcome.code, 1);
      assert.match(outcome.stderr, new RegExp(`^Cannot listen on 127\\.0\\.0\\.1:${port}: the port is in use.*\\n$`));
    } finally {
      other.close();
    }
  });
}

test("the greeter refuses a certificate that it cannot read, and options that it does not know", async () => {
  const main = [...RUNNERS.node, "examples/greeter/main.ts"];
  const unread = await run([...main, "--cert", "no-such.pem", "--key", "no-such.pem"]);
  assert.equal(unread.code, 1);
  assert.match(unread.stderr, /^Cannot read no-such\.pem: .*\n$/);
  const unknown = await run([...main, "--colour"]);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /--colour[^]*usage: npm start/);
});

test("npm start, bun run start and deno task start run it, each on its runtime, with arguments passed on", async () => {
  const commands = [["npm", "start", "--", "--port", "0"], ["bun", "run", "start", "--port", "0"], [
    "deno",
    "task",
    "start",
    "--port",
    "0",
  ]];
  for (const command of commands) {
    await using greeter = await start(command, served);
    assert.deepEqual(printedReplies(greeter.output()), replies);
    assert.match(greeter.output(), new RegExp(`on ${command[0].replace("npm", "node")} [0-9.]+`, "i"));
    await greeter.stop("SIGTERM");
  }
});

test("the printed curl commands get JSON answers", { skip: missing(CURL) }, async () => {
  await using greeter = await startGreeter("node", "--tls");
  const lines = [...greeter.output().matchAll(/^ *(curl .*)$/gm)].map(([, line]) => line);
  assert.equal(lines.length, 2);
  const answers: unknown[] = [];
  for (const line of lines) {
    const { code, stdout, stderr } = await run(["sh", "-c", line.replace(/^curl/, `${locate(CURL)} --silent`)]);
    assert.equal(code, 0, stderr);
    answers.push(JSON.parse(stdout));
  }
  assert.deepEqual(answers, [{ text: "Bonjour, Ada!" }, { text: "Hello, Ada!" }]);
});
