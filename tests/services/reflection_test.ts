// Reflection as tools use it: names, files by symbol and path, extensions, mistakes, bounds; and the same over GET /schema.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, createFileRegistry, type DescService, fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import {
  type ClosableTransport,
  createClient,
  Enum,
  extension,
  field,
  grpcTransport,
  http2Transport,
  implement,
  message,
  oneof,
  optional,
  protoFile,
  protoOf,
  service,
  Sigil,
  unary,
  unauthenticated,
} from "../../mod.ts";
import { Sigil as EdgeSigil } from "../../src/edge.ts";
import { reflectionService, type ReflectionVersion } from "../../src/services/reflection_descriptor.ts";

const Colour = Enum("paint.v1.Colour", { UNSPECIFIED: 0, RED: 1 } as const);
const Pot = message("paint.v1.Pot", {
  colour: field(1, Colour),
  madeAt: optional(2, "int64"),
  content: oneof({ oil: [3, "string"], water: [4, "string"] }),
});
const Shelf = message("store.v1.Shelf", { pot: field(1, Pot) });
const Painter = service("store.v1.Painter", { mix: unary(Shelf, Pot) });

type Question = { case: string; value: unknown };
interface Reply {
  readonly originalRequest: object;
  readonly messageResponse: { readonly case: string; readonly value: Record<string, unknown> };
}
interface ReflectionClient {
  serverReflectionInfo(requests: AsyncIterable<object>): AsyncIterable<Reply>;
}

function served(): Sigil {
  return new Sigil({ services: [implement(Painter, { mix: () => ({}) })], reflection: true });
}

async function ask(client: ReflectionClient, questions: readonly Question[]): Promise<Reply[]> {
  const requests = async function* (): AsyncGenerator<object> {
    for (const messageRequest of questions) yield { host: "h", messageRequest };
  };
  const replies: Reply[] = [];
  for await (const reply of client.serverReflectionInfo(requests())) replies.push(reply);
  return replies;
}

function inProcess(app: Sigil, version: ReflectionVersion = "v1"): ReflectionClient {
  return app.client(reflectionService(version) as DescService) as unknown as ReflectionClient;
}

function fileNames(reply: Reply): string[] {
  const { fileDescriptorProto } = reply.messageResponse.value as { fileDescriptorProto: Uint8Array[] };
  return fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name);
}

for (const version of ["v1", "v1alpha"] as const) {
  test(`${version} lists the services, over native gRPC`, async () => {
    const app = served();
    await using server = await app.listen({ host: "127.0.0.1", port: 0, shutdownSignals: false });
    const transport = grpcTransport(server.url);
    const client = createClient(reflectionService(version) as DescService, transport) as unknown as ReflectionClient;
    const [reply] = await ask(client, [{ case: "listServices", value: "" }]);
    assert.equal(reply.messageResponse.case, "listServicesResponse");
    const names = (reply.messageResponse.value.service as { name: string }[]).map(({ name }) => name);
    assert.ok(names.includes("store.v1.Painter") && names.includes(`grpc.reflection.${version}.ServerReflection`));
    await transport.close();
  });
}

test("whatever has a name is found with the file that declares it, and all that this imports", async () => {
  const symbols = [
    "paint.v1.Pot",
    "paint.v1.Pot.made_at",
    "paint.v1.Pot.content",
    "paint.v1.Colour",
    "paint.v1.COLOUR_RED",
    "store.v1.Painter",
    "store.v1.Painter.Mix",
    ".store.v1.Shelf",
  ];
  const client = inProcess(served());
  for (const value of symbols) {
    const [reply] = await ask(client, [{ case: "fileContainingSymbol", value }]);
    const names = value.includes("store") ? ["store/v1/store.proto", "paint/v1/paint.proto"] : ["paint/v1/paint.proto"];
    assert.deepEqual(fileNames(reply), names, value);
  }
});

test("a stream is told imports once, and what it asks for each time", async () => {
  const question = { case: "fileByFilename", value: "store/v1/store.proto" };
  const replies = await ask(inProcess(served()), [question, question]);
  assert.deepEqual(replies.map(fileNames), [["store/v1/store.proto", "paint/v1/paint.proto"], [
    "store/v1/store.proto",
  ]]);
});

