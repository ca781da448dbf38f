// client: unary calls a second that one client on one core makes, on one connection with 64 calls in flight, against a server
// that no client keeps busy: Sigil's engine with a fixed reply. A whole server, tonic too, is slower than the clients.
import {
  type Bench,
  type BenchOptions,
  type Entry,
  type JsRuntime,
  type Runtime,
  type Subject,
  WARM_UP_SECONDS,
} from "../bench.ts";
import { goPeer } from "../native.ts";
import { Program } from "../process.ts";
import { command, PROTO_FILE } from "../programs.ts";
import { measureWithCpu } from "../servers.ts";

const IN_FLIGHT = 64;
const JS_CLIENTS: Readonly<Partial<Record<Subject, string>>> = {
  sigil: "peers/sigil/client.ts",
  "grpc-js": "peers/grpc_js/client.ts",
  "connect-node": "peers/connect/client.ts",
};

export const client: Bench = {
  name: "client",
  summary: "gRPC unary calls a second by a client on one core, one connection, 64 in flight, against one fast server",
  reference: "grpc-js",
  rounds: 5,
  seconds: 2,
  smallerIsBetter: false,
  async entries(options) {
    const places: Array<[Subject, Runtime]> = [
      ...options.runtimes.map((runtime): [Subject, Runtime] => ["sigil", runtime]),
      ["grpc-js", "node"],
      ["connect-node", "node"],
      ["grpc-go", "native"],
    ];
    return places.map(([subject, runtime]): Entry => ({
      case: "unary",
      subject,
      runtime,
      unit: "calls/s",
      prepare: () => prepare(subject, runtime, options),
    }));
  },
};

async function clientCommand(subject: Subject, runtime: Runtime, address: string): Promise<string[]> {
  if (subject === "grpc-go") return [await goPeer(), "call", address];
  return await command(runtime as JsRuntime, JS_CLIENTS[subject]!, [address, `${IN_FLIGHT}`]);
}

async function prepare(subject: Subject, runtime: Runtime, { seconds }: BenchOptions) {
  const programs: Program[] = [];
  const close = async () => {
    for (const program of programs) await program.stop();
  };
  try {
    const server = new Program(await command("node", "peers/sigil/h2_server.ts"), { side: "load" });
    programs.push(server);
    const address = `127.0.0.1:${await server.ready()}`;
    const environment = { BENCH_PROTO: PROTO_FILE, GOMAXPROCS: "1" };
    const caller = new Program(await clientCommand(subject, runtime, address), { side: "subject", environment });
    programs.push(caller);
    await caller.ready(); // it has got one right answer by then
    await caller.rate(Math.max(WARM_UP_SECONDS, seconds));
    return { measure: () => measureWithCpu(caller, () => caller.work(seconds)), close };
  } catch (error) {
    await close();
    throw error;
  }
}
