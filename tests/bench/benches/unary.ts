// unary: small gRPC calls over cleartext HTTP/2, as many as a server on one core answers. 8 connections of 32 calls each; plain,
// and with what calls carry in practice: five entries of metadata, a deadline, and an interceptor that looks at them.
import { type Bench, type BenchOptions, type Entry, type Subject, WARM_UP_SECONDS } from "../bench.ts";
import { enveloped, NAME, SAY_HELLO_PATH, textMessage, TOKEN } from "../greeter/greeting.ts";
import { h2load, type Load, requireH2load } from "../h2load.ts";
import { measureWithCpu, serverPlaces, startServer } from "../servers.ts";

const SUBJECTS: readonly Subject[] = ["sigil", "grpc-js", "connect-node", "node-http2", "grpc-go", "tonic"];

/** Subjects with an interceptor: their programs. */
const INTERCEPTED: ReadonlyArray<readonly [subject: Subject, program: string]> = [
  ["sigil", "peers/sigil/intercepted_server.ts"],
  ["grpc-js", "peers/grpc_js/intercepted_server.ts"],
];

const HEADERS = { "content-type": "application/grpc", te: "trailers" };
const METADATA = {
  "grpc-timeout": "10S",
  authorization: TOKEN,
  traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  "user-agent": "grpc-node-js/1.14.7",
  "x-request-id": "7f4c2f0e-52a7-4d4f-9d6f-5a1d9f1c2b3a",
  "x-tenant": "shop",
};

export const unary: Bench = {
  name: "unary",
  summary: "gRPC unary calls a second, small message, server on one core, load by h2load (8 connections x 32 streams)",
  reference: "grpc-js",
  rounds: 5,
  seconds: 2,
  smallerIsBetter: false,
  async entries(options) {
    requireH2load();
    const entries = (name: string, subject: Subject, program?: string): Entry[] =>
      serverPlaces(subject, options.runtimes).map((runtime): Entry => ({
        case: name,
        subject,
        runtime,
        unit: "calls/s",
        prepare: () => prepare(subject, runtime, program, options),
      }));
    return [
      ...SUBJECTS.flatMap((subject) => entries("small", subject)),
      ...INTERCEPTED.flatMap(([subject, program]) => entries("metadata", subject, program)),
    ];
  },
};

async function prepare(
  subject: Subject,
  runtime: Entry["runtime"],
  program: string | undefined,
  { seconds }: BenchOptions,
) {
  const server = await startServer(subject, runtime, ["unary"], { program });
  const load: Load = {
    url: `http://${server.address}${SAY_HELLO_PATH}`,
    body: enveloped([textMessage(NAME)]),
    headers: program === undefined ? HEADERS : { ...HEADERS, ...METADATA },
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
