#!/usr/bin/env node
// The program `sigil`, for Node, Bun and Deno. The process is ended outright: a user's module may have left a server running.
import process from "node:process";
import { runCommandLine } from "./command_line.ts";

// A reader that has seen enough (`sigil proto app.ts --stdout | head`) closes the pipe.
process.stdout.on("error", () => process.exit(1));

const code = await runCommandLine(process.argv.slice(2), {
  directory: process.cwd(),
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
});
// Pipes may take their time: an empty write ends after all those before it.
await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write("", done))));
process.exit(code);
