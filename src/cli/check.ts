// `sigil check`: what an app changes that breaks those who talk to it, in buf's verdict and in the words of its classes.
import { findBreaking, type Finding, type ProtoTexts } from "./breaking.ts";
import { readAgainst } from "./against.ts";
import type { Command, CommandArguments, CommandContext } from "./command.ts";
import { CommandFailure, describeError, UsageError } from "./failure.ts";
import { loadApp, type LoadedApp } from "./load_app.ts";
import { protoFiles } from "../proto/export.ts";
import { describeFindings } from "./report.ts";
import { SourceIndex } from "./source_index.ts";

const defaultCategory = "WIRE_JSON";

/** The command. */
export const checkCommand: Command = {
  name: "check",
  summary: "Find what breaks those who talk to an app.",
  usage: "sigil check <module> --against <version> [--use <category>]... [--except <rule>]...",
  help: `  <module>            the module that exports the app, as its default export or as \`app\`
      --against <version>
                      what to compare with:
                        a directory of .proto files, as \`sigil proto --out\` writes it
                        a descriptor set, as \`sigil proto --descriptor-set\` writes it
                        a commit of git: main, v1.2.0, HEAD~1; main:proto where its directory can't be found
                        the URL of a server that runs, with \`reflection: true\`
      --use <category>
                      a category of buf's rules, or a rule; may be repeated. Default: ${defaultCategory}
                        WIRE       what breaks messages in binary
                        WIRE_JSON  and what breaks them in JSON
                        PACKAGE    and what breaks generated code, a package taken as a whole
                        FILE       and what breaks it, file by file
      --except <rule>
                      a rule of them to leave out; may be repeated
  -h, --help          print this

buf decides (npm install --save-dev @bufbuild/buf), as \`buf breaking\` does with the .proto files of both versions. Exit code
1 where something breaks, 0 where nothing does.`,
  options: {
    against: { type: "string" },
    use: { type: "string", multiple: true },
    except: { type: "string", multiple: true },
  },
  run: runCheck,
};

async function runCheck({ values, positionals }: CommandArguments, context: CommandContext): Promise<void> {
  const [path, ...surplus] = positionals;
  if (path === undefined) throw new UsageError("name the module that exports the app.");
  if (surplus.length > 0) throw new UsageError(`one module is enough; what is ${surplus.join(" ")}?`);
  const { against } = values;
  if (typeof against !== "string" || against === "") {
    throw new UsageError("say what to compare with: --against <directory, descriptor set, commit or URL>.");
  }
  const use = (values.use ?? [defaultCategory]) as string[];
  const except = (values.except ?? []) as string[];
  const app = await loadApp(path, context.directory);
  const texts = printFiles(path, app);
  const oldTexts = await readAgainst(against, [...texts.keys()], context.directory);
  const findings = findBreaking(oldTexts, texts, { use, except }, context.directory, against);
  if (findings.length === 0) {
    return context.stdout(`${path} breaks nothing of ${against} (${use.join(", ")})\n`);
  }
  context.stdout(describeFindings(findings, app, texts, new SourceIndex(app.path), context.directory));
  throw new CommandFailure(`${path} breaks ${against} in ${count(findings)} (${use.join(", ")}).`);
}

function printFiles(path: string, app: LoadedApp): ProtoTexts {
  try {
    return protoFiles(app.files);
  } catch (error) {
    throw new CommandFailure(`${path}: ${describeError(error)}`);
  }
}

function count(findings: readonly Finding[]): string {
  return findings.length === 1 ? "1 place" : `${findings.length} places`;
}
