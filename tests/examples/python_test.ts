// examples/clients/python: grpcio calls the greeter in native gRPC, with stubs from the exported .proto.
// Runs on: node (it starts the runtimes itself)
import assert from "node:assert/strict";
import { test } from "node:test";
import { locate, missing, PYTHON_GRPC } from "../support/requirement.ts";
import { ANSWERS } from "./client_languages.ts";
import { run, RUNNERS, start } from "./program.ts";

for (const runtime of ["node", "bun", "deno"] as const) {
  test(
    `the Python client gets right answers from the greeter on ${runtime}`,
    { skip: missing(PYTHON_GRPC) },
    async () => {
      await using greeter = await start(
        [...RUNNERS[runtime], "examples/greeter/main.ts", "--port", "0"],
        /is served on http:\/\/(\S+)[^]*Serving\./,
      );
      const client = await run([locate(PYTHON_GRPC)!, "examples/clients/python/client.py", greeter.ready[1]]);
      assert.equal(client.code, 0, client.stderr);
      assert.equal(client.stdout, `${ANSWERS.join("\n")}\n`);
    },
  );
}
