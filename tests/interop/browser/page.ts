// The page that a browser runs against the server that it came from: `runClient(NAME)` makes all cases with one client, and
// answers what was wrong. Clients: Sigil's own, @connectrpc/connect-web, and the published grpc-web.
import { createClient as createConnectClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { createSchema } from "sigil";
import { createClient, fetchTransport } from "sigil/client";
import { TestService } from "../test_service/contract.ts";
import { type Abilities, type CalledService, cases } from "./cases.ts";
import { grpcWebClient } from "./grpc_web_client.ts";

const PATIENCE_MS = 15_000;

const desc = createSchema({ contracts: [TestService] }).service(TestService);
const baseUrl = location.origin;

const sigil = (transport: Transport) => createClient(TestService, transport) as unknown as CalledService;
const connect = (transport: Transport) => createConnectClient(desc, transport) as unknown as CalledService;
const whole = { details: true, streams: true };
const own = { details: false, streams: true };

const clients: Readonly<Record<string, [() => CalledService, Abilities]>> = {
  "sigil, Connect": [() => sigil(fetchTransport(baseUrl)), whole],
  "sigil, Connect JSON": [() => sigil(fetchTransport(baseUrl, { format: "json" })), whole],
  "sigil, gRPC-Web": [() => sigil(fetchTransport(baseUrl, { protocol: "grpc-web" })), whole],
  "connect-web, Connect": [() => connect(createConnectTransport({ baseUrl, useBinaryFormat: true })), whole],
  "connect-web, Connect JSON": [() => connect(createConnectTransport({ baseUrl })), whole],
  "connect-web, gRPC-Web": [() => connect(createGrpcWebTransport({ baseUrl })), whole],
  "grpc-web, text": [() => grpcWebClient(desc, baseUrl, "text"), own],
  "grpc-web, binary": [() => grpcWebClient(desc, baseUrl, "binary"), { ...own, streams: false }],
};

async function runClient(name: string): Promise<{ name: string; error?: string }[]> {
  const [open, abilities] = clients[name]!;
  const checks = [];
  for (const [caseName, run] of Object.entries(cases)) {
    const late = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error(`it was not over after ${PATIENCE_MS} ms`)), PATIENCE_MS);
    });
    const error = await Promise.race([run(open(), abilities), late]).then(() => undefined, String);
    checks.push({ name: `${name}: ${caseName}`, error });
  }
  return checks;
}

Object.assign(globalThis, {
  clientNames: Object.keys(clients),
  runClient,
  /** The protocols that this page's requests went over: `h2`, `http/1.1`. A request that was given up tells none. */
  protocols: () => {
    const entries = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
    return [...new Set(entries.map((entry) => entry.nextHopProtocol).filter((name) => name !== ""))];
  },
});
