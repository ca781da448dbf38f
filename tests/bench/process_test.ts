// Programs of the harness, by small programs that play a subject's part.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LeftOut } from "./bench.ts";
import { output, Program } from "./process.ts";
import { runtimeCommand } from "./programs.ts";

function start(script: string): Program {
  return new Program([runtimeCommand("node")[0], "-e", script], { side: "subject" });
}

test("a program that is ready tells its port, and works to order", async () => {
  const program = start(`
    console.log('{"port":4711}');
    process.stdin.on("data", (order) => {
      const { seconds } = JSON.parse(order);
      console.log(JSON.stringify({ count: 10 * seconds, seconds }));
    });`);
  assert.equal(await program.ready(), 4711);
  assert.equal(await program.rate(3), 10);
  assert.equal(await program.rate(5), 10);
  await program.stop();
});

test("a program that says what its runtime cannot do is left out, with its words", async () => {
  const program = start(`console.log('{"unsupported":"no sockets here"}')`);
  await assert.rejects(program.ready(), (error) => error instanceof LeftOut && error.message === "no sockets here");
  await program.stop();
});

test("a program that ends early fails with what it wrote to stderr", async () => {
  const program = start(`process.stderr.write("no such service"); setTimeout(() => process.exit(1), 20)`);
  await assert.rejects(program.ready(), /ended\.\nno such service/);
  await program.stop();
});

test("a program that is not installed fails, and stops all the same", async () => {
  const program = new Program(["/nowhere/at/all"], { side: "load" });
  await assert.rejects(program.ready(), /\/nowhere\/at\/all/);
  await program.stop();
});

test("stopping ends a program that listens to no signal", async () => {
  const program = start(`process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log('{"port":1}')`);
  await program.ready();
  await program.stop();
  await program.stop();
});

test("a tool's output is answered, and its failure has its own words", async () => {
  const [node] = runtimeCommand("node");
  assert.equal(await output([node, "-p", "6 * 7"], 10_000), "42\n");
  await assert.rejects(
    output([node, "-e", "console.error('broken'); process.exit(3)"], 10_000),
    /ended with 3\.\nbroken/,
  );
});
