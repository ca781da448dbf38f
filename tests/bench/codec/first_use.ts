// The first use of a type: a hundred types of ten fields, each written and read once, by codecs that have never seen them.
import { type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { createSchema, field, message, type MessageClass } from "../../../mod.ts";
import { MessageCodecs } from "../../../src/codec/message_codec.ts";
import { drive } from "./operation.ts";

const TYPES = 100;
const value = {
  a: "text",
  b: 1,
  c: 2n,
  d: true,
  e: 0.5,
  f: "more text",
  g: 7,
  h: new Uint8Array([1, 2, 3]),
  i: -1,
  j: "the last",
};

function classOf(index: number): MessageClass {
  return message(`bench.first.v1.Type${index}`, {
    a: field(1, "string"),
    b: field(2, "int32"),
    c: field(3, "int64"),
    d: field(4, "bool"),
    e: field(5, "double"),
    f: field(6, "string"),
    g: field(7, "uint32"),
    h: field(8, "bytes"),
    i: field(9, "sint32"),
    j: field(10, "string"),
  });
}

/** Measures Sigil's codec, or protobuf-es's functions, on types made anew each time. Making them is not counted. */
export async function measureFirstUse(subject: "sigil" | "protobuf-es"): Promise<void> {
  await drive((milliseconds) => {
    const times: number[] = [];
    const end = performance.now() + milliseconds;
    while (performance.now() < end || times.length === 0) {
      const classes = Array.from({ length: TYPES }, (_, index) => classOf(index));
      const schema = createSchema({ messages: classes });
      const descs = classes.map((one) => schema.message(one));
      const codecs = new MessageCodecs(schema);
      const use = subject === "sigil" ? useCodec(codecs) : useProtobuf;
      const start = performance.now();
      for (const desc of descs) use(desc);
      times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    return { count: 1, milliseconds: times[Math.floor(times.length / 4)] };
  });
}

function useCodec(codecs: MessageCodecs): (desc: DescMessage) => void {
  return (desc) => {
    const codec = codecs.codec(desc);
    codec.fromBinary(codec.toBinary(value));
  };
}

function useProtobuf(desc: DescMessage): void {
  fromBinary(desc, toBinary(desc, { $typeName: desc.typeName, ...value } as never));
}
