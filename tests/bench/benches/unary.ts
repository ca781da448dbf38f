// unary: small gRPC calls over cleartext HTTP/2, as many as a server on one core answers. 8 connections of 32 calls each.
import { type Bench, type BenchOptions, type Entry, type Subject, WARM_UP_SECONDS } from "../bench.ts";
import { enveloped, NAME, SAY_HELLO_PATH, textMessage } from "../greeter/greeting.ts";
import { h2load, type Load, requireH2load } from "../h2load.ts";
import { measureWithCpu, serverPlaces, startServer } from "../servers.ts";

const SUBJECTS: readonly Subject[] = ["sigil", "grpc-js", "connect-node", "node-http2", "grpc-go", "tonic"];

export const unary: Bench = {
  name: "unary",
  summary: "gRPC unary calls a second, small message, server on one core, load by h2load (8 connections x 32 streams)",
  reference: "grpc-js",
  rounds: 5,
  seconds: 2,
  smallerIsBetter: false,
  async entries(options) {
    requireH2load();
    return SUBJECTS.flatMap((subject) =>
      serverPlaces(subject, options.runtimes).map((runtime): Entry => ({
        case: "small",
        subject,
        runtime,
        unit: "calls/s",
        prepare: () => prepare(subject, runtime, options),
      }))
    );
  },
};

async function prepare(subject: Subject, runtime: Entry["runtime"], { seconds }: BenchOptions) {
  const server = await startServer(subject, runtime, ["unary"]);
  const load: Load = {
    url: `http://${server.address}${SAY_HELLO_PATH}`,
    body: enveloped([textMessage(NAME)]),
    headers: { "content-type": "application/grpc", te: "trailers" },
    connections: 8,
    streams: 32,
  };
  const run = async (span: number) => {
    const report = await h2load(load, span);
    return { count: report.succeeded, seconds: report.seconds };
  };
  try {
    await run(Math.max(WARM_UP_SECONDS, seconds));
    return { measure: () => measureWithCpu(server, () => run(seconds)), close: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
