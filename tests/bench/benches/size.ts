// size: bytes after minifying and gzip of what a user ships: an edge worker with one service (Connect and gRPC-Web) and a
// browser client of one method made from a contract alone. Everything is bundled, dependencies included.
import { build } from "esbuild";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Bench, Entry, Subject } from "../bench.ts";
import { ROOT } from "../programs.ts";

const BUNDLES: ReadonlyArray<readonly [name: string, subject: Subject, file: string, conditions: string[]]> = [
  ["edge", "sigil", "peers/sigil/size_edge.ts", ["workerd", "edge-light", "browser"]],
  ["edge", "connect-es", "peers/connect/size_edge.ts", ["workerd", "edge-light", "browser"]],
  ["browser", "sigil", "peers/sigil/size_browser.ts", ["browser"]],
  ["browser", "connect-es", "peers/connect/size_browser.ts", ["browser"]],
];

export const size: Bench = {
  name: "size",
  summary: "bytes (minified, gzip) of an edge bundle with one service and of a browser client bundle with one method",
  reference: "connect-es",
  rounds: 1,
  seconds: 1,
  smallerIsBetter: true,
  async entries() {
    return BUNDLES.map(([name, subject, file, conditions]): Entry => ({
      case: name,
      subject,
      runtime: "node", // where the bundler runs; the bundle is the same wherever it is made
      unit: "bytes",
      prepare: async () => ({ measure: () => bundleBytes(file, conditions), close: async () => {} }),
    }));
  },
};

/** Bundles a program of `tests/bench`, and answers its bytes. */
export async function bundleBytes(file: string, conditions: string[]): Promise<number> {
  const result = await build({
    entryPoints: [join(ROOT, "tests", "bench", file)],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "es2022",
    conditions: [...conditions, "import"],
    legalComments: "none",
    logLevel: "silent",
  });
  return gzipSync(result.outputFiles[0].contents, { level: 9 }).length;
}
