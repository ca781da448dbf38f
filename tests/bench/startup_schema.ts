// The schema of the startup bench, as source text of each subject: 100 messages of 10 fields and one service of 100 unary
// methods, of the kinds that real schemas have. Made by a program, as nobody should have to read it.
import { create, toBinary } from "@bufbuild/protobuf";
import {
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  type FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import type { MessageInitShape } from "@bufbuild/protobuf";

/** Messages, and methods, of the schema. */
export const SCHEMA_COUNT = 100;
/** A method to call first; it takes and answers an empty message of the schema. */
export const FIRST_METHOD_PATH = "/startup.v1.Everything/Method0";

const INDICES = Array.from({ length: SCHEMA_COUNT }, (_, index) => index);

/** Sigil's program that makes the schema of `count` messages of 10 fields and a fifth as many services, cold, and prints the milliseconds. */
export function schemaCostSource(count: number): string {
  const indices = Array.from({ length: count }, (_, index) => index);
  const services = indices.slice(0, count / 5).map((index) => `
sigil.service("cost.v1.Service${index}", { get: sigil.unary(Message${index}, Message${index}) })`);
  return [
    `import * as sigil from "../../mod.ts";`,
    `const start = performance.now();`,
    ...indices.map((index) => builtMessage("cost.v1", index)),
    `const contracts = [${services.join(",")}];`,
    `const messages = [${indices.map((index) => `Message${index}`).join(", ")}];`,
    `sigil.createSchema({ contracts, messages });`,
    `console.log(performance.now() - start);`,
  ].join("\n");
}

/** Sigil's program with decorated classes, or with the builders, or with an app that has nothing in it. */
export function sigilSource(style: "decorators" | "builders" | "empty"): string {
  const parts = { decorators: [decoratedClasses()], builders: [built()], empty: ["const services = [];"] }[style];
  return [
    `import * as sigil from "../../mod.ts";`,
    `import { announce } from "../../tests/bench/greeter/program.ts";`,
    ...parts,
    `const server = await new sigil.Sigil({ services }).listen({ host: "127.0.0.1", port: 0 });`,
    `announce(server.port);`,
  ].join("\n");
}

/** connect-node's program, with what protoc-gen-es would have generated, or with a router that has nothing in it. */
export function connectSource(style: "generated" | "empty"): string {
  const routes = {
    generated: [
      `import { fileDesc, serviceDesc } from "@bufbuild/protobuf/codegenv2";`,
      `const file = fileDesc(${JSON.stringify(fileDescriptorBase64())});`,
      `const methods = Object.fromEntries(Array.from({ length: ${SCHEMA_COUNT} }, (_, i) => ["method" + i, (m) => m]));`,
      `const routes = (router) => router.service(serviceDesc(file, 0), methods);`,
    ],
    empty: [`const routes = () => {};`],
  }[style];
  return [
    `import { connectNodeAdapter } from "@connectrpc/connect-node";`,
    `import { createServer } from "node:http2";`,
    `import { announce } from "../../tests/bench/greeter/program.ts";`,
    ...routes,
    `const server = createServer(connectNodeAdapter({ routes }));`,
    `server.listen(0, "127.0.0.1", () => announce(server.address().port));`,
  ].join("\n");
}

function decoratedClasses(): string {
  const messages = INDICES.map((index) => `
@sigil.Message("startup.v1.Message${index}")
class Message${index} {
  @sigil.Field(1) name = "";
  @sigil.Field(2, "int32") count = 0;
  @sigil.Field(3, "int64") total = 0n;
  @sigil.Field(4) active = false;
  @sigil.Field(5, "double") ratio = 0;
  @sigil.Field(6) payload = new Uint8Array();
  @sigil.Field(7, "string") tags: string[] = [];
  @sigil.Field(8, "string", "int32") stock = new Map<string, number>();
  @sigil.Field(9, () => Message${previous(index)}) related?: Message${previous(index)};
  @sigil.Field(10, "string") note?: string;
}`);
  const methods = INDICES.map((index) => `
  @sigil.Unary(Message${index}, Message${index}) method${index}(message: Message${index}) { return message; }`);
  return `${messages.join("")}
@sigil.Service("startup.v1.Everything")
class Everything {${methods.join("")}
}
const services = [Everything];`;
}

function builtMessage(packageName: string, index: number): string {
  return `
const Message${index} = sigil.message("${packageName}.Message${index}", {
  name: sigil.field(1, "string"),
  count: sigil.field(2, "int32"),
  total: sigil.field(3, "int64"),
  active: sigil.field(4, "bool"),
  ratio: sigil.field(5, "double"),
  payload: sigil.field(6, "bytes"),
  tags: sigil.repeated(7, "string"),
  stock: sigil.map(8, "string", "int32"),
  related: sigil.field(9, () => Message${previous(index)}),
  note: sigil.optional(10, "string"),
});`;
}

function built(): string {
  const messages = INDICES.map((index) => builtMessage("startup.v1", index));
  const methods = INDICES.map((index) => `
  method${index}: sigil.unary(Message${index}, Message${index}),`);
  return `${messages.join("")}
const Everything = sigil.service("startup.v1.Everything", {${methods.join("")}
});
const methods = Object.fromEntries(Array.from({ length: ${SCHEMA_COUNT} }, (_, i) => ["method" + i, (m) => m]));
const services = [sigil.implement(Everything, methods)];`;
}

/** The message that another one has as a field; the first has itself. */
function previous(index: number): number {
  return Math.max(0, index - 1);
}

type FieldInit = MessageInitShape<typeof FieldDescriptorProtoSchema>;

/** The same schema as protoc would describe it, in the form that generated code carries. */
function fileDescriptorBase64(): string {
  const file = create(FileDescriptorProtoSchema, {
    name: "startup.proto",
    package: "startup.v1",
    syntax: "proto3",
    messageType: INDICES.map((index) => ({
      name: `Message${index}`,
      field: fields(index),
      nestedType: [{
        name: "StockEntry",
        field: [one("key", 1, Type.STRING), one("value", 2, Type.INT32)],
        options: { mapEntry: true },
      }],
      oneofDecl: [{ name: "_note" }],
    })),
    service: [{
      name: "Everything",
      method: INDICES.map((index) => ({
        name: `Method${index}`,
        inputType: `.startup.v1.Message${index}`,
        outputType: `.startup.v1.Message${index}`,
      })),
    }],
  });
  return Buffer.from(toBinary(FileDescriptorProtoSchema, file)).toString("base64").replace(/=+$/, "");
}

function fields(index: number): FieldInit[] {
  const stock = { typeName: `.startup.v1.Message${index}.StockEntry`, label: Label.REPEATED };
  return [
    one("name", 1, Type.STRING),
    one("count", 2, Type.INT32),
    one("total", 3, Type.INT64),
    one("active", 4, Type.BOOL),
    one("ratio", 5, Type.DOUBLE),
    one("payload", 6, Type.BYTES),
    { ...one("tags", 7, Type.STRING), label: Label.REPEATED },
    { ...one("stock", 8, Type.MESSAGE), ...stock },
    { ...one("related", 9, Type.MESSAGE), typeName: `.startup.v1.Message${previous(index)}` },
    { ...one("note", 10, Type.STRING), proto3Optional: true, oneofIndex: 0 },
  ];
}

function one(name: string, number: number, type: Type): FieldInit {
  return { name, number, type, label: Label.OPTIONAL, jsonName: name };
}
