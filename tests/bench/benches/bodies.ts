// bodies: large bodies over HTTP/2, by the engine over sockets and by bare node:http2, each of which reads them whole. And how
// evenly 100 answers of 16 MiB share one connection.
import { type Bench, type BenchOptions, type Entry, type Subject, type Trial, WARM_UP_SECONDS } from "../bench.ts";
import { h2load, requireH2load } from "../h2load.ts";
import { Program } from "../process.ts";
import { command } from "../programs.ts";
import { measureWithCpu, type RunningServer, serverPlaces, startServer } from "../servers.ts";

const PROGRAMS: readonly (readonly [subject: Subject, program: string])[] = [
  ["sigil", "peers/sigil/h2_server.ts"],
  ["node-http2", "peers/bare/server.ts"],
];

const MIB = 1 << 20;

/** A load: the path, and how many MiB of body go up and down with each request. */
interface Case {
  readonly name: string;
  readonly path: string;
  readonly up: number;
  readonly down: number;
}

const CASES: readonly Case[] = [
  { name: "1 MiB up", path: "/up", up: 1, down: 0 },
  { name: "1 MiB down", path: "/down", up: 0, down: 1 },
  { name: "1 MiB both ways", path: "/down", up: 1, down: 1 },
];

const FAIRNESS = "100 streams of 16 MiB";

export const bodies: Bench = {
  name: "bodies",
  summary:
    "MiB a second in bodies of 1 MiB, server on one core; and how evenly 100 streams of 16 MiB share a connection",
  reference: "node-http2",
  rounds: 5,
  seconds: 2,
  smallerIsBetter: false,
  async entries(options) {
    requireH2load();
    const places = PROGRAMS.flatMap(([subject, program]) =>
      serverPlaces(subject, options.runtimes).map((runtime) => ({ subject, program, runtime }))
    );
    return [
      ...CASES.flatMap((each) =>
        places.map(({ subject, program, runtime }): Entry => ({
          case: each.name,
          subject,
          runtime,
          unit: "MiB/s",
          prepare: async () => throughput(each, await startServer(subject, runtime, [], { program }), options),
        }))
      ),
      ...places.map(({ subject, program, runtime }): Entry => ({
        case: FAIRNESS,
        subject,
        runtime,
        unit: "% of the fastest",
        prepare: async () => fairness(await startServer(subject, runtime, [], { program })),
      })),
    ];
  },
};

async function throughput(each: Case, server: RunningServer, { seconds }: BenchOptions): Promise<Trial> {
  const load = {
    url: `http://${server.address}${each.path}`,
    body: new Uint8Array(each.up * MIB || 1).fill(0x61),
    headers: {},
    connections: 2,
    streams: 8,
  };
  const run = async (span: number) => {
    const report = await h2load(load, span);
    return { count: report.succeeded * (each.up + each.down), seconds: report.seconds };
  };
  try {
    await run(Math.max(WARM_UP_SECONDS, seconds));
    return { measure: () => measureWithCpu(server, () => run(seconds)), close: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function fairness(server: RunningServer): Promise<Trial> {
  const program = new Program(await command("node", "load/fair_load.ts", [server.address]), { side: "load" });
  await program.ready();
  return {
    // What the slowest stream has received when the fastest one has all.
    measure: async () => (await program.work(0)).percent,
    close: async () => {
      await program.stop();
      await server.stop();
    },
  };
}
