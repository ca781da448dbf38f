// h2: the HTTP/2 layer alone. Every request is answered with the same head, one small message and trailers, by the engine over
// sockets and by bare node:http2: no protocol, no codec, no user's method. 8 connections of 32 streams.
import { type Bench, type BenchOptions, type Entry, type Subject, WARM_UP_SECONDS } from "../bench.ts";
import { enveloped, NAME, SAY_HELLO_PATH, textMessage } from "../greeter/greeting.ts";
import { h2load, type Load, requireH2load } from "../h2load.ts";
import { serverPlaces, startServer } from "../servers.ts";

/** The programs that answer without looking. */
const PROGRAMS: readonly (readonly [subject: Subject, program: string])[] = [
  ["sigil", "peers/sigil/h2_server.ts"],
  ["node-http2", "peers/bare/server.ts"],
];

export const h2: Bench = {
  name: "h2",
  summary: "HTTP/2 requests a second with a fixed reply, no gRPC on top, server on one core, load as for unary",
  reference: "node-http2",
  rounds: 5,
  seconds: 2,
  smallerIsBetter: false,
  async entries(options) {
    requireH2load();
    return PROGRAMS.flatMap(([subject, program]) =>
      serverPlaces(subject, options.runtimes).map((runtime): Entry => ({
        case: "fixed reply",
        subject,
        runtime,
        unit: "requests/s",
        prepare: () => prepare(subject, program, runtime, options),
      }))
    );
  },
};

async function prepare(subject: Subject, program: string, runtime: Entry["runtime"], { seconds }: BenchOptions) {
  const server = await startServer(subject, runtime, ["unary"], program);
  const load: Load = {
    url: `http://${server.address}${SAY_HELLO_PATH}`,
    body: enveloped([textMessage(NAME)]),
    headers: { "content-type": "application/grpc", te: "trailers" },
    connections: 8,
    streams: 32,
  };
  const run = async (span: number) => {
    const report = await h2load(load, span);
    return report.succeeded / report.seconds;
  };
  try {
    await run(Math.max(WARM_UP_SECONDS, seconds));
    return { measure: () => run(seconds), close: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
