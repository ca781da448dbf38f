// `sigil proto`: the .proto files of an app, for protoc, buf and other languages.
import { protoFiles } from "../proto/export.ts";
import type { Command, CommandArguments, CommandContext } from "./command.ts";
import { CommandFailure, describeError, UsageError } from "./failure.ts";
import { loadSchema } from "./load_app.ts";
import { writeChangedFiles } from "./output_directory.ts";

/** The command. */
export const protoCommand: Command = {
  name: "proto",
  summary: "Write the .proto files of an app.",
  usage: "sigil proto <module> (--out <directory> | --stdout)",
  help: `  <module>            the module that exports the app, as its default export or as \`app\`
  -o, --out <dir>     the directory to write to, made where it is missing; files that would not change are left alone
      --stdout        print the files instead
  -h, --help          print this

The files compile with protoc and buf: \`protoc -I <dir> ...\`, or \`buf generate <dir>\`.
The module is run, so it had better make the app without serving it.`,
  options: { out: { type: "string", short: "o" }, stdout: { type: "boolean" } },
  run: runProto,
};

async function runProto({ values, positionals }: CommandArguments, context: CommandContext): Promise<void> {
  const [path, ...surplus] = positionals;
  if (path === undefined) throw new UsageError("name the module that exports the app.");
  if (surplus.length > 0) throw new UsageError(`one module is enough; what is ${surplus.join(" ")}?`);
  const { out, stdout } = values;
  if (Boolean(out) === Boolean(stdout)) throw new UsageError("say where to: either --out <directory> or --stdout.");
  const files = await printFiles(path, context);
  if (stdout) {
    context.stdout([...files].map(([name, text]) => files.size > 1 ? `// ${name}\n\n${text}` : text).join("\n"));
    return;
  }
  const written = writeChangedFiles(String(out), files, context.directory);
  context.stdout(
    written.length > 0 ? written.map((name) => `${name}\n`).join("") : `${out}: ${count(files.size)} up to date\n`,
  );
}

async function printFiles(path: string, context: CommandContext): Promise<Map<string, string>> {
  const schema = await loadSchema(path, context.directory);
  let files;
  try {
    files = protoFiles(schema);
  } catch (error) {
    throw new CommandFailure(`${path}: ${describeError(error)}`);
  }
  if (files.size === 0) throw new CommandFailure(`${path}: its app has neither services nor messages of its own.`);
  return files;
}

function count(files: number): string {
  return files === 1 ? "1 file is" : `${files} files are`;
}
