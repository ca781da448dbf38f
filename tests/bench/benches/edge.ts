// edge: unary calls a second through a fetch handler, in JSON, binary and gRPC-Web: in process (`handler(new Request(...))`,
// 16 in flight) on every runtime, and over HTTP/1.1 sockets where the runtime has a server for fetch handlers.
import { type Bench, type BenchOptions, type Entry, type JsRuntime, type Subject, WARM_UP_SECONDS } from "../bench.ts";
import { EDGE_FORMATS, edgeFormat } from "../greeter/edge_format.ts";
import { h2load, h2loadMissing } from "../h2load.ts";
import { Program } from "../process.ts";
import { command } from "../programs.ts";
import { measureWithCpu } from "../servers.ts";

const PROGRAMS: ReadonlyArray<readonly [subject: Subject, program: string]> = [
  ["sigil", "peers/sigil/edge.ts"],
  ["connect-es", "peers/connect/edge.ts"],
  ["bare", "peers/bare/edge.ts"],
];
/** The bare handler knows the formats of one message in, one message out. */
const BARE_FORMATS: ReadonlySet<string> = new Set(["json", "binary"]);
const CONNECTIONS = 32;

export const edge: Bench = {
  name: "edge",
  summary:
    "Connect and gRPC-Web unary calls a second through a fetch handler, in process and on Bun.serve and Deno.serve",
  reference: "connect-es",
  rounds: 5,
  seconds: 2,
  smallerIsBetter: false,
  async entries(options, say) {
    const missing = h2loadMissing();
    if (missing !== undefined) say(`the cases on sockets are left out: ${missing}`);
    const servers = missing === undefined ? options.runtimes.filter((runtime) => runtime !== "node") : [];
    return EDGE_FORMATS.flatMap((format) => [
      ...options.runtimes.flatMap((runtime) => entriesOf(format, "in-process", runtime, options)),
      ...servers.flatMap((runtime) => entriesOf(format, "served", runtime, options)),
    ]);
  },
};

type Mode = "in-process" | "served";
/** Has a handler called for so many seconds. */
type Run = (seconds: number) => Promise<{ count: number; seconds: number }>;

function entriesOf(format: string, mode: Mode, runtime: JsRuntime, options: BenchOptions): Entry[] {
  return PROGRAMS
    .filter(([subject]) => subject !== "bare" || BARE_FORMATS.has(format))
    .map(([subject, program]) => ({
      case: `${format} ${mode}`,
      subject,
      runtime,
      unit: "calls/s",
      prepare: () => prepare(program, format, mode, runtime, options),
    }));
}

async function prepare(path: string, format: string, mode: Mode, runtime: JsRuntime, { seconds }: BenchOptions) {
  const program = new Program(await command(runtime, path, [mode, format]), { side: "subject" });
  try {
    const port = await program.ready();
    const run = mode === "in-process" ? (span: number) => program.work(span) : await overSockets(port, format);
    await run(Math.max(WARM_UP_SECONDS, seconds));
    return { measure: () => measureWithCpu(program, () => run(seconds)), close: () => program.stop() };
  } catch (error) {
    await program.stop();
    throw error;
  }
}

/** Proves one answer of a listening handler, then answers how to measure it. */
async function overSockets(port: number, format: string): Promise<Run> {
  const { path, headers, request, accepts } = edgeFormat(format);
  const url = `http://127.0.0.1:${port}${path}`;
  const response = await fetch(url, { method: "POST", headers, body: request as BodyInit });
  const answer = new Uint8Array(await response.arrayBuffer());
  if (response.status !== 200 || !accepts(answer)) {
    throw new Error(`It answered ${response.status} ${JSON.stringify(new TextDecoder().decode(answer))}.`);
  }
  return async (seconds) => {
    const load = { url, body: request, headers, connections: CONNECTIONS, streams: 1, http1: true };
    const report = await h2load(load, seconds);
    return { count: report.succeeded, seconds: report.seconds };
  };
}
