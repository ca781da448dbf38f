// What a startup error says: every mistake of one app at once, each with its class and field and what to write instead.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Enum, Field, Message, OneOf, SchemaError, Service, Sigil, Unary } from "sigil";

/** The mistakes of a schema made of these messages and services. */
function mistakesOf(...messages: (new () => object)[]): readonly string[] {
  try {
    new Sigil({ messages });
  } catch (error) {
    if (error instanceof SchemaError) return error.mistakes;
    throw error;
  }
  return [];
}

/** Asserts that a schema has one mistake, whose text has all of these parts. */
function assertMistake(messageClass: new () => object, ...parts: string[]): void {
  const mistakes = mistakesOf(messageClass);
  assert.equal(mistakes.length, 1, `expected one mistake, got: ${mistakes.join(" | ")}`);
  for (const part of parts) assert.ok(mistakes[0].includes(part), `"${mistakes[0]}" does not say "${part}"`);
}

test("all mistakes of an app are reported in one error", () => {
  @Message("test.v1.Broken")
  class Broken {
    @Field(0)
    zero = "";
    @Field(19_500)
    kept = "";
    @Field(2)
    first = "";
    @Field(2)
    second = "";
  }
  @Message("test.v1.Broken")
  class AlsoBroken {
    @Field(1, "int32")
    count = 0;
  }
  class Plain {}
  const error = assertThrowsSchemaError(() => new Sigil({ messages: [Broken, AlsoBroken, Plain] }));
  assert.equal(error.mistakes.length, 5);
  assert.match(error.message, /^The schema has 5 mistakes\.\n {2}1\. /);
  for (
    const part of [
      "Broken.zero: 0 is no field number",
      "Broken.kept: number 19500",
      "number 2 is taken by Broken.first",
    ]
  ) {
    assert.ok(error.message.includes(part), part);
  }
});

function assertThrowsSchemaError(run: () => unknown): SchemaError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof SchemaError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: "nothing was thrown" });
}

test("a bare number names the wire types to choose from", () => {
  @Message("test.v1.M")
  class M {
    // @ts-expect-error a bare number does not compile either
    @Field(7)
    retries = 0;
  }
  assertMistake(M, "M.retries", "a number can be", "int32", '@Field(7, "int32")');
});

test("a bare bigint names the wire types to choose from", () => {
  @Message("test.v1.M")
  class M {
    // @ts-expect-error a bare bigint does not compile either
    @Field(1)
    id = 0n;
  }
  assertMistake(M, "M.id", "a bigint can be int64", '@Field(1, "int64")');
});

test("an array without element type is refused", () => {
  @Message("test.v1.M")
  class M {
    // @ts-expect-error an array without element type does not compile either
    @Field(3)
    tags: string[] = [];
  }
  assertMistake(M, "M.tags", "an array does not say what its elements are");
});

test("a Map without key and value types is refused", () => {
  @Message("test.v1.M")
  class M {
    @Field(3, "string", "int32")
    ok = new Map<string, number>();
    // @ts-expect-error a bare Map does not compile either
    @Field(4)
    stock = new Map<string, number>();
  }
  assertMistake(M, "M.stock", "key and value types");
});

test("a property with neither type nor initial value is refused", () => {
  @Message("test.v1.M")
  class M {
    // @ts-expect-error it does not compile either
    @Field(5)
    at?: Date;
  }
  assertMistake(M, "M.at", "nothing says its type", "@Field(5, () => Type)");
});

test("an initial value that the type can't hold is refused", () => {
  @Message("test.v1.M")
  class M {
    // @ts-expect-error it does not compile either
    @Field(5, "int64")
    total = 0;
  }
  assertMistake(M, "M.total", "begins as 0", "int64");
});

test("a repeated field or map that begins with values is refused", () => {
  @Message("test.v1.M")
  class M {
    @Field(1, "string")
    tags = ["a"];
  }
  assertMistake(M, "M.tags", "can't begin with values");
});

for (const number of [0, -1, 1.5, 536_870_912, NaN]) {
  test(`field number ${number} is refused`, () => {
    @Message("test.v1.M")
    class M {
      @Field(number)
      name = "";
    }
    assertMistake(M, "M.name", `${number} is no field number`, "536870911");
  });
}

