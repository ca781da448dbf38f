// Decorated messages beside generated code: two types of one name in one registry are a mistake, whatever files they are in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, createFileRegistry, type DescMessage } from "@bufbuild/protobuf";
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { createSchema, field, message, SchemaError } from "sigil";

/** What generated code has of `foreign.v1.Note`, in a file of its own. */
function generatedNote(): DescMessage {
  const file = create(FileDescriptorProtoSchema, {
    name: "generated/note.proto",
    package: "foreign.v1",
    syntax: "proto3",
    messageType: [
      {
        name: "Note",
        field: [{
          name: "text",
          jsonName: "text",
          number: 1,
          label: FieldDescriptorProto_Label.OPTIONAL,
          type: FieldDescriptorProto_Type.STRING,
        }],
      },
    ],
  });
  return createFileRegistry(file, () => undefined).getMessage("foreign.v1.Note")!;
}

test("a message with the name of a generated one is refused, with the file of the other", () => {
  const Note = message("foreign.v1.Note", { count: field(1, "int32") });
  assert.throws(() => createSchema({ messages: [Note, generatedNote()] }), (error) => {
    assert.ok(error instanceof SchemaError);
    assert.deepEqual(error.mistakes, [
      "foreign.v1.Note: the name is taken by class Note and by generated/note.proto. Use one of the two.",
    ]);
    return true;
  });
});

test("a message with a name of its own stands beside a generated one", () => {
  const Book = message("foreign.v1.Book", { note: field(1, generatedNote()) });
  assert.ok(createSchema({ messages: [Book] }).registry.getMessage("foreign.v1.Note"));
});
