// Compiles .proto texts with buf, and with protoc where one is installed that knows editions, and compares descriptors. Both compilers run as
// processes over a directory that is removed afterwards.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { clearField, createFileRegistry, type FileRegistry, fromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type FieldDescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  MethodDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { protoFiles } from "../../src/proto/export.ts";
import { toJsonName } from "../../src/schema/name.ts";
import { locate, PYTHON_GRPC } from "../support/requirement.ts";

const bin = fileURLToPath(new URL("../../node_modules/.bin", import.meta.url));
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };

/** The descriptors of .proto texts, with source info, as buf makes them. */
export function compile(files: Iterable<readonly [path: string, text: string]>): FileRegistry {
  return inDirectory(files, (directory) => {
    const image = run("buf", ["build", directory, "--as-file-descriptor-set", "-o", "-#format=binpb"], directory);
    return createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
  });
}

/** Fails unless the files, printed and compiled again, give equal descriptors and are in the style of `buf format`. */
export function assertRoundTrip(registry: FileRegistry): Map<string, string> {
  const texts = protoFiles(registry.files);
  inDirectory(texts, (directory) => {
    assert.equal(run("buf", ["format", "-d", directory], directory).toString(), "", "buf format -d");
    const image = run("buf", ["build", directory, "--as-file-descriptor-set", "-o", "-#format=binpb"], directory);
    assertSame(registry, image, texts);
    const [command, ...args] = protoc ??= findProtoc();
    if (command === undefined) return;
    const set = join(directory, "set.binpb");
    run(command, [...args, "-I", directory, `--descriptor_set_out=${set}`, ...texts.keys()], directory);
    assertSame(registry, readFileSync(set), texts);
  });
  return texts;
}

function assertSame(registry: FileRegistry, image: Uint8Array, texts: ReadonlyMap<string, string>): void {
  const compiled = new Map(fromBinary(FileDescriptorSetSchema, image).file.map((file) => [file.name, file]));
  for (const [path, text] of texts) {
    const [actual, expected] = [compiled.get(path), registry.getFile(path)?.proto];
    assert.ok(actual && expected, path);
    assert.deepEqual(comparable(registry, actual), comparable(registry, expected), `${path}\n${text}`);
  }
}

/** The first of protoc's versions that compiles edition 2023. */
const EDITIONS_VERSION = 27;

let protoc: readonly string[] | undefined;

/** The command of a protoc that is recent enough: one of its own, else that of Python's tools; empty without. */
function findProtoc(): readonly string[] {
  const python = locate(PYTHON_GRPC);
  const commands = [["protoc"], ...python === undefined ? [] : [[python, "-m", "grpc_tools.protoc"]]];
  return commands.find(([command, ...args]) => {
    try {
      const said = execFileSync(command, [...args, "--version"], { env, stdio: "pipe", encoding: "utf8" });
      return Number(/libprotoc (\d+)/.exec(said)?.[1]) >= EDITIONS_VERSION;
    } catch {
      return false;
    }
  }) ?? [];
}

function run(command: string, args: string[], directory: string): Uint8Array {
  return execFileSync(command, args, { env, cwd: directory, stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 26 });
}

function inDirectory<T>(files: Iterable<readonly [string, string]>, use: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), "sigil-proto-"));
  try {
    // A buf.yaml of a directory above would count instead.
    writeFileSync(join(directory, "buf.yaml"), "version: v2\n");
    for (const [path, text] of files) {
      mkdirSync(join(directory, dirname(path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

// A file descriptor as data, without what its text does not fix: the order of imports, of declarations of different kinds,
// and of a oneof's fields; JSON names that are the usual ones; source info.
function comparable(registry: FileRegistry, file: FileDescriptorProto): unknown {
  const copy = fromBinary(FileDescriptorProtoSchema, toBinary(FileDescriptorProtoSchema, file));
  const publicly = new Set(copy.publicDependency.map((i) => copy.dependency[i]));
  const weakly = new Set(copy.weakDependency.map((i) => copy.dependency[i]));
  copy.dependency.sort();
  copy.publicDependency = copy.dependency.flatMap((path, i) => publicly.has(path) ? [i] : []);
  copy.weakDependency = copy.dependency.flatMap((path, i) => weakly.has(path) ? [i] : []);
  copy.sourceCodeInfo = undefined;
  if (copy.syntax === "proto2") copy.syntax = "";
  const messages = (list: DescriptorProto[], extensions: FieldDescriptorProto[]): void => {
    list.sort((a, b) => a.name < b.name ? -1 : 1);
    for (const extension of extensions) extension.jsonName = "";
    for (const message of list) {
      const oneofs = message.oneofDecl.map(({ name }) => name);
      const names = [...oneofs].sort();
      message.oneofDecl.sort((a, b) => a.name < b.name ? -1 : 1);
      for (const field of message.field) {
        field.jsonName ||= toJsonName(field.name);
        if (Object.hasOwn(field, "oneofIndex")) field.oneofIndex = names.indexOf(oneofs[field.oneofIndex] ?? "");
      }
      message.field.sort((a, b) => a.number - b.number);
      messages(message.nestedType, message.extension);
    }
  };
  messages(copy.messageType, copy.extension);
  // No `stream` is written for false, and compilers leave it unset.
  for (const method of copy.service.flatMap((service) => service.method)) {
    if (!method.clientStreaming) clearField(method, MethodDescriptorProtoSchema.field.clientStreaming);
    if (!method.serverStreaming) clearField(method, MethodDescriptorProtoSchema.field.serverStreaming);
  }
  return toJson(FileDescriptorProtoSchema, copy, { registry });
}
