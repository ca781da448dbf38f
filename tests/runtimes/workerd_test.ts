// The case list on workerd, the runtime of Cloudflare Workers: the app is bundled as a Worker, and called from Node over
// real sockets in every protocol that goes over `fetch`.
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { type RunningWorker, startWorkerd } from "../support/workerd.ts";
import { cases } from "./cases.ts";
import { fetchWays, targetOf } from "./transports.ts";

let worker: RunningWorker;

before(async () => {
  worker = await startWorkerd(fileURLToPath(new URL("./worker.ts", import.meta.url)));
});

after(() => worker?.stop());

for (const way of fetchWays) {
  for (const { name, needs, run } of cases) {
    if (needs && !way.can.includes(needs)) continue;
    test(`${way.name}: ${name}`, () => run(targetOf(way.open(worker.url))));
  }
}
