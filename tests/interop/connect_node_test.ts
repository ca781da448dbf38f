// connect-node against the app in both directions, on real sockets: the other way that Connect, gRPC and gRPC-Web are spoken.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { createServer as createHttp2Server, type Http2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import type { DescService } from "@bufbuild/protobuf";
import { type ConnectRouter, createClient as createConnectClient } from "@connectrpc/connect";
import {
  connectNodeAdapter,
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import {
  Code,
  type ConnectError,
  createClient,
  fetchTransport,
  grpcTransport,
  type Server,
  Sigil,
  type Transport,
} from "sigil";
import { Probes } from "../runtimes/app.ts";

const app = new Sigil({ services: [Probes], onUnknownError: () => {} });
const found = app.schema.registry.getService("probe.v1.Probes");
assert.ok(found);
const desc: DescService = found;

interface Plain {
  text: string;
  count: number;
}

/** The methods of the service as connect-es's client makes them of a descriptor. */
interface ConnectProbes {
  echo(request: Partial<Plain>): Promise<Plain>;
  fail(request: Partial<Plain>): Promise<Plain>;
  countTo(request: Partial<Plain>): AsyncIterable<Plain>;
  sum(requests: AsyncIterable<Partial<Plain>>): Promise<Plain>;
  shout(requests: AsyncIterable<Partial<Plain>>): AsyncIterable<Plain>;
}

async function* numbers(): AsyncGenerator<Partial<Plain>> {
  for (let count = 1; count <= 10; count++) yield { count, text: "n" };
}

async function callAll(probes: ConnectProbes, bidi: boolean): Promise<void> {
  const echoed = await probes.echo({ text: "hé", count: 1 });
  assert.deepEqual([echoed.text, echoed.count], ["HÉ", 2]);
  const error = await probes.fail({ text: "known" }).then(() => undefined, (error: ConnectError) => error);
  assert.deepEqual([error?.code, error?.rawMessage], [Code.NotFound, "no such probe"]);
  const counts: number[] = [];
  for await (const { count } of probes.countTo({ count: 50 })) counts.push(count);
  assert.equal(counts.length, 50);
  assert.equal((await probes.sum(numbers())).count, 55);
  if (!bidi) return;
  const answers: string[] = [];
  for await (const { text } of probes.shout(numbers())) answers.push(text);
  assert.equal(answers.length, 10);
}

let server: Server;
let http: HttpServer;
let http2: Http2Server;
let url: string;
let url2: string;

const routes = (router: ConnectRouter): void => {
  router.service(desc, {
    echo: ({ text, count }: Plain) => ({ text: text.toUpperCase(), count: count + 1 }),
    fail: async () => {
      const { notFound } = await import("sigil");
      return notFound("no such probe");
    },
    async *countTo(request: Plain) {
      for (let count = 1; count <= request.count; count++) yield { count };
    },
    async sum(requests: AsyncIterable<Plain>) {
      let total = 0;
      for await (const { count } of requests) total += count;
      return { count: total };
    },
    async *shout(requests: AsyncIterable<Plain>) {
      for await (const { text } of requests) yield { text: `${text}!` };
    },
  } as never);
};

before(async () => {
  server = await app.listen({ host: "127.0.0.1", port: 0, shutdownSignals: false });
  http = createHttpServer(connectNodeAdapter({ routes }));
  http2 = createHttp2Server(connectNodeAdapter({ routes }));
  for (const listening of [http, http2]) {
    await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", () => resolve()));
  }
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  url2 = `http://127.0.0.1:${(http2.address() as AddressInfo).port}`;
});

after(async () => {
  await server.close({ graceMs: 100 });
  http.close();
  http.closeAllConnections();
  http2.close();
});

const theirWays: [string, boolean, () => Transport][] = [
  ["Connect over HTTP/1.1", false, () => createConnectTransport({ baseUrl: server.url, httpVersion: "1.1" })],
  [
    "Connect JSON over HTTP/1.1",
    false,
    () => createConnectTransport({ baseUrl: server.url, httpVersion: "1.1", useBinaryFormat: false }),
  ],
  ["Connect over HTTP/2", true, () => createConnectTransport({ baseUrl: server.url, httpVersion: "2" })],
  ["gRPC-Web over HTTP/1.1", false, () => createGrpcWebTransport({ baseUrl: server.url, httpVersion: "1.1" })],
  ["gRPC", true, () => createGrpcTransport({ baseUrl: server.url })],
];

for (const [name, bidi, open] of theirWays) {
  test(`connect-node calls our server: ${name}`, async () => {
    await callAll(createConnectClient(desc, open()) as unknown as ConnectProbes, bidi);
  });
}

test("our client calls connect-node's server: Connect and gRPC-Web over fetch", async () => {
  for (
    const transport of [
      fetchTransport(url),
      fetchTransport(url, { format: "json" }),
      fetchTransport(url, { protocol: "grpc-web" }),
    ]
  ) {
    await callAll(createClient(Probes, transport) as unknown as ConnectProbes, false);
  }
});

test("our client calls connect-node's server: gRPC over HTTP/2", async () => {
  await using transport = grpcTransport(url2);
  await callAll(createClient(Probes, transport) as unknown as ConnectProbes, true);
});
