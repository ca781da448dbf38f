// A program of its own that calls a running greeter: client.ts URL [--connect] [--ca FILE]
import process from "node:process";
import { parseArgs } from "node:util";
import { callEachKind } from "./calls.ts";
import { read } from "./options.ts";
import { transportTo } from "./transport.ts";

const { positionals: [url = "http://127.0.0.1:50051"], values: { connect, ca } } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { connect: { type: "boolean" }, ca: { type: "string" } },
});

await using transport = transportTo(url, { connect, ca: ca === undefined ? undefined : read(ca) });
await callEachKind(transport);
