// Runs on: node. What a user gets from the registry: the packed package compiles in a strict project and serves and calls
// on Node 22 and 26, Bun, Deno and workerd; a browser bundle of a contract carries no server.
import { build } from "esbuild";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { locate, missing, NODE_22 } from "../support/requirement.ts";
import { startWorkerd } from "../support/workerd.ts";
import { packedProject, type Project, ROOT, run } from "./packed.ts";

const DECORATED_OVER_ALL = "Hello ADA 1,2,3\nHello ADA 1,2,3\nHello IN PROCESS\nclosed\n";
const DECORATED_OVER_FETCH = "Hello ADA 1,2,3\nHello IN PROCESS\nclosed\n";
const PLAIN = 'Hello Ada\n{"text":"Hello fetch"}\nclosed\n';

let project: Project;

before(async () => {
  project = await packedProject("user");
  await run(["tsc", "-p", "."], project.folder);
});
after(() => project?.remove());

test("the tarball holds what is built and the texts, and no sources or tests", () => {
  const strangers = project.packed.filter((path) =>
    !/^(dist\/|(package\.json|LICENSE|README\.md|CHANGELOG\.md)$)/.test(path)
  );
  assert.deepEqual(strangers, []);
  for (const path of ["LICENSE", "dist/mod.js", "dist/mod.d.ts", "dist/src/edge.js", "dist/src/client.js"]) {
    assert.ok(project.packed.includes(path), `${path} is missing`);
  }
  assert.deepEqual(project.packed.filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts")), []);
});

test("the types compile with Node's or Bun's globals in place of a browser's", async () => {
  const modules = join(ROOT, "node_modules");
  for (const [types, roots] of [["node", join(modules, "@types")], ["bun-types", modules]]) {
    const lib = ["--lib", "esnext", "--types", types, "--typeRoots", roots, "--skipLibCheck"];
    await run(["tsc", "-p", ".", "--noEmit", ...lib], project.folder);
  }
});

test("the user's project runs on Node", async () => {
  assert.equal(await run(["node", "built/decorated.js"], project.folder), DECORATED_OVER_ALL);
  assert.equal(await run(["node", "plain.js"], project.folder), PLAIN);
});

test("the user's project runs on Node 22", { skip: missing(NODE_22) }, async () => {
  const node = locate(NODE_22)!;
  assert.match(await run([node, "--version"], project.folder), /^v22\./);
  assert.equal(await run([node, "built/decorated.js"], project.folder), DECORATED_OVER_ALL);
  assert.equal(await run([node, "plain.js"], project.folder), PLAIN);
});

test("the user's project runs on Bun", async () => {
  assert.equal(await run(["bun", "decorated.ts"], project.folder), DECORATED_OVER_ALL);
  assert.equal(await run(["bun", "plain.js"], project.folder), PLAIN);
});

test("the user's project runs on Deno", async () => {
  const deno = ["deno", "run", "--allow-all", "--quiet", "--node-modules-dir=manual"];
  const decorated = await run([...deno, "--check", "decorated.ts"], project.folder);
  assert.ok([DECORATED_OVER_ALL, DECORATED_OVER_FETCH].includes(decorated), decorated);
  assert.equal(await run([...deno, "plain.js"], project.folder), PLAIN);
});

test("a Worker made from the package answers in workerd without Node's modules", async () => {
  const bundle = join(project.folder, "worker.bundle.js");
  const { metafile } = await build({
    entryPoints: [join(project.folder, "worker.ts")],
    outfile: bundle,
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    metafile: true,
    logLevel: "silent",
  });
  assert.deepEqual(
    Object.keys(metafile.inputs).filter((path) => /node_http2|adapters\/sockets|protocol\/grpc\//.test(path)),
    [],
  );
  const worker = await startWorkerd(bundle);
  try {
    const response = await fetch(`${worker.url}/project.v1.Greeter/Greet`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text: "Worker" }),
    });
    assert.deepEqual(await response.json(), { text: "Hello Worker" });
    const { greet } = await import(pathToFileURL(join(project.folder, "built/browser.js")).href);
    assert.equal(await greet(worker.url, "browser"), "Hello browser");
  } finally {
    await worker.stop();
  }
});

test("a bundle for Node keeps the UTF-8 of its Buffer, imported for its effect, and one for the edge has none", async () => {
  const keeps = async (code: string, conditions: string[]): Promise<boolean> => {
    const { metafile } = await build({
      stdin: { contents: code, resolveDir: project.folder, loader: "ts" },
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      platform: "node",
      target: "es2024",
      conditions,
      outdir: project.folder,
      metafile: true,
      logLevel: "silent",
    });
    const [output] = Object.values(metafile.outputs);
    return Object.entries(output.inputs).some(([path, { bytesInOutput }]) =>
      path.endsWith("/adapters/buffer_text.js") && bytesInOutput > 0
    );
  };
  for (const name of ["Sigil", "createClient", "createSchema"]) {
    const code = `import { ${name} } from "sigil"; console.log(${name});`;
    assert.equal(await keeps(code, []), true, name);
    assert.equal(await keeps(code, ["workerd", "worker", "browser"]), false, name);
  }
});

test("a browser bundle of a contract carries no server code", async () => {
  const bundle = join(project.folder, "browser.bundle.js");
  const { metafile } = await build({
    entryPoints: [join(project.folder, "browser.ts")],
    outfile: bundle,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    conditions: ["browser"],
    metafile: true,
    logLevel: "silent",
  });
  const [output] = Object.values(metafile.outputs);
  const carried = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) =>
    path
  );
  const server =
    /\/src\/(server|di|decorators|call|cli|proto)\/|node_http2|adapters\/sockets|adapters\/fetch\/server|tsyringe|reflect-metadata|\/server\.js$/;
  assert.deepEqual(carried.filter((path) => server.test(path)), []);
  assert.ok(carried.some((path) => path.endsWith("/src/client.js")), "the bundle is not made from the package");
  const text = readFileSync(bundle, "utf8");
  for (const word of ["tsyringe", "Reflect.getMetadata", "defineMetadata", "node:", "createServer", "listen("]) {
    assert.ok(!text.includes(word), `"${word}" is in the bundle`);
  }
});
