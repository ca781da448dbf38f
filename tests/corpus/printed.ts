// The law of printing: the text of a descriptor, compiled again, gives an equal descriptor. Compared as the law of import does,
// but for the order of imports, which the text has by name.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { clone, createFileRegistry, type DescFile, fromBinary, type Registry } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { printProto } from "../../src/proto/print.ts";
import { differenceOfProtos } from "./law.ts";

const BUF = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "node_modules", ".bin", "buf");

/**
 * What the law does not hold for: a file, and what is wrong with it.
 *
 * @param files the files and all that they import.
 * @param targets those that count.
 * @param folder where the texts are written to; it is removed again.
 * @param protoc the compiler; buf where it is undefined.
 */
export function printedDifferences(
  files: readonly DescFile[],
  targets: readonly DescFile[],
  folder: string,
  registry: Registry,
  protoc?: string,
): [file: string, reason: string][] {
  const exceptions: [string, string][] = [];
  const paths: string[] = [];
  mkdirSync(folder, { recursive: true });
  try {
    for (const file of files) {
      const path = join(folder, file.proto.name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, printProto(file, files));
      if (targets.includes(file)) paths.push(file.proto.name);
    }
    const image = compile(folder, paths, protoc);
    const made = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
    for (const file of targets) {
      const other = made.getFile(file.proto.name);
      const reason = other
        ? differenceOfProtos(importsByName(file.proto), importsByName(other.proto), registry)
        : "it was not compiled";
      if (reason !== undefined) exceptions.push([file.proto.name, reason]);
    }
  } catch (error) {
    const { stderr } = error as { stderr?: Uint8Array };
    const reason = stderr ? Buffer.from(stderr).toString() : String(error);
    for (const file of targets) exceptions.push([file.proto.name, reason]);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return exceptions;
}

function compile(folder: string, paths: readonly string[], protoc: string | undefined): Uint8Array {
  const image = join(folder, "image.binpb");
  const stdio = ["ignore", "ignore", "pipe"] as const;
  if (protoc === undefined) {
    execFileSync(BUF, ["build", folder, "--as-file-descriptor-set", "-o", image], { stdio: [...stdio] });
  } else {
    execFileSync(protoc, [
      "--experimental_editions",
      "--retain_options",
      "--include_imports",
      `--descriptor_set_out=${image}`,
      `--proto_path=${folder}`,
      ...paths,
    ], { stdio: [...stdio] });
  }
  return readFileSync(image);
}

function importsByName(proto: FileDescriptorProto): FileDescriptorProto {
  const copy = clone(FileDescriptorProtoSchema, proto);
  const [publicly, weakly] = [copy.publicDependency, copy.weakDependency].map((list) =>
    new Set(list.map((i) => copy.dependency[i]))
  );
  copy.dependency.sort();
  copy.optionDependency.sort();
  const places = (of: Set<string | undefined> | undefined): number[] =>
    copy.dependency.flatMap((path, i) => of?.has(path) ? [i] : []);
  copy.publicDependency = places(publicly);
  copy.weakDependency = places(weakly);
  return copy;
}
