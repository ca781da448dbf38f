// The client of the interop suite, on the runtime that runs this: `client.ts URL CASE...`. Prints one line of JSON a case,
// `{"case":NAME}`, with an `error` where it failed.
import process from "node:process";
import { createClient, grpcTransport } from "sigil";
import { certificates } from "../../support/tls/certificates.ts";
import { cacheCases, functionalCases, furtherCases, type Run } from "./cases.ts";
import { compressedCases, probeCases } from "./compressed_cases.ts";
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
  ...compressedCases,
  ...probeCases,
};
const tls = url.startsWith("https:") ? { ca: certificates.ca } : undefined;
const open = () => grpcTransport(url, { tls });

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it was not over after ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const shared = open();
const plain = createClient(CalledTestService, shared);
const compressing = grpcTransport(url, { tls, sendCompression: "gzip" });
for (const name of names) {
  const run = cases[name];
  const client = name in compressedCases ? createClient(CalledTestService, compressing) : plain;
  try {
    if (run === undefined) throw new Error("there is no such case");
    await within(run(client, { shared, open }));
    console.log(JSON.stringify({ case: name }));
  } catch (error) {
    console.log(JSON.stringify({ case: name, error: error instanceof Error ? error.stack : String(error) }));
  }
}
await Promise.all([shared.close(), compressing.close()]);
process.exit(0);
