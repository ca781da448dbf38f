// `sigil import`: decorated classes from .proto files, or from a descriptor set.
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { DescFile } from "@bufbuild/protobuf";
import { importFiles } from "../import/import.ts";
import type { Command, CommandArguments, CommandContext } from "./command.ts";
import { compileProtos, protoCompilers } from "./compile_proto.ts";
import { readDescriptorSet } from "./descriptor_set.ts";
import { CommandFailure, describeError, UsageError } from "./failure.ts";
import { isGenerated, markGenerated } from "./generated_mark.ts";
import { writeChangedFiles } from "./output_directory.ts";

const defaultWidth = 80;

/** The command. */
export const importCommand: Command = {
  name: "import",
  summary: "Write decorated classes from .proto files.",
  usage: "sigil import <file>... --out <directory> [-I <root>]... [--builders] [--force]",
  help:
    `  <file>              .proto files, directories of them, or one descriptor set (FileDescriptorSet, with imports)
  -o, --out <dir>     the directory to write to, made where it is missing; one module for each .proto file
  -I, --proto-path <dir>
                      a directory that imports are looked for in; may be repeated. Default: the directories named, and
                      the current one where files are named
      --builders      write builders (\`message()\`, \`field()\`) in place of decorated classes
      --docs          write comments as options (\`doc\`), which \`sigil proto\` prints again, in place of JSDoc
      --force         overwrite files that this command did not write, or that were changed since
      --compiler <name>
                      buf or protoc. Default: buf where it is there, else protoc
      --line-width <columns>
                      where lines are broken, as in deno.json's \`fmt\`. Default: ${defaultWidth}
      --extension <ext>
                      how imports between the modules end: .ts, .js, or an empty text. Default: .ts
  -h, --help          print this

Files that the named ones import are written too, but for google/protobuf/*.proto, whose types come from
@bufbuild/protobuf/wkt. Either all files are written or none; files that would not change are left alone.`,
  options: {
    out: { type: "string", short: "o" },
    "proto-path": { type: "string", short: "I", multiple: true },
    builders: { type: "boolean" },
    docs: { type: "boolean" },
    force: { type: "boolean" },
    compiler: { type: "string" },
    "line-width": { type: "string" },
    extension: { type: "string" },
  },
  run: runImport,
};

async function runImport({ values, positionals }: CommandArguments, context: CommandContext): Promise<void> {
  const out = values.out;
  if (positionals.length === 0) throw new UsageError("name .proto files, a directory of them, or a descriptor set.");
  if (typeof out !== "string" || out === "") throw new UsageError("say where to: --out <directory>.");
  const compiler = values.compiler as string | undefined;
  if (compiler !== undefined && !protoCompilers.includes(compiler)) {
    throw new UsageError(`--compiler is ${protoCompilers.join(" or ")}, not ${compiler}.`);
  }
  const options = {
    form: values.builders ? "builders" as const : "decorators" as const,
    comments: values.docs ? "doc" as const : "jsdoc" as const,
    lineWidth: readWidth(values["line-width"] as string | undefined),
    importExtension: readExtension(values.extension as string | undefined),
  };
  const roots = (values["proto-path"] ?? []) as string[];
  const files = readInputs(positionals, roots, compiler, context.directory);
  let modules;
  try {
    modules = importFiles(files, options);
  } catch (error) {
    throw new CommandFailure(describeError(error));
  }
  if (modules.length === 0) {
    throw new CommandFailure("there is nothing to write: google/protobuf/*.proto come from @bufbuild/protobuf/wkt.");
  }
  const texts = modules.map(({ path, text, source }) => [path, markGenerated(text, source)] as const);
  const mayReplace = values.force ? undefined : isGenerated;
  const written = writeChangedFiles(out, texts, context.directory, mayReplace);
  context.stdout(
    written.length > 0
      ? written.map((name) => `${name}\n`).join("")
      : `${out}: ${modules.length === 1 ? "1 file is" : `${modules.length} files are`} up to date\n`,
  );
}

function readInputs(
  inputs: readonly string[],
  roots: readonly string[],
  compiler: string | undefined,
  directory: string,
): readonly DescFile[] {
  const sources = inputs.filter((path) => path.endsWith(".proto") || isDirectory(path, directory));
  if (sources.length === 0 && inputs.length === 1) {
    const [path = ""] = inputs;
    return readDescriptorSet(readFileSync(resolve(directory, path)), path);
  }
  if (sources.length < inputs.length) {
    throw new UsageError("name either .proto files and directories of them, or one descriptor set, not both.");
  }
  const directories = sources.filter((path) => isDirectory(path, directory));
  const used = roots.length > 0 ? roots : directories.length < sources.length ? [...directories, "."] : directories;
  return readDescriptorSet(compileProtos({ inputs: sources, roots: used }, directory, compiler), "the compiled files");
}

function isDirectory(path: string, directory: string): boolean {
  const stats = statSync(resolve(directory, path), { throwIfNoEntry: false });
  if (!stats) throw new CommandFailure(`${path}: there is no such file.`);
  return stats.isDirectory();
}

function readWidth(text: string | undefined): number {
  if (text === undefined) return defaultWidth;
  const width = Number(text);
  if (Number.isInteger(width) && width >= 40 && width <= 1000) return width;
  throw new UsageError(`--line-width is a number of columns from 40 to 1000, not ${text}.`);
}

function readExtension(text: string | undefined): string {
  if (text === undefined) return ".ts";
  if (/^(\.[a-z]+)?$/.test(text)) return text;
  throw new UsageError(`--extension is .ts, .js or an empty text, not ${text}.`);
}
