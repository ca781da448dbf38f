// latency: the 99th percentile of small gRPC calls, from when each fell due: at half of the calls that a server answers at most,
// of its own, and at a rate that all of them hold. 8 connections. What a call waits for in the load counts, too.
import { type Bench, type BenchOptions, type Entry, type Subject, type Trial, WARM_UP_SECONDS } from "../bench.ts";
import { Program } from "../process.ts";
import { command } from "../programs.ts";
import { serverPlaces, startServer } from "../servers.ts";

const SUBJECTS: readonly Subject[] = ["sigil", "grpc-js", "connect-node", "node-http2", "grpc-go", "tonic"];
const CONNECTIONS = 8;
const STREAMS = 32;

/** Calls a second; undefined is half of the most that a server answers. */
const CASES: ReadonlyArray<readonly [name: string, rate: number | undefined]> = [
  ["p99 at half of the top rate", undefined],
  ["p99 at 1,000 calls/s", 1_000],
];

export const latency: Bench = {
  name: "latency",
  summary: "99th percentile of unary gRPC calls, at half of a server's own top rate, and at one rate for all",
  reference: "grpc-js",
  rounds: 5,
  seconds: 2,
  smallerIsBetter: true,
  entries: async (options) =>
    CASES.flatMap(([name, rate]) =>
      SUBJECTS.flatMap((subject) =>
        serverPlaces(subject, options.runtimes).map((runtime): Entry => ({
          case: name,
          subject,
          runtime,
          unit: "us",
          prepare: () => prepare(subject, runtime, rate, options),
        }))
      )
    ),
};

async function prepare(
  subject: Subject,
  runtime: Entry["runtime"],
  rate: number | undefined,
  { seconds }: BenchOptions,
): Promise<Trial> {
  const server = await startServer(subject, runtime, ["unary"]);
  const args = [server.address, `${CONNECTIONS}`, `${STREAMS}`, ...rate === undefined ? [] : [`${rate}`]];
  let load: Program | undefined;
  const close = async () => {
    await load?.stop();
    await server.stop();
  };
  try {
    load = new Program(await command("node", "load/latency_load.ts", args), { side: "load" });
    await load.ready();
    await load.work(Math.max(WARM_UP_SECONDS, seconds));
    return { measure: async () => (await load!.work(seconds)).p99, close };
  } catch (error) {
    await close();
    throw error;
  }
}
