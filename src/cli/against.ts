// The older version that `sigil check` compares with: a directory of .proto files, a descriptor set, a commit of git, or a
// server that runs. Whatever it is, it becomes .proto files by their paths, as `sigil proto` writes them.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import type { DescFile } from "@bufbuild/protobuf";
import { protoFiles } from "../proto/export.ts";
import type { ProtoTexts } from "./breaking.ts";
import { readDescriptorSet } from "./descriptor_set.ts";
import { CommandFailure, describeError } from "./failure.ts";
import { readCommit } from "./git.ts";

/**
 * Reads the older version.
 *
 * @param against a directory, a file, `<ref>` or `<ref>:<directory>` of git, or an `http:` or `https:` URL.
 * @param names the paths of the newer files, by which a commit's are found where no directory of it is named.
 * @throws CommandFailure where there is no such thing, or where it can't be read.
 */
export async function readAgainst(against: string, names: readonly string[], directory: string): Promise<ProtoTexts> {
  if (/^https?:\/\//.test(against)) {
    // No other command needs a client, which takes its time to load.
    const { readServer } = await import("./served_schema.ts");
    return printed(await readServer(against), against);
  }
  const path = resolve(directory, against);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return readCommit(against, names, directory);
  if (stats.isDirectory()) return readDirectory(path, against);
  return printed(readDescriptorSet(readFileSync(path), against), against);
}

function readDirectory(path: string, shown: string): ProtoTexts {
  const texts = readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".proto") && !name.split(sep).includes("node_modules"))
    .sort()
    .map((name) => [name.split(sep).join("/"), readFileSync(join(path, name), "utf8")] as const);
  if (texts.length > 0) return new Map(texts);
  throw new CommandFailure(
    `${shown}: there is no .proto file in it. Write them by sigil proto <module> --out ${shown}`,
  );
}

function printed(files: readonly DescFile[], shown: string): ProtoTexts {
  try {
    return protoFiles(files);
  } catch (error) {
    throw new CommandFailure(`${shown}: ${describeError(error)}`);
  }
}
