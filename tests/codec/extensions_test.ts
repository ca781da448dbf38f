// Extensions set on and read from messages of the user's classes, and what protobuf-es makes of their bytes.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  fromBinary as fromBinaryOf,
  getExtension as getExtensionOf,
  hasExtension as hasExtensionOf,
} from "@bufbuild/protobuf";
import { clearExtension, getExtension, hasExtension, setExtension } from "../../mod.ts";
import { createSchema, extension, field, fromBinary, message, protoFile, toBinary } from "../../mod.ts";

const Base = message("ext.Base", { id: field(1, "int32") }, { extensionRanges: [[100, 199]] });
const Note = message("ext.Note", { text: field(1, "string") });
const count = extension("ext.count", { extends: Base, number: 100, type: "int64" });
const note = extension("ext.note", { extends: Base, number: 101, type: Note });
const tags = extension("ext.tags", { extends: Base, number: 102, type: "sint32", repeated: true });
const file = protoFile("ext.proto", {
  package: "ext",
  edition: "proto2",
  messages: [Base, Note],
  extensions: [count, note, tags],
});

test("an extension is set, written, read, replaced and cleared", () => {
  const base = Object.assign(new Base(), { id: 7 });
  assert.equal(hasExtension(base, count), false);
  assert.equal(getExtension(base, count), undefined);
  assert.deepEqual(getExtension(base, tags), []);
  setExtension(base, count, 5n);
  setExtension(base, count, 6n);
  setExtension(base, note, { text: "a" });
  setExtension(base, tags, [1, -1]);
  const read = fromBinary(Base, toBinary(Base, base));
  assert.equal(read.id, 7);
  assert.equal(getExtension(read, count), 6n);
  const got = getExtension(read, note);
  assert.ok(got instanceof Note);
  assert.equal(got.text, "a");
  assert.deepEqual(getExtension(read, tags), [1, -1]);
  clearExtension(read, count);
  assert.equal(hasExtension(read, count), false);
  assert.equal(hasExtension(read, note), true);
});

test("protobuf-es reads the same extensions by the schema's descriptors", () => {
  const { registry } = createSchema({ files: [file] });
  const desc = registry.getMessage("ext.Base");
  const [countDesc, tagsDesc] = ["ext.count", "ext.tags"].map((name) => registry.getExtension(name));
  assert.ok(desc && countDesc && tagsDesc);
  const base = new Base();
  setExtension(base, count, 9n);
  setExtension(base, tags, [3]);
  const bytes = toBinary(Base, base);
  const theirs = fromBinaryOf(desc, bytes);
  assert.ok(hasExtensionOf(theirs, countDesc));
  assert.equal(getExtensionOf(theirs, countDesc), 9n);
  assert.deepEqual(getExtensionOf(theirs, tagsDesc), [3]);
  // 102 << 3 | 0: proto2 writes lists unpacked.
  assert.ok(Buffer.from(bytes).includes(Buffer.from([0xb0, 0x06, 6])));
});

test("values of another type do not compile, and are refused", () => {
  // @ts-expect-error: an int64 is a bigint.
  assert.throws(() => setExtension(new Base(), count, "no"), TypeError);
});
