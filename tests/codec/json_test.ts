// JSON between text and the user's classes: both spellings, null, well-known types, what comes twice, depth, what JSON can't
// say. protobuf-es is the other side where a form is in question.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, fromBinary, fromJsonString, toJson } from "@bufbuild/protobuf";
import { anyPack, AnySchema, DurationSchema, FieldMaskSchema, ValueSchema } from "@bufbuild/protobuf/wkt";
import { createSchema, Enum, field, map, message, oneof, optional, repeated } from "sigil";
import { type JsonSettings, type MessageCodec, MessageCodecs } from "../../src/codec/message_codec.ts";
import { WireError } from "../../src/wire/wire_error.ts";
import { Address, Order, OrderStatus } from "../support/shop.ts";

const Kind = Enum("json.v1.Kind", { UNSPECIFIED: 0, A: 1 } as const);
const All = message("json.v1.All", {
  wholeNumber: field(1, "int32"),
  big: field(2, "uint64"),
  exact: field(3, "double"),
  short: field(4, "float"),
  data: field(5, "bytes"),
  kind: field(6, Kind),
  at: field(7, Date),
  names: map(8, "int64", "string"),
  choice: oneof({ text: [9, "string"], count: [10, "int32"] }),
  ttl: field(11, DurationSchema),
  mask: field(12, FieldMaskSchema),
  any: field(13, AnySchema),
  anything: field(14, ValueSchema),
  flags: repeated(15, "bool"),
  note: optional(16, "string"),
  kinds: repeated(17, Kind),
  values: repeated(18, ValueSchema),
});
const Listed = message("json.v1.Listed", { numbers: repeated(1, "double"), whole: repeated(2, "int32") });
const schema = createSchema({ messages: [All, Order, Listed] });
const codecs = new MessageCodecs(schema);
const all: MessageCodec = codecs.codec(schema.message(All));
const listed: MessageCodec = codecs.codec(schema.message(Listed));
const orders: MessageCodec = codecs.codec(schema.message(Order));

type Any = { [property: string]: unknown };
const read = (text: string, settings?: JsonSettings): Any => all.fromJson(text, settings) as Any;

function refuses(text: string, reason: RegExp, settings?: JsonSettings): void {
  assert.throws(() => read(text, settings), (error) => {
    assert.ok(error instanceof WireError, String(error));
    assert.match(error.message, reason);
    return true;
  });
}

function fullOrder(): Order {
  return Object.assign(new Order(), {
    id: 'o-1 "quoted" \u2028\n',
    customerId: 2n ** 62n,
    tags: ["a", "ü", "", "\u{1f600}"],
    stock: new Map([["x", 1], ["__proto__", 2]]),
    shipTo: Object.assign(new Address(), { street: "Main", city: "Bonn" }),
    status: OrderStatus.SHIPPED,
    retries: 0,
    signature: new Uint8Array([0, 255, 254]),
    createdAt: new Date("2026-01-02T03:04:05.678Z"),
    payment: { case: "card", value: Object.assign(new Address(), { street: "Card" }) },
    ttl: create(DurationSchema, { seconds: 5n, nanos: 500_000 }),
    note: "",
    extra: { a: [1, "b", null], nested: { c: true } },
    parts: [Object.assign(new Order(), { id: "part" })],
    places: new Map([[-5n, Object.assign(new Address(), { city: "Oslo" })]]),
    deltas: [-1, 0, 1],
    history: [new Date(0), new Date(1000)],
    flags: new Map([[true, "yes"], [false, "no"]]),
    labels: { env: "prod" },
    price: 1.5,
  });
}

test("every kind of field is what protobuf-es writes, and comes back", () => {
  const order = fullOrder();
  const text = orders.toJson(order);
  const desc = schema.message(Order);
  assert.deepEqual(JSON.parse(text), toJson(desc, fromBinary(desc, orders.toBinary(order))));
  assert.deepEqual(orders.fromJson(text), order);
  const [part] = (orders.fromJson(text) as Order).parts;
  assert.ok(part instanceof Order);
});

