// Classes that can't be in one schema: packages that import each other in a circle, and two classes of one name.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSchema, Enum, Field, field, Message, message, type MessageClass, SchemaError } from "../../mod.ts";

function assertMistake(messageClass: MessageClass, ...parts: string[]): void {
  assert.throws(
    () => createSchema({ messages: [messageClass] }),
    (error) => {
      assert.ok(error instanceof SchemaError);
      assert.equal(error.mistakes.length, 1, error.message);
      for (const part of parts) assert.ok(error.message.includes(part), `"${error.message}" does not say "${part}"`);
      return true;
    },
  );
}

test("packages may import each other in a longer circle, by way of enums and services too", () => {
  const Colour = Enum("test.paint.Colour", { NONE: 0 } as const);
  const Pot = message("test.shelf.Pot", { colour: field(1, Colour) });
  const Brush: MessageClass = message("test.paint.Brush", { rack: field(1, () => Rack) });
  const Rack = message("test.rack.Rack", { pot: field(1, Pot) });
  assertMistake(
    Brush,
    "test.paint uses test.rack in Brush.rack, a Rack",
    "test.rack uses test.shelf in Rack.pot, a Pot",
    "test.shelf uses test.paint in Pot.colour, a test.paint.Colour",
  );
});

test("two classes of one name are named both", () => {
  @Message("test.v1.Same")
  class First {}
  @Message("test.v1.Same")
  class Second {}
  @Message("test.v1.Both")
  class Both {
    @Field(1, () => First)
    first?: First;
    @Field(2, () => Second)
    second?: Second;
  }
  assertMistake(Both, "Second: the name test.v1.Same is taken by class First.", "Give one of the two another name.");
});
