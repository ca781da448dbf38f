// Loaded before a server's program on Node (`--import`): says how many bytes it puts on its heap, as V8's sampling profiler
// counts them, what is collected meanwhile included. Each line on stdin is an order: {"sampling":true} begins and is answered
// with {}, {"sampling":false} ends and is answered with {"bytes":N}. Memory outside of the heap, buffers' mostly, is not in it.
import { type HeapProfiler, Session } from "node:inspector/promises";
import process from "node:process";
import { createInterface } from "node:readline";

/** Bytes between two samples, on average. */
const SAMPLING_INTERVAL = 4096;

const session = new Session();
session.connect();

createInterface({ input: process.stdin }).on("line", async (line) => {
  const { sampling } = JSON.parse(line) as { sampling: boolean };
  if (sampling) {
    await session.post("HeapProfiler.startSampling", {
      samplingInterval: SAMPLING_INTERVAL,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
    process.stdout.write("{}\n");
  } else {
    const { profile } = await session.post("HeapProfiler.stopSampling");
    process.stdout.write(JSON.stringify({ bytes: bytesOf(profile.head) }) + "\n");
  }
});

function bytesOf(node: HeapProfiler.SamplingHeapProfileNode): number {
  return node.children.reduce((sum, child) => sum + bytesOf(child), node.selfSize);
}