test("names are read in both spellings, and written in one", () => {
  assert.equal(read('{"wholeNumber":1}').wholeNumber, 1);
  assert.equal(read('{"whole_number":1}').wholeNumber, 1);
  assert.equal(all.toJson({ wholeNumber: 1 }), '{"wholeNumber":1}');
  assert.equal(all.toJson({ wholeNumber: 1 }, { useProtoFieldName: true }), '{"whole_number":1}');
});

test("numbers may be strings, 64-bit ones are written so, and what is none is refused", () => {
  assert.equal(read('{"wholeNumber":"-7"}').wholeNumber, -7);
  assert.equal(read('{"wholeNumber":1e2}').wholeNumber, 100);
  assert.equal(read('{"big":"18446744073709551615"}').big, 2n ** 64n - 1n);
  assert.equal(read('{"big":12}').big, 12n);
  assert.equal(all.toJson({ big: 5n }), '{"big":"5"}');
  for (const wrong of ["1.5", '"0x10"', '" 1"', '""', "2147483648", "true", '"1 "', "[]"]) {
    refuses(`{"wholeNumber":${wrong}}`, /All\.wholeNumber: expected int32, got/);
  }
  refuses('{"big":-1}', /All\.big: expected uint64/);
  refuses('{"big":"18446744073709551616"}', /All\.big/);
});

test("NaN, the infinities and minus zero are themselves", () => {
  for (const value of [NaN, Infinity, -Infinity, -0, 1e-300]) {
    assert.ok(Object.is((all.fromJson(all.toJson({ exact: value })) as Any).exact, value), String(value));
  }
  assert.equal(all.toJson({ exact: NaN, short: -Infinity }), '{"exact":"NaN","short":"-Infinity"}');
  assert.equal(read('{"short":3.4028235e38}').short, 3.4028235e38);
  refuses('{"exact":1e999}', /All\.exact: expected double/);
  refuses('{"short":3.5e38}', /All\.short: expected float/);
  refuses('{"exact":"nan"}', /All\.exact/);
});

test("lists of numbers are as their elements are, one by one", () => {
  for (const numbers of [[], [0], [1.5, -2], [NaN, 1], [1, -0], [Infinity, -Infinity]]) {
    const text = `{"numbers":[${
      numbers.map((one) => Object.is(one, -0) ? "-0.0" : Number.isFinite(one) ? one : `"${one}"`)
    }]}`;
    assert.equal(listed.toJson({ numbers }), numbers.length === 0 ? "{}" : text);
    assert.deepEqual((listed.fromJson(text) as { numbers: number[] }).numbers, numbers);
  }
  assert.deepEqual((listed.fromJson('{"whole":[1,"2",3.0]}') as { whole: number[] }).whole, [1, 2, 3]);
  for (const bad of ["1.5", "true", "4294967296", '"x"', "null"]) {
    assert.throws(() => listed.fromJson(`{"whole":[1,${bad}]}`), /Listed\.whole/);
  }
  assert.throws(() => listed.toJson({ whole: [1, 1.5] }), /Listed\.whole: expected a whole number/);
  assert.throws(() => listed.toJson({ numbers: [1, "2"] }), /Listed\.numbers/);
});

test("bytes are base64 of either alphabet, with padding or without", () => {
  for (const text of ["-_8", "+/8=", "-_8=", "+/8"]) {
    assert.deepEqual(read(`{"data":"${text}"}`).data, new Uint8Array([251, 255]));
  }
  assert.equal(all.toJson({ data: new Uint8Array([251, 255]) }), '{"data":"+/8="}');
  refuses('{"data":"%"}', /All\.data: expected base64/);
});

