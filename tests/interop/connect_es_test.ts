// What is built on connect-es runs over Sigil's transports: its `createClient`, and connect-query with TanStack's cache, with
// the descriptors that Sigil makes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { DescMethodUnary } from "@bufbuild/protobuf";
import { createClient as createConnectClient } from "@connectrpc/connect";
import { callUnaryMethod, createConnectQueryKey, createQueryOptions } from "@connectrpc/connect-query-core";
import { QueryClient } from "@tanstack/query-core";
import {
  type ClosableTransport,
  Code,
  type ConnectError,
  fetchTransport,
  grpcTransport,
  type Server,
  Sigil,
  type Transport,
} from "sigil";
import { Probes } from "../runtimes/app.ts";

const app = new Sigil({ services: [Probes], onUnknownError: () => {} });
const desc = app.schema.registry.getService("probe.v1.Probes")!;
let server: Server;
let grpc: ClosableTransport;
let transports: readonly (readonly [name: string, streamsRequests: boolean, transport: Transport])[];

before(async () => {
  server = await app.listen({ host: "127.0.0.1", port: 0, shutdownSignals: false });
  grpc = grpcTransport(server.url);
  transports = [
    ["gRPC", true, grpc],
    ["Connect", false, fetchTransport(server.url)],
    ["Connect JSON", false, fetchTransport(server.url, { format: "json" })],
    ["Connect GET", false, fetchTransport(server.url, { useHttpGet: true })],
    ["gRPC-Web", false, fetchTransport(server.url, { protocol: "grpc-web" })],
  ];
});

after(async () => {
  await grpc.close();
  await server.close({ graceMs: 100 });
});

interface Plain {
  text: string;
  count: number;
}

interface ConnectProbes {
  echo(request: Partial<Plain>, options?: object): Promise<Plain>;
  fail(request: Partial<Plain>): Promise<Plain>;
  wait(request: Partial<Plain>, options: object): Promise<Plain>;
  countTo(request: Partial<Plain>): AsyncIterable<Plain>;
  sum(requests: AsyncIterable<Partial<Plain>>): Promise<Plain>;
  shout(requests: AsyncIterable<Partial<Plain>>): AsyncIterable<Plain>;
}

async function* numbers(): AsyncGenerator<Partial<Plain>> {
  for (let count = 1; count <= 10; count++) yield { count, text: "n" };
}

test("connect-es's createClient makes all four kinds of calls over our transports", async () => {
  for (const [name, streamsRequests, transport] of transports) {
    const probes = createConnectClient(desc, transport) as unknown as ConnectProbes;
    let header = new Headers();
    const options = { headers: { "x-probe": "sent" }, onHeader: (received: Headers) => header = received };
    const echoed = await probes.echo({ text: "hé", count: 1 }, options);
    assert.deepEqual([echoed.text, echoed.count], ["HÉ", 2], name);
    assert.equal(header.get("x-echo"), "sent", name);
    const error = await probes.fail({ text: "known" }).then(() => undefined, (error: ConnectError) => error);
    assert.deepEqual([error?.code, error?.rawMessage], [Code.NotFound, "no such probe"], name);
    const late = await probes.wait({}, { timeoutMs: 50 }).then(() => undefined, (error: ConnectError) => error);
    assert.equal(late?.code, Code.DeadlineExceeded, name);
    const counts: number[] = [];
    for await (const { count } of probes.countTo({ count: 50 })) counts.push(count);
    assert.equal(counts.length, 50, name);
    if (!streamsRequests) continue;
    assert.equal((await probes.sum(numbers())).count, 55, name);
    const answers: string[] = [];
    for await (const { text } of probes.shout(numbers())) answers.push(text);
    assert.equal(answers.length, 10, name);
  }
});

test("connect-query calls over our transports, and keeps what it got", async () => {
  const echo = desc.methods.find(({ localName }) => localName === "echo") as unknown as DescMethodUnary;
  const fail = desc.methods.find(({ localName }) => localName === "fail") as unknown as DescMethodUnary;
  for (const [name, , transport] of transports) {
    const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
    const input: Record<string, unknown> = { text: "hé", count: 1 };
    const first = await queries.fetchQuery(
      createQueryOptions(echo, input, { transport }),
    ) as unknown as Plain;
    assert.deepEqual([first.text, first.count], ["HÉ", 2], name);
    const again = await queries.fetchQuery(createQueryOptions(echo, input, { transport }));
    assert.equal(again, first, name);
    const key = createConnectQueryKey({ schema: echo, input: input, transport, cardinality: "finite" });
    assert.equal(queries.getQueryData(key), first, name);
    const failing = queries.fetchQuery(
      createQueryOptions(fail, { text: "known" } as Record<string, unknown>, { transport }),
    );
    const error = await failing.then(() => undefined, (error: ConnectError) => error);
    assert.equal(error?.code, Code.NotFound, name);
    const plain = await callUnaryMethod(
      transport,
      echo,
      { text: "b", count: 2 } as Record<string, unknown>,
    ) as unknown as Plain;
    assert.deepEqual([plain.text, plain.count], ["B", 3], name);
    queries.clear();
  }
});