test("what it tells compiles: the files make the services that are served", async () => {
  const [reply] = await ask(inProcess(served()), [{ case: "fileByFilename", value: "store/v1/store.proto" }]);
  const { fileDescriptorProto } = reply.messageResponse.value as { fileDescriptorProto: Uint8Array[] };
  const [file, ...imports] = fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
  const registry = createFileRegistry(file, (name) => imports.find((one) => one.name === name));
  assert.equal(registry.getService("store.v1.Painter")?.methods[0].input.typeName, "store.v1.Shelf");
});

test("what is not there is an error of its own, and the stream goes on", async () => {
  const replies = await ask(inProcess(served()), [
    { case: "fileByFilename", value: "no.proto" },
    { case: "fileContainingSymbol", value: "no.v1.One" },
    { case: "fileContainingExtension", value: { containingType: "paint.v1.Pot", extensionNumber: 7 } },
    { case: "allExtensionNumbersOfType", value: "no.v1.One" },
    { case: "allExtensionNumbersOfType", value: "paint.v1.Pot" },
    { case: "listServices", value: "" },
  ]);
  const codes = replies.map(({ messageResponse: { value } }) => value.errorCode);
  assert.deepEqual(codes, [5, 5, 5, 5, undefined, undefined]);
  assert.deepEqual(replies[4].messageResponse.value.extensionNumber, []);
});

// Each waits for the answer before it asks on, on one stream: what is asked next is made of what was told.
async function walk(client: ReflectionClient): Promise<{ symbols: string[]; asked: number }> {
  const files = new Map<string, FileDescriptorProto>();
  let next: Question | undefined = { case: "listServices", value: "" };
  let asked = 0;
  let answered: () => void = () => {};
  const requests = async function* (): AsyncGenerator<object> {
    while (next) {
      const answer = new Promise<void>((resolve) => answered = resolve);
      asked++;
      yield { host: "", messageRequest: next };
      await answer;
    }
  };
  const waiting: Question[] = [];
  const seen = new Set<string>();
  const add = (question: Question): void => {
    const key = JSON.stringify(question);
    if (!seen.has(key)) waiting.push(question);
    seen.add(key);
  };
  for await (const { messageResponse: { case: kind, value } } of client.serverReflectionInfo(requests())) {
    if (kind === "listServicesResponse") {
      for (const { name } of value.service as { name: string }[]) add({ case: "fileContainingSymbol", value: name });
    } else if (kind === "fileDescriptorResponse") {
      for (const bytes of value.fileDescriptorProto as Uint8Array[]) {
        const file = fromBinary(FileDescriptorProtoSchema, bytes);
        files.set(file.name, file);
        for (const path of file.dependency) add({ case: "fileByFilename", value: path });
        for (const { name, extensionRange } of file.messageType) {
          const value = `${file.package}.${name}`;
          if (extensionRange.length > 0) add({ case: "allExtensionNumbersOfType", value });
        }
      }
    } else if (kind === "allExtensionNumbersResponse") {
      for (const extensionNumber of value.extensionNumber as number[]) {
        add({ case: "fileContainingExtension", value: { containingType: value.baseTypeName, extensionNumber } });
      }
    } else assert.fail(JSON.stringify(value));
    next = waiting.shift();
    answered();
  }
  const ordered = new Set<FileDescriptorProto>();
  const order = (file: FileDescriptorProto): void => {
    for (const path of file.dependency) order(files.get(path) ?? assert.fail(path));
    ordered.add(file);
  };
  files.forEach(order);
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...ordered] }));
  return { symbols: [...registry].map(({ typeName }) => typeName), asked };
}

const Open = message("open.v1.Open", { text: field(1, "string") }, { extensionRanges: [[100, 199]] });
const grade = extension("grade.v1.grade", { extends: Open, number: 150, type: "int32" });
const openFile = protoFile("open.proto", { package: "open.v1", messages: [Open] });
const gradeFile = protoFile("grade.proto", { package: "grade.v1", imports: [openFile], extensions: [grade] });
const Opener = service("opener.v1.Opener", { open: unary(Open, Shelf) });
protoFile("opener.proto", { package: "opener.v1", imports: [gradeFile], services: [Opener] });

