// Runs on: node. What a process pays for clients that follow calls: nothing, before it has made one. A file of its own, as what
// a process keeps stays; Bun runs all files in one process.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, field, implement, message, service, Sigil, unary } from "sigil";
import { currentCall } from "../../src/rpc/current_call.ts";

const Note = message("nothing.v1.Note", { text: field(1, "string") });
const Notes = service("nothing.v1.Notes", { ask: unary(Note, Note) });

test("handlers run without a store until a client is made that follows calls", async () => {
  const app = new Sigil({ services: [implement(Notes, { ask: () => ({ text: `${currentCall() !== undefined}` }) })] });
  const ask = async (): Promise<string> => (await app.client(Notes).ask({})).text;
  assert.equal(await ask(), "false");
  createClient(Notes, "http://localhost:1", { followCalls: false });
  assert.equal(await ask(), "false");
  createClient(Notes, "http://localhost:1");
  assert.equal(await ask(), "true");
});
