// What loaded modules put on the wire, compared with protobuf-es over the descriptors that a compiler made: random messages, values
// of extensions, and calls of every method.
import assert from "node:assert/strict";
import {
  create,
  type DescFile,
  type DescMessage,
  type Message,
  setExtension,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { ServiceDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import type { Extension, Implementation, MessageClass, ServiceContract } from "../../mod.ts";
import { declarationName } from "../../src/import/local_name.ts";
import type { LoadedModules } from "../corpus/batch.ts";
import { randomMessage } from "../protobuf/random_schema.ts";
import { Random } from "../simulation/random.ts";

type Sigil = LoadedModules["sigil"];
type Module = { readonly [name: string]: unknown };

type LegacyDecorator = (target: object, property: string) => void;

const MESSAGES = 30;

/** Fails unless random messages of a file's types are read, and written again, as protobuf-es writes them. */
export function assertMessages(sigil: Sigil, module: Module, file: DescFile): void {
  for (const desc of nestedTypes(file)) {
    if (desc.kind !== "message" || desc.proto.options?.mapEntry) continue;
    const messageClass = exported(module, desc) as MessageClass;
    for (let seed = 1; seed <= MESSAGES; seed++) {
      const message = randomMessage(new Random(seed), desc, 2);
      wholeMilliseconds(desc, message);
      const bytes: Uint8Array = toBinary(desc, message);
      const read: object = sigil.fromBinary(messageClass, bytes);
      assert.ok(read instanceof messageClass);
      assert.equal(hex(sigil.toBinary(messageClass, read)), hex(bytes), desc.typeName);
      // A plain object of the same shape is written alike.
      assert.equal(hex(sigil.toBinary(messageClass, { ...read })), hex(bytes), `${desc.typeName}, a plain object`);
      assert.deepEqual(sigil.toJson(messageClass, read), toJson(desc, message), `${desc.typeName} in JSON`);
    }
  }
}

/** Fails unless extensions of a file's own messages, all of them int32, are set and got as protobuf-es has them. */
export function assertExtensions(sigil: Sigil, module: Module, file: DescFile): void {
  for (const desc of nestedTypes(file)) {
    if (desc.kind !== "extension" || desc.extendee.file !== file) continue;
    const messageClass = exported(module, desc.extendee) as MessageClass;
    const extension = exported(module, desc) as Extension<number, number>;
    const theirs = create(desc.extendee);
    setExtension(theirs, desc, -5);
    const bytes = toBinary(desc.extendee, theirs);
    assert.equal(sigil.getExtension(sigil.fromBinary(messageClass, bytes), extension), -5);
    const ours = new messageClass();
    sigil.setExtension(ours, extension, -5);
    assert.equal(hex(sigil.toBinary(messageClass, ours)), hex(bytes));
  }
}

const decorators = {
  unary: "Unary",
  server_streaming: "ServerStreaming",
  client_streaming: "ClientStreaming",
  bidi_streaming: "BidiStreaming",
} as const;

const implementations = {
  unary: (request: object) => request,
  async *server_streaming(request: object) {
    yield request;
    yield request;
  },
  async client_streaming(requests: AsyncIterable<object>) {
    for await (const request of requests) return request;
  },
  bidi_streaming: (requests: AsyncIterable<object>) => requests,
};

/** Fails unless every method of a file can be called, of its contract or of a class that is decorated with the same. */
export async function assertCalls(sigil: Sigil, module: Module, file: DescFile, form: string): Promise<void> {
  for (const desc of file.services) {
    const contract = exported(module, desc) as ServiceContract;
    const methods = Object.entries(contract.methods);
    if (methods.length === 0) continue;
    class Echo {}
    const prototype = Echo.prototype as { [property: string]: unknown };
    for (const [property, { kind, input, output, options }] of methods) {
      prototype[property] = implementations[kind];
      const decorate = sigil[decorators[kind]](input, output, options) as unknown as LegacyDecorator;
      decorate(prototype, property);
    }
    // The name of the contract is taken in its file.
    const name = form === "decorators" ? `${desc.name}Class` : desc.name;
    sigil.Service(`${file.proto.package}.${name}`, contract.options)(Echo);
    const implementation = new Echo() as Implementation<ServiceContract>;
    const served = form === "decorators" ? Echo : sigil.implement(contract, implementation);
    const app = new sigil.Sigil({ services: [served] });
    const made = app.schema.files.flatMap(({ services }) => services).find((each) => each.name === name);
    assert.ok(made);
    assert.equal(
      hex(toBinary(ServiceDescriptorProtoSchema, made.proto)),
      hex(toBinary(ServiceDescriptorProtoSchema, { ...desc.proto, name })),
    );
    const client = app.client(form === "decorators" ? Echo : contract) as {
      [property: string]: (request: unknown) => Promise<object> & AsyncIterable<object>;
    };
    for (const [property, { kind, input }] of methods) {
      const request = new (input as MessageClass)();
      const streams = kind === "client_streaming" || kind === "bidi_streaming";
      const reply = client[property](
        streams
          ? (async function* () {
            yield request;
          })()
          : request,
      );
      const replies: object[] = [];
      if (kind === "server_streaming" || kind === "bidi_streaming") {
        for await (const each of reply) replies.push(each);
      } else replies.push(await reply);
      assert.equal(replies.length, kind === "server_streaming" ? 2 : 1);
      for (const each of replies) assert.ok(each instanceof (input as MessageClass));
    }
    await app[Symbol.asyncDispose]();
  }
}

function exported(module: Module, { typeName, file }: { readonly typeName: string; readonly file: DescFile }): unknown {
  const found = module[declarationName(typeName, file.proto.package)];
  assert.ok(found, typeName);
  return found;
}

// A Date has no parts of milliseconds.
function wholeMilliseconds(desc: DescMessage, message: Message): void {
  for (const field of desc.fields) {
    if (field.message?.typeName !== "google.protobuf.Timestamp") continue;
    const timestamp = (message as unknown as { [name: string]: { nanos: number } | undefined })[field.localName];
    if (timestamp) timestamp.nanos -= timestamp.nanos % 1_000_000;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}
