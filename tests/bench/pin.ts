// Which cores the measured process and the load get. Pinned by `taskset` where the machine has it and more than one core is
// allowed, so that the load never takes time from what it measures; elsewhere the kernel decides, and the harness says so.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The side of a measurement that a process is on. */
export type Side = "subject" | "load";

/** The cores of `0-3,6` as numbers, in order. */
export function parseCpuList(text: string): number[] {
  return text.trim().split(",").filter((part) => part !== "").flatMap((part) => {
    const [first, last = first] = part.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** The command that runs `command` on the cores of its side: itself where nothing can be pinned. */
export function pinned(side: Side, command: readonly string[]): string[] {
  const cores = allowedCores();
  if (cores.length < 2) return [...command];
  const list = side === "subject" ? `${cores[0]}` : cores.slice(1).join(",");
  return ["taskset", "-c", list, ...command];
}

/** One line about how processes are placed. */
export function placement(): string {
  const cores = allowedCores();
  if (cores.length < 2) return "nothing is pinned: taskset is missing, or there is one core only";
  return `what is measured runs on core ${cores[0]}, the load on ${cores.slice(1).join(", ")}`;
}

let known: number[] | undefined;

/** The cores that this process may use, or none where pinning does not work. */
function allowedCores(): number[] {
  return known ??= readAllowedCores();
}

function readAllowedCores(): number[] {
  try {
    const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "";
    const cores = parseCpuList(list);
    if (cores.length >= 2) execFileSync("taskset", ["-c", `${cores[0]}`, "true"], { stdio: "ignore" });
    return cores;
  } catch {
    return []; // no /proc, no taskset, or not allowed
  }
}
