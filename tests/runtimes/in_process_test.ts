// The case list in process: app.client() without a port, and app.fetch() as edge runtimes call it, without a socket.
import { test } from "node:test";
import { fetchTransport, Sigil } from "sigil";
import { Probes, Scoped } from "./app.ts";
import { cases } from "./cases.ts";
import { targetOf } from "./transports.ts";

const app = new Sigil({ services: [Probes, Scoped], onUnknownError: () => {} });

for (const { name, run } of cases) {
  test(`in process: ${name}`, async () => {
    await run({ probes: app.client(Probes), scoped: app.client(Scoped) });
  });
}

const overFetch = fetchTransport("http://app.invalid", {
  fetch: (input, init) => app.fetch(new Request(input, init)),
});

for (const { name, needs, run } of cases) {
  if (needs) continue;
  test(`app.fetch: ${name}`, async () => {
    await run(targetOf(overFetch));
  });
}
