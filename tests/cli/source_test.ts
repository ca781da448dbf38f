// JSDoc of the source as comments of the .proto, and where in the source declarations are found.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runCommandLine } from "../../src/cli/command_line.ts";
import { commentOf } from "../../src/cli/source_comments.ts";
import { declarationsOf } from "../../src/cli/source_declarations.ts";
import { SourceIndex } from "../../src/cli/source_index.ts";
import { tokensOf } from "../../src/cli/source_tokens.ts";

const modules = fileURLToPath(new URL("modules", import.meta.url));

async function print(...args: string[]): Promise<string> {
  let out = "";
  const context = {
    directory: modules,
    stdout: (text: string) => void (out += text),
    stderr: (text: string) => void (out += text),
  };
  assert.equal(await runCommandLine(["proto", "commented.ts", "--stdout", ...args], context), 0, out);
  return out;
}

const body = `
// The orders of one shop.
service Orders {
  // Finds one order.
  // It takes its time.
  rpc GetOrder(Order) returns (Order);
}

// A contract.
service Plains {
  // Gives back.
  rpc Echo(Plain) returns (Plain);
}

// A customer's order, see Status.
//
//     an example
message Order {
  // Never changes.
  string id = 1;
  // Said by an option.
  Status status = 2;

  // How it is paid.
  oneof payment {
    // By card: \\\`\${"{"}\\\` is no brace, /** is no comment.
    string card = 3;
    string voucher = 4;
  }

  // Behind its decorator.
  optional string note = 5;
  optional int32 count = 6;
}

// A plain message.
message Plain {
  // Its size.
  Size size = 1;

  // A choice.
  oneof choice {
    // The only one.
    string a = 2;
  }
}

// Where an order stands.
enum Status {
  // Nobody knows.
  STATUS_UNSPECIFIED = 0;
  STATUS_PAID = 1;
  // On its way.
  STATUS_SHIPPED = 2;
}

// Sizes.
enum Size {
  // None.
  SIZE_NONE = 0;
  SIZE_LARGE = 1;
}
`;

test("with --jsdoc comments come from the source where doc gives none, of decorators and builders, across modules", async () => {
  assert.doesNotMatch(await print(), /Finds one order/);
  assert.equal(await print("--jsdoc"), `syntax = "proto3";\n\npackage talk.v1;\n${body}`);
});

test("types and members are found by file and line, those of a base class too", () => {
  const index = new SourceIndex(join(modules, "commented.ts"));
  const places = [
    index.locate("talk.v1.Order", undefined, modules),
    index.locate("talk.v1.Order", "id", modules),
    index.locate("talk.v1.Order", "payment.card", modules),
    index.locate("talk.v1.Order", "note", modules),
    index.locate("talk.v1.Order", "gone", modules),
    index.locate("talk.v1.Status", "SHIPPED", modules),
    index.locate("talk.v1.Orders", "getOrder", modules),
    index.locate("talk.v1.Plain", "choice.a", modules),
    index.locate("talk.v1.Plains", "echo", modules),
    index.locate("talk.v1.Nothing", "at", modules),
  ];
  assert.deepEqual(places, [
    "commented.ts:30",
    "commented.ts:19",
    "commented.ts:38",
    "commented.ts:45",
    "commented.ts:30",
    "commented.ts:11",
    "commented.ts:65",
    "commented_contract.ts:24",
    "commented_contract.ts:31",
    undefined,
  ]);
  assert.equal(new SourceIndex(join(modules, "no_such.ts")).locate("talk.v1.Order", undefined, modules), undefined);
});

test("texts, templates, divisions and regular expressions are told apart", () => {
  const words = (source: string) => tokensOf(source).map(({ text }) => text).join(" ");
  assert.equal(words('a = b / c; d = /"/.test(e) / 2'), "a = b / c ; d = . test ( e ) / 2");
  assert.equal(words("`x ${`y ${{ a: '}' }}` + 1} z` class A {}"), "class A { }");
  assert.equal(words('return /[/"]{2}/u; f'), "return ; f");
  assert.equal(words("'it\\'s' \"open\nnext /* c */ // d\n#e 1.5e3"), "it\\'s open next #e 1.5e3");
  assert.equal(words("/* never closed"), "");
  assert.equal(words("`never ${ closed"), "");
});

test("members are found without semicolons, behind types with braces, and with any modifier", () => {
  const { groups } = declarationsOf(`
    @Message("a.B") export default abstract class B<T extends { x: 1 }> extends mixin({ y: 2 }) {
      @Field(1) one = ""
      @Field(2, "int32") declare readonly two?: { a: number }
      @Field(3) static three = [{ four: () => { five = 1 } }]
      @Unary(C, C) async *get({ a }: C): AsyncGenerator<{ b: string }> { yield { c: 1 } }
      @Unary(C, C) set(c: C): { d: string } { return { e: 2 }; }
      last = 1;
    }`);
  assert.deepEqual(groups.map(({ name, typeName }) => [name, typeName]), [["B", "a.B"]]);
  assert.deepEqual([...groups[0]?.members.keys() ?? []], ["one", "two", "three", "get", "set", "last"]);
});

test("a comment is read up to its first tag, with names in place of links", () => {
  assert.equal(commentOf("/** One. */"), "One.");
  assert.equal(
    commentOf("/**\n   * One {@link A.b} and {@link C | see}.\n   *\n   *   two *\\/\n   * @deprecated x\n   * y */"),
    "One A.b and C.\n\n  two */",
  );
  assert.equal(commentOf("/** @internal */"), "");
});
