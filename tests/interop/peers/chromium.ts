// Headless Chromium: a page that our server serves on its own port calls it over TLS (HTTP/2 by ALPN) and in cleartext
// (HTTP/1.1), with Sigil's client, with @connectrpc/connect-web and with the published grpc-web.
import { build } from "esbuild";
import { join } from "node:path";
import { chromium as playwright } from "playwright-core";
import { CHROMIUM, locate } from "../../support/requirement.ts";
import { BUILD, type Check, ours, ROOT, ServerProgram } from "../programs.ts";
import type { OurServer, Peer } from "./peer.ts";

const SCRIPT = join(BUILD, "page.js");
const ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];

/** What the page's script puts into its globals. */
interface Page {
  clientNames: string[];
  runClient(name: string): Promise<Check[]>;
  protocols(): string[];
}

export const chromium: Peer = {
  name: "chromium",
  about: "headless Chromium: Sigil's client, connect-web and grpc-web in a page",

  async prepare() {
    const source = (path: string) => join(ROOT, path);
    await build({
      entryPoints: [source("tests/interop/browser/page.ts")],
      outfile: SCRIPT,
      bundle: true,
      format: "esm",
      target: "es2024",
      alias: { "sigil/client": source("src/client.ts"), sigil: source("src/edge.ts") },
      logLevel: "silent",
    });
  },

  async *callOurServer({ runtime }: OurServer) {
    const executablePath = locate(CHROMIUM);
    if (executablePath === undefined) throw new Error(`There is no ${CHROMIUM.name}: ${CHROMIUM.install}`);
    const browser = await playwright.launch({ executablePath, headless: true, args: ARGS });
    try {
      for (const tls of [true, false]) {
        const flags = tls ? ["--tls"] : [];
        await using server = await ServerProgram.start(
          ours(runtime, "test_service/server.ts", "--page", SCRIPT, ...flags),
        );
        const page = await browser.newPage({ ignoreHTTPSErrors: true });
        await page.goto(tls ? `https://localhost:${server.port}/` : `http://127.0.0.1:${server.port}/`);
        await page.waitForFunction("globalThis.clientNames");
        const names = await page.evaluate(() => (globalThis as unknown as Page).clientNames);
        for (const name of names) {
          const checks = await page.evaluate((name) => (globalThis as unknown as Page).runClient(name), name);
          for (const check of checks) yield tls ? check : { ...check, name: `${check.name} over HTTP/1.1` };
        }
        const protocols = await page.evaluate(() => (globalThis as unknown as Page).protocols());
        const expected = tls ? "h2" : "http/1.1";
        const error = protocols.join() === expected ? undefined : `requests went over ${protocols}`;
        yield { name: `all requests went over ${expected}`, error };
        await page.close();
      }
    } finally {
      await browser.close();
    }
  },
};
