// stream: messages a second that one server on one core sends, in answers of 1,000 small messages each. The consumer is
// h2load for every subject: it reads faster than any of them sends. Messages are counted by the bytes of the bodies.
import { type Bench, type BenchOptions, type Entry, type Subject, WARM_UP_SECONDS } from "../bench.ts";
import {
  CHAT_PATH,
  enveloped,
  greet,
  NAME,
  STREAM_COUNT,
  textMessage,
  WATCH_PATH,
  watchMessage,
} from "../greeter/greeting.ts";
import { h2load, type Load, requireH2load } from "../h2load.ts";
import { type Kind, measureWithCpu, serverPlaces, startServer } from "../servers.ts";

const SUBJECTS: readonly Subject[] = ["sigil", "grpc-js", "connect-node", "grpc-go", "tonic"];
/** Bytes of one message of an answer, with its envelope. */
const MESSAGE_BYTES = enveloped([textMessage(greet(NAME))]).length;

const CASES: ReadonlyArray<{ kind: Kind; path: string; body: Uint8Array }> = [
  { kind: "server-streaming", path: WATCH_PATH, body: enveloped([watchMessage(NAME, STREAM_COUNT)]) },
  {
    kind: "bidi",
    path: CHAT_PATH,
    body: enveloped(Array.from({ length: STREAM_COUNT }, () => textMessage(NAME))),
  },
];

export const stream: Bench = {
  name: "stream",
  summary:
    "gRPC messages a second from one core, server streaming and bidi, consumer h2load (8 connections x 4 streams)",
  reference: "grpc-js",
  rounds: 5,
  seconds: 2,
  smallerIsBetter: false,
  async entries(options) {
    requireH2load();
    return CASES.flatMap((each) =>
      SUBJECTS.flatMap((subject) =>
        serverPlaces(subject, options.runtimes).map((runtime): Entry => ({
          case: each.kind,
          subject,
          runtime,
          unit: "messages/s",
          prepare: () => prepare(subject, runtime, each, options),
        }))
      )
    );
  },
};

async function prepare(
  subject: Subject,
  runtime: Entry["runtime"],
  { kind, path, body }: (typeof CASES)[number],
  { seconds }: BenchOptions,
) {
  const server = await startServer(subject, runtime, [kind]);
  const load: Load = {
    url: `http://${server.address}${path}`,
    body,
    headers: { "content-type": "application/grpc", te: "trailers" },
    connections: 8,
    streams: 4,
  };
  const run = async (span: number) => {
    const report = await h2load(load, span);
    return { count: report.dataBytes / MESSAGE_BYTES, seconds: report.seconds };
  };
  try {
    await run(Math.max(WARM_UP_SECONDS, seconds));
    return { measure: () => measureWithCpu(server, () => run(seconds)), close: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
