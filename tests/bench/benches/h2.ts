// h2: the HTTP/2 layer alone. Every request is answered with the same head, one small message and trailers, by the engine over
// sockets and by bare node:http2: no protocol, no codec, no user's method. 8 connections of 32 streams. The load is made of
// requests that are octets beforehand, for h2load cannot vary headers, and takes more time for a request than the engine does.
import { type Bench, type BenchOptions, type Entry, type Subject, type Trial, WARM_UP_SECONDS } from "../bench.ts";
import { enveloped, NAME, SAY_HELLO_PATH, textMessage } from "../greeter/greeting.ts";
import { h2load, h2loadMissing } from "../h2load.ts";
import type { RawLoadKind } from "../load/raw_connection.ts";
import { Program } from "../process.ts";
import { command } from "../programs.ts";
import { measureWithCpu, type RunningServer, serverPlaces, startServer } from "../servers.ts";

/** The programs that answer without looking. */
const PROGRAMS: readonly (readonly [subject: Subject, program: string])[] = [
  ["sigil", "peers/sigil/h2_server.ts"],
  ["node-http2", "peers/bare/server.ts"],
];

const CONNECTIONS = 8;
const STREAMS = 32;

/** Puts load on a server for so many seconds. */
type Run = (seconds: number) => Promise<{ count: number; seconds: number }>;

interface Case {
  readonly name: string;
  readonly tls: boolean;
  /** Makes the load ready; `close` ends it. */
  start(server: RunningServer): Promise<{ run: Run; close(): Promise<void> }>;
}

const CASES: readonly Case[] = [
  { name: "fixed reply", tls: false, start: (server) => rawLoad(server, "same") },
  { name: "headers that differ", tls: false, start: (server) => rawLoad(server, "different") },
  // h2load makes one request cost so much more here that nothing is lost on it; compare the CPU with that of cleartext.
  { name: "fixed reply over TLS", tls: true, start: tlsLoad },
];

export const h2: Bench = {
  name: "h2",
  summary:
    "HTTP/2 requests a second with a fixed reply, no gRPC on top, server on one core (8 connections x 32 streams)",
  reference: "node-http2",
  rounds: 5,
  seconds: 2,
  smallerIsBetter: false,
  async entries(options, say) {
    const missing = h2loadMissing();
    if (missing !== undefined) say(`TLS is left out: ${missing}`);
    return CASES.filter((each) => !each.tls || missing === undefined).flatMap((each) =>
      PROGRAMS.flatMap(([subject, program]) =>
        serverPlaces(subject, options.runtimes).map((runtime): Entry => ({
          case: each.name,
          subject,
          runtime,
          unit: "requests/s",
          prepare: () => prepare(each, subject, program, runtime, options),
        }))
      )
    );
  },
};

async function prepare(
  each: Case,
  subject: Subject,
  program: string,
  runtime: Entry["runtime"],
  { seconds }: BenchOptions,
): Promise<Trial> {
  const server = await startServer(subject, runtime, ["unary"], { program, tls: each.tls });
  try {
    const load = await each.start(server);
    await load.run(Math.max(WARM_UP_SECONDS, seconds));
    return {
      measure: () => measureWithCpu(server, () => load.run(seconds)),
      close: async () => {
        await load.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function rawLoad(server: RunningServer, kind: RawLoadKind): ReturnType<Case["start"]> {
  const args = [server.address, `${CONNECTIONS}`, `${STREAMS}`, kind];
  const program = new Program(await command("node", "load/raw_load.ts", args), { side: "load" });
  await program.ready();
  return { run: (seconds) => program.work(seconds), close: () => program.stop() };
}

function tlsLoad(server: RunningServer): ReturnType<Case["start"]> {
  const load = {
    url: `https://${server.address}${SAY_HELLO_PATH}`,
    body: enveloped([textMessage(NAME)]),
    headers: { "content-type": "application/grpc", te: "trailers" },
    connections: CONNECTIONS,
    streams: STREAMS,
  };
  const run: Run = async (seconds) => {
    const report = await h2load(load, seconds);
    return { count: report.succeeded, seconds: report.seconds };
  };
  return Promise.resolve({ run, close: () => Promise.resolve() });
}
