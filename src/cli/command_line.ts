// The command line: finds the command, parses its arguments with node:util's parseArgs, turns errors into exit codes.
// 0: done; 1: could not be done, and why; 2: the arguments make no sense, and how to write them.
import { parseArgs } from "node:util";
import type { Command, CommandArguments, CommandContext } from "./command.ts";
import { commands } from "./commands.ts";
import { CommandFailure, UsageError } from "./failure.ts";
import { version } from "../rpc/version.ts";

/**
 * Runs `sigil` with arguments.
 *
 * @returns the exit code.
 */
export async function runCommandLine(args: readonly string[], context: CommandContext): Promise<number> {
  const [name = "--help", ...rest] = args;
  if (name === "--version" || name === "-v") return say(context, `${version}\n`);
  if (name === "--help" || name === "-h") return say(context, help());
  if (name === "help") return runCommandLine([...rest.slice(0, 1), "--help"], context);
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) {
    const kind = name.startsWith("-") ? "option" : "command";
    context.stderr(`sigil: there is no ${kind} ${name}.\n\n${help()}`);
    return 2;
  }
  return await runCommand(command, rest, context);
}

async function runCommand(command: Command, args: readonly string[], context: CommandContext): Promise<number> {
  try {
    const parsed = parse(command, args);
    if (parsed.values.help) return say(context, commandHelp(command));
    await command.run(parsed, context);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      context.stderr(`sigil ${command.name}: ${error.message}\n\nusage: ${command.usage}\n`);
      return 2;
    }
    // Anything else is a fault of this program, which only its stack can tell apart.
    const text = error instanceof CommandFailure ? error.message : error instanceof Error ? error.stack : String(error);
    context.stderr(`sigil: ${text}\n`);
    return 1;
  }
}

function parse(command: Command, args: readonly string[]): CommandArguments {
  const options = { ...command.options, help: { type: "boolean", short: "h" } } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function say(context: CommandContext, text: string): number {
  context.stdout(text);
  return 0;
}

function help(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(width)}   ${summary}`).join("\n");
  return `Sigil ${version}: gRPC, gRPC-Web and Connect from decorated TypeScript classes.

usage: sigil <command> [options]

${list}

\`sigil <command> --help\` explains a command. \`sigil --version\` prints the version.
`;
}

function commandHelp(command: Command): string {
  return `${command.summary}

usage: ${command.usage}

${command.help}
`;
}