test("enums are read by name and by number, and written by name", () => {
  assert.equal(read('{"kind":"KIND_A"}').kind, 1);
  assert.equal(read('{"kind":1}').kind, 1);
  assert.equal(read('{"kind":7}').kind, 7);
  assert.equal(all.toJson({ kind: 1 }), '{"kind":"KIND_A"}');
  assert.equal(all.toJson({ kind: 7 }), '{"kind":7}');
  assert.equal(all.toJson({ kind: 1 }, { enumAsInteger: true }), '{"kind":1}');
  refuses('{"kind":"KIND_B"}', /All\.kind: expected json\.v1\.Kind, got "KIND_B"/);
  assert.deepEqual(read('{"kinds":["KIND_B","KIND_A"]}', { ignoreUnknownFields: true }).kinds, [1]);
});

test("null is no value, but where a type has one", () => {
  const message = read('{"wholeNumber":null,"names":null,"flags":null,"at":null,"text":null,"count":5,"ttl":null}');
  assert.deepEqual(message.choice, { case: "count", value: 5 });
  assert.equal(message.at, undefined);
  assert.equal((read('{"anything":null}').anything as Any).$typeName, "google.protobuf.Value");
  assert.equal((read('{"values":[null,1]}').values as Any[]).length, 2);
  refuses('{"flags":[null]}', /All\.flags: null can't be in a list/);
  refuses('{"names":{"1":null}}', /All\.names: null can't be in a map/);
});

test("unknown names are refused, or left out where asked", () => {
  refuses('{"other":1}', /json\.v1\.All has no field "other"/);
  assert.equal(read('{"other":{"deep":[1,{"x":2}]},"big":1}', { ignoreUnknownFields: true }).big, 1n);
});

test("nothing may come twice", () => {
  refuses('{"big":1,"big":2}', /JSON has the name "big" twice/);
  refuses('{"big":1,"b\\u0069g" : 2}', /JSON has the name "big" twice/);
  refuses('{"wholeNumber":1,"whole_number":1}', /All\.wholeNumber is set twice/);
  refuses('{"text":"a","count":1}', /All\.choice is set twice/);
  refuses('{"names":{"1":"a","01":"b"}}', /All\.names: the key "01" comes twice/);
  refuses('{"other":{"a":1,"a":2}}', /JSON has the name "a" twice/, { ignoreUnknownFields: true });
  refuses('{"anything":{"a":{"b":1,"b":2}}}', /JSON has the name "b" twice/);
  assert.equal(read('{"note":"a \\"note\\": with, {\\\\","big":"1"}').note, 'a "note": with, {\\');
});

test("nothing may come twice in a long text of few names, whose strings may hold colons", () => {
  const flags = `[${Array(2000).fill("true").join(",")}]`;
  assert.equal((read(`{"big":1,"flags":${flags}}`).flags as unknown[]).length, 2000);
  assert.equal(read(`{"note":"a: b: {[","flags":${flags}}`).note, "a: b: {[");
  refuses(`{"big":1,"flags":${flags},"big":2}`, /JSON has the name "big" twice/);
  refuses(`{"note":"a: b","flags":${flags},"big":1,"big":2}`, /JSON has the name "big" twice/);
  refuses(`{"flags":${flags},"anything":${"[".repeat(299)}${"]".repeat(299)}}`, /nested too deeply/);
  refuses(`{"flags":${flags},"anything":${"[".repeat(300)}${"]".repeat(300)}}`, /nested deeper than 300 levels/);
  refuses(`{"flags":${flags},"anything":${'{"":['.repeat(150)}1${"]}".repeat(150)}}`, /nested deeper than 300 levels/);
});

test("JSON is nested a hundred messages deep at most", () => {
  const nested = (depth: number): string => '{"parts":['.repeat(depth - 1) + "{}" + "]}".repeat(depth - 1);
  orders.fromJson(nested(100));
  assert.throws(() => orders.fromJson(nested(101)), /shop\.v1\.Order is nested too deeply/);
  assert.throws(() => orders.fromJson(`{"extra":${'{"a":'.repeat(200)}1${"}".repeat(200)}}`), /too deeply/);
  assert.throws(() => orders.fromJson("[".repeat(100_000)), WireError);
  assert.throws(
    () => orders.fromJson("[".repeat(10_000) + "]".repeat(10_000)),
    /JSON is nested deeper than 300 levels/,
  );
});

test("text that breaks off, or is nested without end, is refused before it is parsed", () => {
  for (const text of ['{"text":"x', '{"text":"x\\"', '"', '{"text":', "["]) refuses(text, /no JSON/);
  refuses("[".repeat(1_000_000), /nested deeper than 300 levels/);
});

test("numbers of more digits than any field holds are not even made", () => {
  assert.equal(read(`{"big":"${"0".repeat(39)}7"}`).big, 7n);
  const { BigInt: make } = globalThis;
  let made = 0;
  globalThis.BigInt = Object.assign((value: bigint | string) => {
    made++;
    return make(value);
  }, make);
  try {
    for (const name of ['"big":', '"names":{']) {
      const digits = `"${"9".repeat(41)}"`;
      refuses(`{${name}${digits}${name.endsWith("{") ? ':"x"}' : ""}}`, /./);
    }
  } finally {
    globalThis.BigInt = make;
  }
  assert.equal(made, 0);
});

test("dates keep milliseconds, and what is no date is refused", () => {
  const at = (text: string): unknown => read(`{"at":"${text}"}`).at;
  assert.deepEqual(at("2026-01-02T03:04:05.678Z"), new Date("2026-01-02T03:04:05.678Z"));
  assert.deepEqual(at("2026-01-02T03:04:05+01:00"), new Date("2026-01-02T02:04:05Z"));
  assert.equal(all.toJson({ at: new Date(-1) }), '{"at":"1969-12-31T23:59:59.999Z"}');
  refuses('{"at":"2026-01-02"}', /All\.at: expected a date and time of RFC 3339/);
  refuses('{"at":"0000-01-01T00:00:00Z"}', /All\.at/);
});

test("durations, field masks and Any have their own forms", () => {
  const text = '{"ttl":"-1.500s","mask":"fooBar,baz"}';
  const message = read(text);
  assert.deepEqual(message.ttl, create(DurationSchema, { seconds: -1n, nanos: -500_000_000 }));
  assert.deepEqual((message.mask as Any).paths, ["foo_bar", "baz"]);
  assert.equal(all.toJson(message), text);
  refuses('{"ttl":"5"}', /All\.ttl: expected seconds of a duration/);
  const { registry } = schema;
  const any = anyPack(DurationSchema, create(DurationSchema, { seconds: 3n }));
  const packed = all.toJson({ any }, { registry });
  assert.equal(packed, '{"any":{"@type":"type.googleapis.com/google.protobuf.Duration","value":"3s"}}');
  assert.deepEqual(read(packed, { registry }).any, any);
  const own = '{"any":{"big":"1","@type":"type.googleapis.com/json.v1.All"}}';
  const back = all.toJson(read(own, { registry }), { registry });
  assert.equal(back, '{"any":{"@type":"type.googleapis.com/json.v1.All","big":"1"}}');
  assert.throws(() => all.toJson({ any }), /not in the registry/);
  refuses('{"any":{"@type":"x/y.Z"}}', /x\/y\.Z is not in the registry/);
});

test("values without presence are written where asked", () => {
  const json = JSON.parse(all.toJson({}, { alwaysEmitImplicit: true })) as Any;
  assert.equal(json.wholeNumber, 0);
  assert.equal(json.big, "0");
  assert.deepEqual(json.names, {});
  assert.deepEqual(json.flags, []);
  assert.equal("note" in json, false);
  assert.deepEqual(all.fromJson(JSON.stringify(json)), all.fromJson("{}"));
});

test("halves of surrogate pairs are no text", () => {
  refuses('{"note":"\\ud800"}', /All\.note: expected string/);
});

test("what protobuf-es writes is read", () => {
  const desc = schema.message(All);
  const text = '{"wholeNumber":5,"names":{"-3":"x"},"anything":{"a":[1,null,{"b":"c"}]}}';
  assert.deepEqual(JSON.parse(all.toJson(read(text))), toJson(desc, fromJsonString(desc, text)));
});
