// What a bench is made of. A bench lists entries (one subject on one runtime in one case); the harness prepares those of a
// case, measures them in turn (A B A B ...), and closes them. How to run processes is in process.ts, the turns in rounds.ts.

/** Who is measured. The names are those of the JSON output. */
export const SUBJECTS = [
  "sigil",
  "grpc-js",
  "connect-node",
  "connect-es",
  "node-http2",
  "bare",
  "grpc-go",
  "tonic",
  "protobuf-es",
  "protobufjs",
] as const;
export type Subject = (typeof SUBJECTS)[number];

/** Where JavaScript runs. Subjects in other languages are listed under `native`. */
export const JS_RUNTIMES = ["node", "bun", "deno"] as const;
export type JsRuntime = (typeof JS_RUNTIMES)[number];
export type Runtime = JsRuntime | "native";

/** A measurement with what it cost. */
export interface Measurement {
  /** In the unit of the entry. */
  readonly value: number;
  /** Microseconds of processor time that the subject took for one unit; undefined where the system does not tell. */
  readonly cpuMicros: number | undefined;
}

/** One subject, ready to be measured again and again. */
export interface Trial {
  /** Takes one measurement, in the unit of its entry. */
  measure(): Promise<number | Measurement>;
  /** Ends its processes. */
  close(): Promise<void>;
}

/** One line of the table: a subject on a runtime, in one case of a bench. */
export interface Entry {
  readonly case: string;
  readonly subject: Subject;
  readonly runtime: Runtime;
  readonly unit: string;
  /**
   * Starts what is to be measured, checks that it gives right answers and warms it up.
   * @throws LeftOut where this machine cannot run it; anything else is a failure of the subject.
   */
  prepare(): Promise<Trial>;
}

/** Seconds of unmeasured work before the first round, at least: compilers of the runtimes take about that long to settle. */
export const WARM_UP_SECONDS = 2;

/** What the user asked for, as far as benches need to know it. */
export interface BenchOptions {
  readonly runtimes: readonly JsRuntime[];
  readonly seconds: number;
}

export interface Bench {
  readonly name: string;
  /** One line for `--list`. */
  readonly summary: string;
  /** The subject that ratios are taken against. */
  readonly reference: Subject;
  /** Rounds and seconds a measurement, unless told otherwise. */
  readonly rounds: number;
  readonly seconds: number;
  /** True where a smaller value is better: times and sizes. */
  readonly smallerIsBetter: boolean;
  /** What a case is one of several of, for the mean of their ratios. Default: no means. */
  readonly kindOf?: (caseName: string) => string;
  /**
   * Lists the entries without starting any. `say` reports a choice that holds for the whole bench, in one line.
   * @throws LeftOut where this machine lacks a tool that the whole bench needs.
   */
  entries(options: BenchOptions, say: (line: string) => void): Promise<Entry[]>;
}

/** What a bench comes to: one median, with all that was measured. */
export interface Result {
  readonly bench: string;
  readonly case: string;
  readonly subject: Subject;
  readonly runtime: Runtime;
  readonly unit: string;
  readonly values: readonly number[];
  /** Microseconds of processor time for one unit, a round each; empty where nobody took them. */
  readonly cpuMicros?: readonly number[];
}

/** Thrown where a tool or a runtime's ability is missing: said in one line, and no failure. */
export class LeftOut extends Error {
  override name = "LeftOut";
}
