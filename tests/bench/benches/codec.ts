// codec: messages a second between bytes or JSON and objects: Sigil's into the user's classes, its peers' into their own. All
// messages have been in use before one is measured, as in a server of many types.
import { type Bench, type BenchOptions, type Entry, type JsRuntime, type Subject } from "../bench.ts";
import { MESSAGE_NAMES, OPERATIONS } from "../codec/operation.ts";
import { Program } from "../process.ts";
import { command } from "../programs.ts";

const PROGRAMS: ReadonlyArray<readonly [subject: Subject, program: string]> = [
  ["protobuf-es", "peers/protobuf_es/codec.ts"],
  ["protobufjs", "peers/protobufjs/codec.ts"],
  ["sigil", "peers/sigil/codec.ts"],
];

export const codec: Bench = {
  name: "codec",
  summary: "messages a second to and from bytes and JSON, seven kinds of messages, and the first use of 100 types",
  reference: "protobuf-es",
  rounds: 5,
  seconds: 0.4,
  smallerIsBetter: false,
  kindOf: (name) => name.slice(name.indexOf(" ") + 1),
  entries(options) {
    const cases = MESSAGE_NAMES.flatMap((message) => OPERATIONS.map((operation) => [operation, message] as const));
    const entries = options.runtimes.flatMap((runtime) =>
      [...cases, ["first use", "100 types"] as const].flatMap(([operation, message]) =>
        PROGRAMS
          .filter(([subject]) => subject !== "protobufjs" || operation === "decode" || operation === "encode")
          .map(([subject, program]) => entry(subject, program, operation, message, runtime, options))
      )
    );
    return Promise.resolve(entries);
  },
};

function entry(
  subject: Subject,
  path: string,
  operation: string,
  message: string,
  runtime: JsRuntime,
  { seconds }: BenchOptions,
): Entry {
  return {
    case: `${message} ${operation}`,
    subject,
    runtime,
    unit: operation === "first use" ? "rounds/s" : "messages/s",
    async prepare() {
      const program = new Program(await command(runtime, path, [operation, message]), { side: "subject" });
      try {
        await program.ready();
        await program.rate(seconds);
        return { measure: () => program.rate(seconds), close: () => program.stop() };
      } catch (error) {
        await program.stop();
        throw error;
      }
    },
  };
}