const ways: readonly (readonly [name: string, transport: (url: string) => ClosableTransport])[] = [
  ["gRPC", (url) => grpcTransport(url)],
  ["gRPC-Web", (url) => http2Transport(url, { protocol: "grpc-web" })],
  ["Connect", (url) => http2Transport(url, { protocol: "connect" })],
];
for (const [name, transportTo] of ways) {
  for (const version of ["v1", "v1alpha"] as const) {
    test(`${version} over ${name}: services, their files, what these import, extensions, each asked after the last answer`, async () => {
      const app = new Sigil({ services: [implement(Opener, { open: () => ({}) })], reflection: true });
      await using server = await app.listen({ host: "127.0.0.1", port: 0, shutdownSignals: false });
      const transport = transportTo(server.url);
      const client = createClient(reflectionService(version) as DescService, transport) as unknown as ReflectionClient;
      const { symbols, asked } = await walk(client);
      for (const symbol of ["opener.v1.Opener", "open.v1.Open", "grade.v1.grade", "paint.v1.Pot"]) {
        assert.ok(symbols.includes(symbol), symbol);
      }
      assert.ok(asked > 8, `${asked} questions`);
      await transport.close();
    });
  }
}

test("extensions are found by the message that they extend", async () => {
  const app = new Sigil({ services: [implement(Opener, { open: () => ({}) })], reflection: true });
  const [numbers, file] = await ask(inProcess(app), [
    { case: "allExtensionNumbersOfType", value: "open.v1.Open" },
    { case: "fileContainingExtension", value: { containingType: "open.v1.Open", extensionNumber: 150 } },
  ]);
  assert.deepEqual(numbers.messageResponse.value.extensionNumber, [150]);
  assert.deepEqual(fileNames(file), ["grade.proto", "open.proto"]);
});

test("a stream may ask for 100 files, and no more", async () => {
  const question = { case: "fileContainingSymbol", value: "paint.v1.Pot" };
  assert.equal((await ask(inProcess(served()), Array(100).fill(question))).length, 100);
  await assert.rejects(ask(inProcess(served()), Array(101).fill(question)), /resource_exhausted.*100 files/);
});

test("a question of more than 64 KiB is refused", async () => {
  const question = { case: "fileContainingSymbol", value: "x".repeat(65_536) };
  await assert.rejects(ask(inProcess(served()), [question]), /resource_exhausted/);
});

test("GET /schema gives the same files as a FileDescriptorSet, each after those that it imports", async () => {
  const response = await served().fetch(new Request("http://localhost/schema"));
  assert.equal(response.status, 200);
  const { file } = fromBinary(FileDescriptorSetSchema, new Uint8Array(await response.arrayBuffer()));
  const names = file.map(({ name }) => name);
  assert.ok(names.indexOf("paint/v1/paint.proto") < names.indexOf("store/v1/store.proto"));
  for (const { name, dependency } of file) {
    assert.ok(dependency.every((one) => names.indexOf(one) >= 0 && names.indexOf(one) < names.indexOf(name)), name);
  }
});

test("interceptors stand before reflection and the page", async () => {
  const app = new Sigil({
    services: [implement(Painter, { mix: () => ({}) })],
    reflection: true,
    interceptors: [(next) => (request) => {
      if (request.header.get("authorization") !== "Bearer me") unauthenticated("who are you?");
      return next(request);
    }],
  });
  await assert.rejects(ask(inProcess(app), [{ case: "listServices", value: "" }]), /unauthenticated/);
  assert.equal((await app.fetch(new Request("http://localhost/schema"))).status, 401);
  const headers = { authorization: "Bearer me" };
  assert.equal((await app.fetch(new Request("http://localhost/schema", { headers }))).status, 200);
});

test("nothing is told unless it is asked for, and the export is the app's own", async () => {
  const silent = new Sigil({ services: [implement(Painter, { mix: () => ({}) })] });
  assert.equal((await silent.fetch(new Request("http://localhost/schema"))).status, 404);
  await assert.rejects(ask(inProcess(silent), [{ case: "listServices", value: "" }]), /unimplemented/);
  assert.deepEqual([...protoOf(served()).keys()], ["paint/v1/paint.proto", "store/v1/store.proto"]);
});

test("a bundle without them says so at startup", () => {
  assert.throws(() => new EdgeSigil({ services: [], reflection: true }), /RangeError|not in this bundle/);
});
