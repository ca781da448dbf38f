// The other dialect: the same decorators compiled with `experimentalDecorators`, and types taken from `design:type` where
// the compiler emits it (Bun and Deno do, esbuild does not).
import assert from "node:assert/strict";
import { test } from "node:test";
import { toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import {
  createSchema,
  Field,
  type Interceptor,
  Message,
  OneOf,
  SchemaError,
  ServerStreaming,
  Service,
  Sigil,
  Unary,
  UseInterceptors,
} from "sigil";
import { BuiltOrder, Order } from "../../support/shop.ts";

test("legacy decorators and builders give equal descriptors", () => {
  const file = (root: new () => object) => {
    const found = createSchema({ messages: [root] }).files.find((file) => file.proto.package === "shop.v1");
    assert.ok(found);
    return toBinary(FileDescriptorProtoSchema, found.proto);
  };
  assert.deepEqual(file(Order), file(BuiltOrder));
});

@Message("legacy.v1.Ask")
class Ask {
  @Field(1)
  name = "";
  @OneOf({ a: [2, "string"], b: [3, "int32"] })
  choice?: { case: "a"; value: string } | { case: "b"; value: number };
}

const mark: Interceptor = (next) => async (request) => {
  const response = await next(request);
  response.header.set("x-mark", "yes");
  return response;
};

@Service("legacy.v1.Asks")
class Asks {
  @Unary(Ask, Ask)
  @UseInterceptors(mark)
  ask(ask: Ask) {
    return { name: `${ask.name}, ${ask.choice?.case}` };
  }

  @ServerStreaming(Ask, Ask)
  async *repeat(ask: Ask) {
    yield ask;
    yield ask;
  }
}

@Service("legacy.v1.More")
class More extends Asks {
  @Unary(Ask, Ask)
  another(ask: Ask) {
    return ask;
  }
}

test("a service with legacy decorators is served, interceptors and base classes included", async () => {
  const app = new Sigil({ services: [Asks, More] });
  let mark: string | null = null;
  const reply = await app.client(Asks).ask(
    { name: "x", choice: { case: "b", value: 1 } },
    { onHeader: (headers) => mark = headers.get("x-mark") },
  );
  assert.equal(reply.name, "x, b");
  assert.equal(mark, "yes");
  const more = app.client(More);
  assert.equal((await more.another({ name: "y" })).name, "y");
  assert.equal((await more.ask({ name: "z" })).name, "z, undefined");
  let count = 0;
  for await (const _ of more.repeat({ name: "x" })) count++;
  assert.equal(count, 2);
});

@Message("legacy.v1.Designed")
class Designed {
  @Field(1)
  text?: string;
  @Field(2)
  truth?: boolean;
  @Field(3)
  at?: Date;
  @Field(4)
  bytes?: Uint8Array;
  @Field(5)
  ask?: Ask;
}

test("types come from the compiler's metadata where it emits any, else the mistake says what to write", () => {
  const emitted = (Reflect as { getMetadata?(...args: unknown[]): unknown })
    .getMetadata?.("design:type", Designed.prototype, "text") !== undefined;
  if (!emitted) {
    assert.throws(() => createSchema({ messages: [Designed] }), (error: SchemaError) => error.mistakes.length === 5);
    return;
  }
  const desc = createSchema({ messages: [Designed] }).message(Designed);
  assert.deepEqual(desc.fields.map((field) => field.message?.typeName ?? field.scalar), [
    9,
    8,
    "google.protobuf.Timestamp",
    12,
    "legacy.v1.Ask",
  ]);
});

@Message("legacy.v1.Counted")
class Counted {
  // @ts-expect-error a bare number does not compile in this dialect either
  @Field(1)
  count?: number;
}

test("metadata that says Number is still ambiguous", () => {
  assert.throws(() => createSchema({ messages: [Counted] }), /Counted\.count/);
});
