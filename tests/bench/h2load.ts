// Load by h2load (Debian's nghttp2-client): written in C, so that one core of it drives more than one core of any subject.
// Only answers with a 2xx status count, and a measurement with any other answer is refused: fast errors are no figure.
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LeftOut } from "./bench.ts";
import { output } from "./process.ts";

/** One kind of load. */
export interface Load {
  readonly url: string;
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  /** Requests in flight on each connection; 1 over HTTP/1.1. */
  readonly streams: number;
  /** HTTP/1.1 in place of HTTP/2 with prior knowledge. */
  readonly http1?: boolean;
}

/** What a run of h2load came to. */
export interface LoadReport {
  readonly seconds: number;
  /** Answers with a 2xx status that arrived whole. */
  readonly succeeded: number;
  /** Requests that failed, timed out, or were answered with another status. */
  readonly failed: number;
  /** Bytes of response bodies, those of unfinished answers included. */
  readonly dataBytes: number;
}

/** Says in one line why h2load cannot be used, or undefined where it can. */
export function h2loadMissing(): string | undefined {
  try {
    execFileSync("h2load", ["--version"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "h2load is not installed (Debian, Ubuntu: apt install nghttp2-client)";
  }
}

/** @throws LeftOut where h2load is missing. */
export function requireH2load(): void {
  const missing = h2loadMissing();
  if (missing !== undefined) throw new LeftOut(missing);
}

/**
 * Puts `load` on a server for `seconds`.
 * @throws Error where any request failed.
 */
export async function h2load(load: Load, seconds: number): Promise<LoadReport> {
  const bodyFile = join(mkdtempSync(join(tmpdir(), "sigil-bench-")), "body.bin");
  writeFileSync(bodyFile, load.body);
  const headers = Object.entries(load.headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const command = [
    "h2load",
    ...(load.http1 ? ["--h1"] : []),
    ...["-t", "1", "-c", `${load.connections}`, "-m", `${load.streams}`],
    ...["-D", `${Math.round(seconds * 1000)}ms`, "-d", bodyFile, ...headers, load.url],
  ];
  const report = parseH2load(await output(command, seconds * 1000 + 30_000, { side: "load" }));
  if (report.failed > 0) throw new Error(`${report.failed} of the requests to ${load.url} failed.`);
  if (report.dataBytes === 0) throw new Error(`No request to ${load.url} was answered.`);
  return report;
}

/**
 * Reads h2load's closing lines.
 * @throws Error where they are not what h2load 1.4x to 1.6x prints.
 */
export function parseH2load(text: string): LoadReport {
  const finished = /^finished in ([\d.]+)(us|ms|s|m),/m.exec(text);
  const requests = /^requests: .* (\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout/m.exec(text);
  const statuses = /^status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx/m.exec(text);
  const data = /\((\d+)\) data$/m.exec(text);
  if (finished === null || requests === null || statuses === null || data === null) {
    throw new Error(`h2load printed something unexpected:\n${text.slice(-500)}`);
  }
  const unit = { us: 1e-6, ms: 1e-3, s: 1, m: 60 }[finished[2]]!;
  const otherStatuses = Number(statuses[2]) + Number(statuses[3]) + Number(statuses[4]);
  return {
    seconds: Number(finished[1]) * unit,
    succeeded: Number(requests[1]),
    failed: Math.max(Number(requests[2]), otherStatuses),
    dataBytes: Number(data[1]),
  };
}