test("a missing field number is refused", () => {
  @Message("test.v1.M")
  class M {
    @Field(undefined as unknown as number)
    name = "";
  }
  assertMistake(M, "M.name", "no field number", "@Field(1)");
});

for (const number of [19_000, 19_999]) {
  test(`field number ${number}, which protobuf keeps for itself, is refused`, () => {
    @Message("test.v1.M")
    class M {
      @Field(number)
      name = "";
    }
    assertMistake(M, "19000 to 19999");
  });
}

for (const number of [1, 18_999, 20_000, 536_870_911]) {
  test(`field number ${number} is accepted`, () => {
    @Message("test.v1.M")
    class M {
      @Field(number)
      name = "";
    }
    assert.deepEqual(mistakesOf(M), []);
  });
}

test("reserved numbers, ranges and names are refused", () => {
  @Message("test.v1.M", { reserved: [2, [5, 9], "old_name"] })
  class M {
    @Field(2)
    two = "";
    @Field(9)
    nine = "";
    @Field(10)
    oldName = "";
    @Field(4)
    four = "";
  }
  const mistakes = mistakesOf(M);
  assert.equal(mistakes.length, 3);
  assert.match(mistakes[0], /M\.two: number 2 is reserved in test\.v1\.M/);
  assert.match(mistakes[1], /M\.nine: number 9 is reserved/);
  assert.match(mistakes[2], /M\.oldName: name old_name is reserved/);
});

test("a reserved range that is none is refused", () => {
  @Message("test.v1.M", { reserved: [[9, 5]] })
  class M {
    @Field(1)
    one = "";
  }
  assertMistake(M, "reserved range 9 to 5");
});

test("names that clash in protobuf are refused", () => {
  @Message("test.v1.M")
  class M {
    @Field(1)
    fooBar = "";
    @Field(2)
    foo_bar = "";
  }
  const mistakes = mistakesOf(M);
  assert.match(mistakes[0], /name foo_bar is taken by M\.fooBar/);
});

test("JSON names that clash are refused", () => {
  @Message("test.v1.M")
  class M {
    @Field(1)
    foo = "";
    @Field(2, { jsonName: "foo" })
    bar = "";
  }
  assertMistake(M, "M.bar", "JSON name foo is taken by M.foo");
});

test("names that protobuf can't spell are refused", () => {
  @Message("test.v1.Größe")
  class M {
    @Field(1)
    $dollar = "";
  }
  const mistakes = mistakesOf(M);
  assert.equal(mistakes.length, 2);
  assert.match(mistakes[0], /"test\.v1\.Größe" is no protobuf name/);
  assert.match(mistakes[1], /M\.\$dollar: "\$dollar" is no protobuf name/);
});

test("a type that is no type is refused", () => {
  @Message("test.v1.M")
  class M {
    @Field(1, "strng" as "string")
    name = "";
  }
  assertMistake(M, '"strng" is no type', "sfixed64");
});

test("a class that is not decorated is named", () => {
  class Address {
    street = "";
  }
  @Message("test.v1.M")
  class M {
    @Field(1, () => Address)
    address?: Address;
  }
  assertMistake(M, "M.address", "class Address is no message", '@Message("package.Address")');
});

test("a thunk that answers undefined is refused", () => {
  @Message("test.v1.M")
  class M {
    @Field(1, () => undefined as unknown as new () => object)
    other?: object;
  }
  assertMistake(M, "M.other", "undefined", "thunk");
});

test("a map key that can't be one is refused", () => {
  @Message("test.v1.M")
  class M {
    @Field(1, "double" as "int32", "string")
    scores = new Map<number, string>();
  }
  assertMistake(M, "M.scores", '"double" can\'t be the key of a map');
});

test("a class that can't be made without arguments is refused", () => {
  @Message("test.v1.M")
  class M {
    @Field(1)
    name = "";
    constructor() {
      throw new Error("no database");
    }
  }
  assertMistake(M, "new M() threw", "no database", "without arguments");
});

