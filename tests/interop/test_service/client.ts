// The client of the interop suite, on the runtime that runs this: `client.ts URL CASE...`. Prints one line of JSON a case,
// `{"case":NAME}`, with an `error` where it failed.
import process from "node:process";
import { createClient, grpcTransport } from "sigil";
import { certificates } from "../../support/tls/certificates.ts";
import { cacheCases, functionalCases, furtherCases, type Run } from "./cases.ts";
import { CalledTestService } from "./contract.ts";
import { negativeCases } from "./negative_cases.ts";

/** Milliseconds that a case may take. */
const PATIENCE_MS = 30_000;

const [url = "", ...names] = process.argv.slice(2);
const overCache = (run: (url: string) => Promise<void>): Run => () => run(url);
const cases: Record<string, Run> = {
  ...Object.fromEntries(Object.entries(cacheCases).map(([name, run]) => [name, overCache(run)])),
  ...functionalCases,
  ...furtherCases,
  ...negativeCases,
};
const open = () => grpcTransport(url, { tls: url.startsWith("https:") ? { ca: certificates.ca } : undefined });

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it was not over after ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const shared = open();
const client = createClient(CalledTestService, shared);
for (const name of names) {
  const run = cases[name];
  try {
    if (run === undefined) throw new Error("there is no such case");
    await within(run(client, { shared, open }));
    console.log(JSON.stringify({ case: name }));
  } catch (error) {
    console.log(JSON.stringify({ case: name, error: error instanceof Error ? error.stack : String(error) }));
  }
}
await shared.close();
process.exit(0);
