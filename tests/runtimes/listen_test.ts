// The case list on real sockets: the app listens as it does for users of this runtime, and is called in every protocol.
import { after, before, test } from "node:test";
import { type Server, Sigil, type Transport } from "sigil";
import { Probes, Scoped } from "./app.ts";
import { cases } from "./cases.ts";
import { fetchWays, grpcWay, targetOf } from "./transports.ts";

const app = new Sigil({ services: [Probes, Scoped], onUnknownError: () => {} });
let server: Server;
const open: (Transport & { close?(): Promise<void> })[] = [];

before(async () => {
  server = await app.listen({ host: "127.0.0.1", port: 0, shutdownSignals: false });
});

after(async () => {
  for (const transport of open) await transport.close?.();
  await server.close({ graceMs: 100 });
});

const ways = [grpcWay, ...fetchWays];

for (const way of ways) {
  let transport: (Transport & { close?(): Promise<void> }) | undefined;
  for (const { name, needs, run } of cases) {
    if (needs && !way.can.includes(needs)) continue;
    test(`${way.name}: ${name}`, async () => {
      if (!transport) open.push(transport = way.open(server.url));
      await run(targetOf(transport));
    });
  }
}
