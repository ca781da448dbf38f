// grpc-js against the app in both directions, on real sockets: what clients and servers of the Node world see of us.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import {
  type ClosableTransport,
  Code,
  type ConnectError,
  createClient,
  grpcTransport,
  type Server,
  Sigil,
} from "sigil";
import { Probes } from "../runtimes/app.ts";
import { grpcJsClient, type GrpcJsProbes, grpcJsServer, type Plain } from "./grpc_js.ts";

const app = new Sigil({ services: [Probes], onUnknownError: () => {} });
let server: Server;
let theirs: GrpcJsProbes;
let peer: { url: string; stop(): void };
let transport: ClosableTransport;

before(async () => {
  server = await app.listen({ host: "127.0.0.1", port: 0, shutdownSignals: false });
  theirs = grpcJsClient(app, server.url);
  peer = await grpcJsServer(app);
  transport = grpcTransport(peer.url);
});

after(async () => {
  theirs.close();
  await transport.close();
  peer.stop();
  await server.close({ graceMs: 100 });
});

test("grpc-js calls our unary method, with metadata both ways", async () => {
  const metadata = new Metadata();
  metadata.set("x-probe", "sent");
  let header: Metadata | undefined;
  let trailer: Metadata | undefined;
  const reply = await new Promise<Plain>((resolve, reject) => {
    const call = theirs.echo(
      { text: "hé", count: 41, payload: new Uint8Array([0, 255]) },
      metadata,
      {},
      (error, reply) => {
        if (error) reject(error);
        else resolve(reply);
      },
    );
    call.on("metadata", (received) => header = received);
    call.on("status", (received) => trailer = received.metadata);
  });
  assert.equal(reply.text, "HÉ");
  assert.equal(reply.count, 42);
  assert.deepEqual([...reply.payload], [0, 255]);
  assert.deepEqual(header?.get("x-echo"), ["sent"]);
  assert.deepEqual(trailer?.get("x-trailer"), ["after"]);
});

test("grpc-js gets our errors, masked and unmasked", async () => {
  const fail = (text: string) =>
    new Promise<ServiceError>((resolve, reject) => {
      theirs.fail({ text }, (error) => error ? resolve(error) : reject(new Error("no error")));
    });
  const known = await fail("known");
  assert.equal(known.code, status.NOT_FOUND);
  assert.equal(known.details, "no such probe");
  assert.deepEqual(known.metadata.get("x-reason"), ["gone"]);
  const unknown = await fail("secret");
  assert.equal(unknown.code, status.INTERNAL);
  assert.match(unknown.details, /^internal error, id [0-9a-f]{8}$/);
});

test("grpc-js's deadline and cancellation end our call", async () => {
  const run = (options: object, cancel: boolean) =>
    new Promise<ServiceError>((resolve, reject) => {
      const call = theirs.wait({}, new Metadata(), options, (error) =>
        error ? resolve(error) : reject(new Error("none")));
      if (cancel) {
        setTimeout(() =>
          call.cancel(), 20);
      }
    });
  assert.equal((await run({ deadline: Date.now() + 50 }, false)).code, status.DEADLINE_EXCEEDED);
  assert.equal((await run({}, true)).code, status.CANCELLED);
});

test("grpc-js streams from, to and with our server", async () => {
  const counts: number[] = [];
  for await (const reply of theirs.countTo({ count: 300 })) counts.push(reply.count);
  assert.deepEqual(counts, Array.from({ length: 300 }, (_, i) => i + 1));

  const sum = await new Promise<Plain>((resolve, reject) => {
    const call = theirs.sum((error, reply) => error ? reject(error) : resolve(reply));
    for (let count = 1; count <= 100; count++) call.write({ count });
    call.end();
  });
  assert.equal(sum.count, 5050);

  const chat = theirs.shout();
  const answers: string[] = [];
  chat.write({ text: "a" });
  for await (const { text } of chat) {
    answers.push(text);
    if (answers.length < 3) chat.write({ text: "b" });
    else chat.end();
  }
  assert.deepEqual(answers, ["A!", "B!", "B!"]);
});

test("our client calls grpc-js's server in all four kinds", async () => {
  const ours = createClient(Probes, transport);
  let header = new Headers();
  let trailer = new Headers();
  const reply = await ours.echo({ text: "x", count: 1, payload: new Uint8Array(100_000) }, {
    headers: { "x-probe": "sent" },
    onHeader: (received) => header = received,
    onTrailer: (received) => trailer = received,
  });
  assert.deepEqual([reply.text, reply.count, reply.payload.length], ["X", 2, 100_000]);
  assert.equal(header.get("x-echo"), "sent");
  assert.equal(trailer.get("x-trailer"), "after");

  const counts: number[] = [];
  for await (const { count } of ours.countTo({ count: 300 })) counts.push(count);
  assert.equal(counts.length, 300);

  async function* numbers() {
    for (let count = 1; count <= 100; count++) yield { count, text: "n" };
  }
  assert.equal((await ours.sum(numbers())).count, 5050);

  const answers: string[] = [];
  for await (const { text } of ours.shout(numbers())) answers.push(text);
  assert.equal(answers.length, 100);
});

test("our client gets grpc-js's errors, percent-encoded text and all", async () => {
  const ours = createClient(Probes, transport);
  const error = await ours.fail({}).then(() => undefined, (error: ConnectError) => error);
  assert.equal(error?.code, Code.NotFound);
  assert.equal(error?.rawMessage, "nö % such");
});
