// Runs on: node. What runs everywhere: only src/adapters/ may name a runtime (src/cli/ may use Node's built-in modules,
// which all three runtimes have), nothing is evaluated, no decorator is applied, and types can be erased.
import assert from "node:assert/strict";
import { stripTypeScriptTypes } from "node:module";
import { test } from "node:test";
import { assertNone, codeOf, importsOf, lineAt, type Source, sources } from "./source.ts";

const RUNTIME_NAMES =
  /(?<![\w$#]|(?<!globalThis)\.)(Deno|Bun|process|Buffer|__dirname|__filename|WebSocketPair)(?=\s*[.?[(),;])/g;
const EVALUATION = /(?<![\w$#.])(eval\s*\(|new\s+Function\b|Function\s*\()/g;
const APPLIED_DECORATOR = /(?:^|[\n({;])[ \t]*@[A-Za-z_$][\w$.]*/g;
const ALLOWED_PACKAGES = ["@bufbuild/protobuf", "@connectrpc/connect", "reflect-metadata", "tsyringe"];

const files = sources("mod.ts", "src/**/*.ts");

function isAdapter(source: Source): boolean {
  return source.path.startsWith("src/adapters/");
}

function isCommandLine(source: Source): boolean {
  return source.path.startsWith("src/cli/");
}

function find(source: Source, pattern: RegExp): string[] {
  const code = codeOf(source);
  return [...code.matchAll(pattern)].map((match) =>
    `${source.path}:${lineAt(code, match.index + match[0].search(/\S/))} ${match[0].trim()}`
  );
}

test("only adapters name a runtime", () => {
  const core = files.filter((source) => !isAdapter(source) && !isCommandLine(source));
  const names = core.flatMap((source) => find(source, RUNTIME_NAMES));
  const modules = core.flatMap((source) =>
    importsOf(source).filter(({ specifier }) => /^(node|cloudflare|bun|deno):|^bun$/.test(specifier)).map((
      { specifier },
    ) => `${source.path} imports ${specifier}`)
  );
  assertNone([...names, ...modules]);
});

test("the command line names no runtime beyond Node's built-in modules", () => {
  const cli = files.filter(isCommandLine);
  const faults = cli.flatMap((source) => find(source, /(?<![\w$#.])(Deno|Bun)(?=\s*[.?[(])/g));
  const modules = cli.flatMap((source) =>
    importsOf(source).filter(({ specifier }) => /^(cloudflare|bun|deno):|^bun$/.test(specifier)).map(({ specifier }) =>
      `${source.path} imports ${specifier}`
    )
  );
  assertNone([...faults, ...modules]);
});

test("only the four dependencies of run time are imported", () => {
  const faults = files.flatMap((source) =>
    importsOf(source).flatMap(({ specifier }) => {
      const allowed = specifier.startsWith(".") || /^(node|cloudflare):/.test(specifier) ||
        ALLOWED_PACKAGES.some((name) => specifier === name || specifier.startsWith(`${name}/`));
      return allowed ? [] : [`${source.path} imports ${specifier}`];
    })
  );
  assertNone(faults);
});

test("what is slow to load is loaded when it is needed, by built_in.ts", () => {
  const statement = /(?:^|\n)import (?!type\b)[^;]*?from "node:(?:crypto|http|http2|https|tls|zlib)"/g;
  assertNone(
    files.filter((source) => !isCommandLine(source)).flatMap((source) =>
      [...source.text.matchAll(statement)].map(([text]) => `${source.path}: ${text.trim()}`)
    ),
  );
});

test("relative imports name the file with its .ts suffix", () => {
  const faults = files.flatMap((source) =>
    importsOf(source).filter(({ specifier }) => specifier.startsWith(".") && !specifier.endsWith(".ts")).map((
      { specifier },
    ) => `${source.path} imports ${specifier}`)
  );
  assertNone(faults);
});

test("nothing is evaluated from text", () => {
  assertNone(files.flatMap((source) => find(source, EVALUATION)));
});

test("sources apply no decorator", () => {
  assertNone(files.flatMap((source) => find(source, APPLIED_DECORATOR)));
});

test("types can be erased", () => {
  const faults = files.flatMap((source) => {
    try {
      stripTypeScriptTypes(source.text, { mode: "strip" });
      return [];
    } catch (error) {
      return [`${source.path}: ${(error as Error).message.split("\n")[0]}`];
    }
  });
  assertNone(faults);
});

test("the rules refuse what they are for", () => {
  const bad = (text: string): Source => ({ path: "src/server/bad.ts", text });
  for (const text of ["Deno.serve(x)", "x(Bun)", "process.env", "globalThis.process.env", "Buffer.from(a)"]) {
    assert.equal(find(bad(text), RUNTIME_NAMES).length, 1, text);
  }
  for (const text of ["a.process(x)", "processes(x)", "function f(): void {} // Deno.x", "this.#process(a)"]) {
    assert.equal(find(bad(text), RUNTIME_NAMES).length, 0, text);
  }
  assert.equal(find(bad("return eval(x)"), EVALUATION).length, 1);
  assert.equal(find(bad("const f = new Function('x')"), EVALUATION).length, 1);
  assert.equal(find(bad("class A {\n  @Field(1) x = 1;\n}"), APPLIED_DECORATOR).length, 1);
  assert.throws(() => stripTypeScriptTypes("enum A { B }", { mode: "strip" }));
});
