// allocation: bytes that a server on Node puts on its heap for one small gRPC call, those that are collected at once included.
// V8's sampling profiler estimates them while raw sockets keep 8 connections of 32 calls each busy. Buffers are not in it: their
// memory lies outside of the heap.
import { type Bench, type BenchOptions, type Entry, type Subject, type Trial, WARM_UP_SECONDS } from "../bench.ts";
import { Program } from "../process.ts";
import { command } from "../programs.ts";
import { startServer } from "../servers.ts";

const SUBJECTS: readonly Subject[] = ["sigil", "grpc-js", "connect-node", "node-http2"];
const CONNECTIONS = 8;
const STREAMS = 32;

export const allocation: Bench = {
  name: "allocation",
  summary: "bytes on the heap of Node for one unary gRPC call, by heap sampling",
  reference: "grpc-js",
  rounds: 3,
  seconds: 2,
  smallerIsBetter: true,
  entries: async (options) =>
    SUBJECTS.map((subject): Entry => ({
      case: "small",
      subject,
      runtime: "node", // the others have no sampling profiler that counts what was collected
      unit: "bytes/call",
      prepare: () => prepare(subject, options),
    })),
};

async function prepare(subject: Subject, { seconds }: BenchOptions): Promise<Trial> {
  const server = await startServer(subject, "node", ["unary"], { preload: "load/heap_probe.ts" });
  let load: Program | undefined;
  const close = async () => {
    await load?.stop();
    await server.stop();
  };
  try {
    const args = [server.address, `${CONNECTIONS}`, `${STREAMS}`, "same"];
    load = new Program(await command("node", "load/raw_load.ts", args), { side: "load" });
    await load.ready();
    await load.work(Math.max(WARM_UP_SECONDS, seconds));
    const measure = async () => {
      await server.order({ sampling: true });
      const { count } = await load!.work(seconds);
      return (await server.order({ sampling: false })).bytes / count;
    };
    return { measure, close };
  } catch (error) {
    await close();
    throw error;
  }
}