test("an enum that was never declared is refused", () => {
  enum Color {
    RED = 0,
  }
  @Message("test.v1.M")
  class M {
    @Field(1, Color)
    color = Color.RED;
  }
  assertMistake(M, "M.color", "{ RED }", "Enum(");
});

test("an enum without zero is refused", () => {
  const Size = Enum("test.v1.Size", { SMALL: 1, LARGE: 2 } as const);
  @Message("test.v1.M")
  class M {
    @Field(1, Size)
    size?: 1 | 2;
  }
  assertMistake(M, "test.v1.Size", "no value that is 0", "UNSPECIFIED = 0");
});

test("two enum names of one number need allowAlias", () => {
  const refused = Enum("test.v1.Size", { NONE: 0, SMALL: 1, LITTLE: 1 } as const);
  @Message("test.v1.M")
  class M {
    @Field(1, refused)
    size?: 0 | 1;
  }
  assertMistake(M, "test.v1.Size.LITTLE", "number 1 is taken by test.v1.Size.SMALL", "allowAlias");

  const allowed = Enum("test.v1.Size", { NONE: 0, SMALL: 1, LITTLE: 1 } as const, { allowAlias: true });
  @Message("test.v1.M")
  class N {
    @Field(1, allowed)
    size?: 0 | 1;
  }
  assert.deepEqual(mistakesOf(N), []);
});

test("a oneof's cases share the numbers and names of the message", () => {
  @Message("test.v1.M")
  class M {
    @Field(1)
    card = "";
    @OneOf({ card: [2, "string"], voucher: [1, "string"] })
    payment?: { case: "card"; value: string } | { case: "voucher"; value: string };
  }
  const mistakes = mistakesOf(M);
  assert.match(mistakes.join("\n"), /M\.payment\.voucher: number 1 is taken by M\.card/);
  assert.match(mistakes.join("\n"), /M\.payment\.card: name card is taken by M\.card/);
});

test("a oneof without cases is refused", () => {
  @Message("test.v1.M")
  class M {
    @OneOf({})
    payment?: never;
  }
  assertMistake(M, "M.payment", "no cases");
});

test("a case without number and type, and a message without a name, are refused in their places", () => {
  @Message("test.v1.Cases")
  class Cases {
    @OneOf({ a: 5, b: undefined } as never)
    choice?: undefined;
  }
  @Message(undefined as never)
  class Nameless {}
  assert.deepEqual(mistakesOf(Cases, Nameless), [
    'Nameless: it has no name. Write @Message("package.Nameless").',
    'Cases.choice.a: 5 is no case. Write number and type: a: [10, "string"], say.',
    'Cases.choice.b: undefined is no case. Write number and type: b: [10, "string"], say.',
  ]);
});

test("packages that import each other in a circle are refused, with the fields that do it", () => {
  @Message("test.a.A")
  class A {
    @Field(1, () => B)
    b?: object;
  }
  @Message("test.b.B")
  class B {
    @Field(1, () => A)
    a?: object;
  }
  assertMistake(A, "test.a uses test.b in A.b, a B", "test.b uses test.a in B.a, a A");
});

test("services: not decorated, no methods, two of one name, a method that is missing", () => {
  @Message("test.v1.Empty")
  class Empty {}
  class Plain {}
  @Service("test.v1.Nothing")
  class Nothing {}
  @Service("test.v1.Twice")
  class Twice {
    @Unary(Empty, Empty)
    call() {
      return {};
    }
  }
  @Service("test.v1.Twice")
  class TwiceMore {
    @Unary(Empty, Empty)
    call() {
      return {};
    }
  }
  const error = assertThrowsSchemaError(() => new Sigil({ services: [Plain, Nothing, Twice, TwiceMore] }));
  const text = error.mistakes.join("\n");
  assert.match(text, /class Plain is no service/);
  assert.match(text, /test\.v1\.Nothing: it has no methods/);
  assert.match(text, /test\.v1\.Twice: two of the app's services have this name/);
});

test("decorators refuse static and private members where they stand", () => {
  assert.throws(() => {
    class M {
      @Field(1)
      static name2 = "";
    }
    return M;
  }, /static member name2/);
});
