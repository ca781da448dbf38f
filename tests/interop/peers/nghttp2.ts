// nghttp2: its client `nghttp`, and its load generator `h2load` with many calls at once.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Check, run } from "../programs.ts";
import { SIMPLE_REQUEST } from "./curl.ts";
import type { OurServer, Peer } from "./peer.ts";

const CALLS = 5000;
const PATH = "grpc.testing.TestService/UnaryCall";
const HEADERS = ["-H", "content-type: application/grpc", "-H", "te: trailers"];

async function nghttp(url: string, file: string): Promise<string | undefined> {
  const { stdout, stderr } = await run(["nghttp", "--verbose", ...HEADERS, "--data", file, url]);
  const wanted = [/:status: 200/, /content-type: application\/grpc/, /grpc-status: 0/];
  return wanted.every((line) => line.test(stdout)) ? undefined : stdout + stderr;
}

async function h2load(url: string, file: string): Promise<string | undefined> {
  const load = ["-n", String(CALLS), "-c", "4", "-m", "50"];
  const { stdout, stderr } = await run(["h2load", ...load, ...HEADERS, "--data", file, url]);
  const wanted = [
    `${CALLS} total, ${CALLS} started, ${CALLS} done, ${CALLS} succeeded, 0 failed, 0 errored, 0 timeout`,
    `status codes: ${CALLS} 2xx`,
  ];
  return wanted.every((line) => stdout.includes(line)) ? undefined : stdout + stderr;
}

export const nghttp2: Peer = {
  name: "nghttp2",
  about: "nghttp2: nghttp, and h2load with 200 calls at once",
  async *callOurServer({ port, tlsPort }: OurServer): AsyncGenerator<Check> {
    const folder = mkdtempSync(join(tmpdir(), "sigil-nghttp2-"));
    try {
      const file = join(folder, "request");
      writeFileSync(file, SIMPLE_REQUEST);
      for (const [name, url] of [["h2c", `http://127.0.0.1:${port}`], ["TLS", `https://127.0.0.1:${tlsPort}`]]) {
        yield { name: `nghttp over ${name}`, error: await nghttp(`${url}/${PATH}`, file) };
        yield { name: `h2load over ${name}`, error: await h2load(`${url}/${PATH}`, file) };
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
