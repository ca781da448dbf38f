// examples/clients/browser in headless Chromium: the page calls the greeter, shows a server stream while it runs, and
// cancels it.
// Runs on: node (it starts the runtimes itself)
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { CHROMIUM, locate, missing } from "../support/requirement.ts";
import { type Program, RUNNERS, start } from "./program.ts";

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function startServer(runtime: keyof typeof RUNNERS): Promise<Program> {
  return start([...RUNNERS[runtime], "examples/clients/browser/server.ts", "0"], /Open (http:\S+)/);
}

async function withPage(use: (page: Page) => Promise<void>): Promise<void> {
  await using server = await startServer("node");
  const browser: Browser = await chromium.launch({ executablePath: locate(CHROMIUM), headless: true, args });
  try {
    const page = await browser.newPage({ viewport: { width: 900, height: 700 } });
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    await page.goto(server.ready[1]);
    await use(page);
    assert.deepEqual(faults, []);
  } finally {
    await browser.close();
  }
  assert.equal(await server.stop("SIGTERM"), 0, server.output());
}

test("a page calls the greeter and shows a server stream to its end", { skip: missing(CHROMIUM) }, async () => {
  await withPage(async (page) => {
    await page.fill("#name", "Radia");
    await page.selectOption("#language", { label: "French" });
    await page.click("#hello button");
    await page.locator("#greeting", { hasText: "Bonjour, Radia!" }).waitFor();

    await page.fill("#from", "2");
    await page.click("#count button[type=submit]");
    await page.locator("#ticks li", { hasText: "Lift-off!" }).waitFor();
    assert.deepEqual(await page.locator("#ticks li").allTextContents(), ["2", "1", "Lift-off!"]);
  });
});

test(
  "a page shows a stream while it runs, and after it cancelled one the server serves on",
  { skip: missing(CHROMIUM) },
  async () => {
    await withPage(async (page) => {
      await page.fill("#from", "1000");
      await page.click("#count button[type=submit]");
      // The whole stream would take minutes: what is seen now came live.
      await page.locator("#ticks li", { hasText: "1000" }).waitFor();
      await page.locator("#ticks li", { hasText: "999" }).waitFor();
      await page.click("#stop");
      const shown = await page.locator("#ticks li").count();
      await page.click("#hello button");
      await page.locator("#greeting", { hasText: "Hello, Ada!" }).waitFor();
      assert.equal(await page.locator("#ticks li").count(), shown);
    });
  },
);

test("the page's script holds no server code", async () => {
  await using server = await startServer("node");
  const script = await (await fetch(new URL("page.js", server.ready[1]))).text();
  assert.match(script, /greeter\.v1\.SayHelloRequest/);
  for (const word of ["node:", "tsyringe", "createServer", "PhraseBook", "Bonjour"]) {
    assert.ok(!script.includes(word), `the bundle contains ${word}`);
  }
});

for (const runtime of ["bun", "deno"] as const) {
  test(`the page and the greeter are served on ${runtime} too`, async () => {
    await using server = await startServer(runtime);
    const [, url] = server.ready;
    assert.match(await (await fetch(url)).text(), /<script type="module" src="page\.js">/);
    const response = await fetch(new URL("greeter.v1.GreeterService/SayHello", url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"name":"Ada"}',
    });
    assert.equal(await response.text(), '{"text":"Hello, Ada!"}');
    assert.equal(await server.stop("SIGTERM"), 0, server.output());
  });
}
