// The law of import: what the generated modules say is, as descriptors, what the .proto file said. Compared are the files'
// FileDescriptorProtos byte for byte, after what has no meaning is brought into one order: source info is left out, custom
// options stand by number and are encoded anew (compilers encode them in an order of their own), and the entry messages that
// compilers make of map fields stand behind the nested messages that someone wrote.
import {
  clone,
  type DescFile,
  getExtension,
  type Message,
  type Registry,
  setExtension,
  toBinary,
  toJsonString,
} from "@bufbuild/protobuf";
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { type DescriptorProto, type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

/** What differs between a file and the one that was made of its classes; undefined where nothing does. */
export function difference(original: DescFile, made: DescFile, registry: Registry): string | undefined {
  return differenceOfProtos(original.proto, made.proto, registry);
}

/** The same of descriptors as messages. */
export function differenceOfProtos(
  original: FileDescriptorProto,
  made: FileDescriptorProto,
  registry: Registry,
): string | undefined {
  const [expected, actual] = [original, made].map((proto) => canonical(proto, registry));
  if (!expected || !actual) throw new Error("two files are compared");
  const [left, right] = [expected, actual].map((proto) => toBinary(FileDescriptorProtoSchema, proto));
  if (left && right && Buffer.compare(left, right) === 0) return undefined;
  return firstDifference(lines(expected, registry), lines(actual, registry));
}

function canonical(proto: FileDescriptorProto, registry: Registry): FileDescriptorProto {
  const copy = clone(FileDescriptorProtoSchema, proto);
  copy.sourceCodeInfo = undefined;
  // Compilers may name the syntax of a file without one.
  if (copy.syntax === "proto2") copy.syntax = "";
  copy.messageType.forEach(entriesLast);
  orderUnknown(reflect(FileDescriptorProtoSchema, copy), registry);
  return copy;
}

function entriesLast(message: DescriptorProto): void {
  const isEntry = (nested: DescriptorProto): boolean => nested.options?.mapEntry === true;
  message.nestedType = [
    ...message.nestedType.filter((nested) => !isEntry(nested)),
    ...message.nestedType.filter(isEntry).sort((a, b) => a.name < b.name ? -1 : 1),
  ];
  message.nestedType.forEach(entriesLast);
}

function orderUnknown(message: ReflectMessage, registry: Registry): void {
  for (const field of message.fields) {
    if (!field.message || !message.isSet(field)) continue;
    if (field.fieldKind === "message") orderUnknown(message.get(field), registry);
    else if (field.fieldKind === "list") {
      for (const element of message.get(field)) orderUnknown(element as ReflectMessage, registry);
    } else if (field.fieldKind === "map") {
      for (const value of message.get(field).values()) orderUnknown(value as ReflectMessage, registry);
    }
  }
  const unknown = message.getUnknown();
  if (!unknown || unknown.length === 0) return;
  const numbers = [...new Set(unknown.map(({ no }) => no))].sort((a, b) => a - b);
  const values = numbers.map((number) => {
    const extension = registry.getExtensionFor(message.desc, number);
    return extension ? { extension, value: getExtension(message.message, extension) } : undefined;
  });
  const raw = numbers.filter((_, i) => !values[i]).flatMap((number) => unknown.filter(({ no }) => no === number));
  message.setUnknown(raw);
  for (const found of values) {
    if (!found) continue;
    const { extension, value } = found;
    if (extension.message) {
      for (const element of extension.fieldKind === "list" ? value as Message[] : [value as Message]) {
        if (element.$typeName === extension.message.typeName) {
          orderUnknown(reflect(extension.message, element), registry);
        }
      }
    }
    setExtension(message.message, extension, value);
  }
}

function lines(proto: FileDescriptorProto, registry: Registry): string[] {
  return toJsonString(FileDescriptorProtoSchema, proto, { prettySpaces: 1, registry }).split("\n");
}

function firstDifference(expected: string[], actual: string[]): string {
  const at = expected.findIndex((line, i) => line !== actual[i]);
  if (at < 0 && expected.length === actual.length) return "the values of unknown options differ";
  const from = Math.max(0, at - 4);
  const show = (all: string[], sign: string) => all.slice(from, at + 6).map((line) => `  ${sign} ${line}`).join("\n");
  return `the descriptors differ:\n${show(expected, "-")}\n${show(actual, "+")}`;
}
