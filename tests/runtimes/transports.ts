// The ways to call a server in these tests: every protocol and format that Sigil's own clients speak.
import { createClient, fetchTransport, grpcTransport, type Transport } from "sigil";
import { Probes, Scoped } from "./app.ts";
import type { Case, Target } from "./cases.ts";

/** A way to call, and what it can do. */
export interface Way {
  readonly name: string;
  readonly can: readonly NonNullable<Case["needs"]>[];
  open(url: string): Transport & { close?(): Promise<void> };
}

/** Native gRPC over HTTP/2. */
export const grpcWay: Way = { name: "gRPC", can: ["requestStream", "fullDuplex"], open: (url) => grpcTransport(url) };

const both: Way["can"] = ["requestStream", "fullDuplex"];

/** What goes over `fetch`. */
export const fetchWays: readonly Way[] = [
  { name: "Connect", can: both, open: (url) => fetchTransport(url) },
  { name: "Connect JSON", can: both, open: (url) => fetchTransport(url, { format: "json" }) },
  { name: "gRPC-Web", can: both, open: (url) => fetchTransport(url, { protocol: "grpc-web" }) },
];

/** The clients of a transport. */
export function targetOf(transport: Transport): Target {
  return { probes: createClient(Probes, transport), scoped: createClient(Scoped, transport) };
}
