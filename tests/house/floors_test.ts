// Runs on: node. The floors of the house: an import goes down, never up, `import type` included. Folders of one floor may
// lean on each other where no circle comes of it, but protocols and transports, the schema and the HTTP/2 engine,
// and the protocols among themselves know nothing of one another.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertNone, importsOf, type Source, sources } from "./source.ts";

/** The folders of src/, lowest first. Files of src/ itself and mod.ts are the public face, which cli/ stands on. */
const FLOORS: string[][] = [
  ["bytes"],
  ["rpc", "di", "wire", "http"],
  ["schema", "http2"],
  ["call", "codec", "decorators", "proto", "import"],
  ["protocol", "transport"],
  ["server", "client"],
  ["services", "explorer"],
  ["adapters"],
  ["(public face)"],
  ["cli"],
];

/** Folders that must not import each other, though they are on one floor. */
const STRANGERS: [string, string][] = [["protocol", "transport"], ["schema", "http2"], ["services", "explorer"]];

function folderOf(path: string): string {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? "(public face)";
}

function floorOf(path: string): number {
  return FLOORS.findIndex((folders) => folders.includes(folderOf(path)));
}

/** A protocol's own folder: `grpc`, `connect`; undefined for files of protocol/ itself and of other folders. */
function protocolOf(path: string): string | undefined {
  return /^src\/protocol\/([^/]+)\//.exec(path)?.[1];
}

/** The rule that an import breaks, if any. */
function broken(from: string, to: string): string | undefined {
  const [own, other] = [folderOf(from), folderOf(to)];
  if (floorOf(to) > floorOf(from)) return `imports upwards, from ${own} to ${other}`;
  if (own !== other && STRANGERS.some((pair) => pair.includes(own) && pair.includes(other))) {
    return `${own} and ${other} must not know each other`;
  }
  if (other === "decorators" && own !== "decorators" && own !== "(public face)" && own !== "cli") {
    return "nothing but the public face needs decorators";
  }
  const [ownProtocol, otherProtocol] = [protocolOf(from), protocolOf(to)];
  if (own === "protocol" && otherProtocol !== undefined && otherProtocol !== ownProtocol) {
    return ownProtocol === undefined ? "protocol/ names one of its children" : "a protocol imports another one";
  }
  return undefined;
}

function sourceImports(files: Source[]): { from: string; to: string }[] {
  return files.flatMap((source) =>
    importsOf(source).flatMap(({ path }) => path === undefined ? [] : [{ from: source.path, to: path }])
  );
}

const files = sources("mod.ts", "src/**/*.ts");

test("there are sources to look at", () => {
  assert.ok(files.length > 20, `${files.length} files`);
});

test("every folder of src has a floor", () => {
  const unknown = files.filter((source) => floorOf(source.path) < 0).map((source) => source.path);
  assertNone(unknown);
});

test("imports go down", () => {
  const faults = sourceImports(files).flatMap(({ from, to }) => {
    const rule = broken(from, to);
    return rule === undefined ? [] : [`${from} -> ${to}: ${rule}`];
  });
  assertNone(faults);
});

test("folders of one floor do not import each other in a circle", () => {
  const edges = new Set<string>();
  for (const { from, to } of sourceImports(files)) {
    if (floorOf(from) === floorOf(to) && folderOf(from) !== folderOf(to)) {
      edges.add(`${folderOf(from)} ${folderOf(to)}`);
    }
  }
  const circles = [...edges].filter((edge) => edges.has(edge.split(" ").reverse().join(" ")));
  assertNone(circles);
});

test("relative imports stay inside src and name existing files", () => {
  const paths = new Set(files.map((source) => source.path));
  const faults = sourceImports(files).filter(({ to }) => !paths.has(to)).map(({ from, to }) => `${from} -> ${to}`);
  assertNone(faults);
});

test("the rules refuse what they are for", () => {
  assert.match(broken("src/schema/a.ts", "src/server/b.ts") ?? "", /upwards/);
  assert.match(broken("src/server/a.ts", "src/sigil.ts") ?? "", /upwards/);
  assert.match(broken("src/transport/a.ts", "src/protocol/b.ts") ?? "", /must not know/);
  assert.match(broken("src/codec/a.ts", "src/decorators/b.ts") ?? "", /decorators/);
  assert.match(broken("src/protocol/a.ts", "src/protocol/grpc/b.ts") ?? "", /children/);
  assert.match(broken("src/protocol/grpc/a.ts", "src/protocol/connect/b.ts") ?? "", /another/);
  assert.equal(broken("src/server/a.ts", "src/schema/b.ts"), undefined);
  assert.equal(broken("src/cli/a.ts", "src/sigil.ts"), undefined);
});
