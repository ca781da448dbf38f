// Sets hostile servers on a client in a process of its own: what it made of their answers, how long that took, what it cost.
import { LiveProgram, type Runtime } from "../load/live_program.ts";
import { PATIENCE_MS } from "./attack.ts";
import type { ClientAttack } from "./client_attacks.ts";
import { hostileServer } from "./hostile_server.ts";
import { LIMITS } from "./judge.ts";

/** Carries out the attacks; prints a line for each, and answers how many the client was not up to. */
export async function judgeClient(runtime: Runtime, attacks: readonly ClientAttack[]): Promise<number> {
  const { program } = await LiveProgram.start(runtime, "tests/attack/client.ts");
  let failed = 0;
  try {
    for (const attack of attacks) {
      const { rssBytes } = await program.order<{ rssBytes: number }>("report");
      const server = await hostileServer(attack.protocol === "grpc", attack.answer);
      const started = performance.now();
      const { protocol, streams = false } = attack;
      const told = await program.order<string>("call", { url: server.url, protocol, streams }).finally(server.close);
      const milliseconds = performance.now() - started;
      const after = program.rssBytes() ?? rssBytes;
      const faults = await program.order<string[]>("unexpected");
      if (!attack.expected.test(told)) faults.push(`expected ${attack.expected.source}`);
      if (milliseconds > PATIENCE_MS) faults.push("too late");
      if (after - rssBytes > LIMITS.rssGrowthBytes) faults.push("memory");
      if (faults.length > 0) failed++;
      const figures = `${Math.round(milliseconds)} ms | ${Math.round((after - rssBytes) / 1_048_576)} MiB`;
      const verdict = faults.length === 0 ? "ok" : `FAIL: ${faults.join("; ")}`;
      console.log(`${attack.id.padEnd(4)}${protocol}: ${attack.name}\n      ${told}\n      ${figures} | ${verdict}`);
    }
  } finally {
    await program.stop();
  }
  return failed;
}
