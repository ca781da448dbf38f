// Tools that learn from the server itself what it serves, or whether it is to be used: grpcurl, buf, grpc-health-probe, and the
// reflection and health clients of grpcio and of grpc-go.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../../../examples/greeter/commands.ts";
import {
  BUILD,
  build,
  type Check,
  freePort,
  ours,
  type Outcome,
  ROOT,
  run,
  runCases,
  type Runtime,
  ServerProgram,
} from "../programs.ts";
import { python } from "./grpcio.ts";
import type { OurServer, Peer } from "./peer.ts";

const FOLDER = join(BUILD, "tools");
const GRPCURL = "v1.9.3";
const HEALTH_PROBE = "v0.4.40";
const SERVICE = "grpc.testing.TestService";
const SIZES = `{"response_parameters":[{"size":1},{"size":2}]}`;

/** A command, and what it has to print. */
interface Question {
  readonly name: string;
  readonly command: readonly string[];
  readonly expected: RegExp;
  /** The code that it has to end with. Default: 0. */
  readonly code?: number;
}

function grpcurl(port: number): Question[] {
  const address = `127.0.0.1:${port}`;
  const ask = (name: string, expected: RegExp, ...args: string[]): Question => ({
    name: `grpcurl: ${name}`,
    command: [join(FOLDER, "grpcurl"), "-plaintext", ...args],
    expected,
  });
  const call = (method: string, data: string, expected: RegExp): Question =>
    ask(`call of ${method}`, expected, "-d", data, address, `${SERVICE}/${method}`);
  return [
    ask("list", /^grpc\.testing\.TestService$/m, address, "list"),
    ask("list of methods", /^grpc\.testing\.TestService\.FullDuplexCall$/m, address, "list", SERVICE),
    ask("describe of a service", /rpc FullDuplexCall \( stream /, address, "describe", SERVICE),
    ask("describe of a message", /int32 response_size = 2;/, address, "describe", "grpc.testing.SimpleRequest"),
    call("UnaryCall", `{"response_size":3}`, /"body": "AAAA"/),
    call("StreamingOutputCall", SIZES, /"body": "AA=="[^]*"body": "AAA="/),
    call("StreamingInputCall", `{"payload":{"body":"AAAA"}}{"payload":{"body":"AA=="}}`, /"aggregatedPayloadSize": 4/),
    call("FullDuplexCall", `${SIZES}${SIZES}`, /("body": "AA=="[^]*"body": "AAA="[^]*){2}/),
  ];
}

function buf(port: number): Question[] {
  const origin = `http://127.0.0.1:${port}`;
  const calls = ["grpc", "grpcweb", "connect"].flatMap((protocol): Question[] => {
    const command = ["buf", "curl", "--http2-prior-knowledge", "--protocol", protocol];
    return [
      {
        name: `buf curl: list over ${protocol}`,
        command: [...command, "--list-methods", origin],
        expected: /^grpc\.testing\.TestService\/FullDuplexCall$/m,
      },
      {
        name: `buf curl: call over ${protocol}`,
        command: [...command, "-d", `{"response_size":3}`, `${origin}/${SERVICE}/UnaryCall`],
        expected: /"body": ?"AAAA"/,
      },
    ];
  });
  const page = ["buf", "build", `${origin}/schema#format=binpb`, "-o", "-#format=txtpb"];
  return [...calls, { name: "buf build: GET /schema", command: page, expected: /name: "FullDuplexCall"/ }];
}

function healthProbe(port: number): Question[] {
  const command = [join(FOLDER, "grpc-health-probe"), "-addr", `127.0.0.1:${port}`];
  return [
    { name: "grpc-health-probe: the app", command, expected: /status: SERVING/ },
    { name: "grpc-health-probe: a service", command: [...command, "-service", SERVICE], expected: /status: SERVING/ },
    {
      name: "grpc-health-probe: a service that is not there",
      command: [...command, "-service", "no.v1.Service"],
      expected: /NotFound/,
      code: 3,
    },
  ];
}

/** What the example has to say to a command that its README or the example itself shows, by the end of the command. */
const GREETER_SAYS: ReadonlyArray<readonly [end: RegExp, expected: RegExp]> = [
  [/ list$/, /^greeter\.v1\.GreeterService$/m],
  [/ describe \S+$/, /rpc SayHello/],
  [/SayHello$/, /(Hello|Bonjour), Ada!/],
  [/CountDown$/, /3 …[^]*2 …[^]*1 …[^]*Lift-off!/],
  [/GreetAll$/, /Hello, Ada and Grace!/],
  [/Chat$/, /Hello, Ada![^]*Hello, Grace!/],
  [/^grpc-health-probe /, /status: SERVING/],
];

/** The example: the commands in its README, and those that it prints to paste into another terminal, do what they say. */
async function* greeter(runtime: Runtime): AsyncIterable<Check> {
  const port = await freePort();
  await using _ = await ServerProgram.start(
    ours(runtime, "../../examples/greeter/main.ts", "--host", "127.0.0.1", "--port", String(port)),
    { port },
  );
  const readme = readFileSync(join(ROOT, "examples/greeter/README.md"), "utf8");
  const printed = commands(`http://127.0.0.1:${port}`, { connect: false });
  const text = readme.replaceAll("localhost:50051", `127.0.0.1:${port}`) + printed;
  for (const line of text.split("\n").map((line) => line.trim())) {
    if (!/^(grpcurl|grpc-health-probe|npx buf) /.test(line)) continue;
    const name = `the greeter's ${line.replace(/127[^ /]*/, "HOST")}`;
    const expected = GREETER_SAYS.find(([end]) => end.test(line))?.[1];
    if (expected === undefined) yield { name, error: "nothing is known of what it has to say" };
    else yield await ask({ name, command: ["sh", "-c", `PATH="${FOLDER}:$PATH"; ${line}`], expected });
  }
}

async function ask({ name, command, expected, code = 0 }: Question): Promise<Check> {
  const outcome: Outcome = await run(command);
  const said = outcome.stdout + outcome.stderr;
  return outcome.code === code && expected.test(said) ? { name } : { name, error: `code ${outcome.code}: ${said}` };
}

export const schemaTools: Peer = {
  name: "schema-tools",
  about:
    `grpcurl ${GRPCURL}, buf curl and buf build, grpc-health-probe ${HEALTH_PROBE}, grpcio's reflection and health, grpc-go's reflection`,

  async prepare() {
    const env = { GOBIN: FOLDER, GOFLAGS: "-buildvcs=false" };
    await build(["go", "install", `github.com/fullstorydev/grpcurl/cmd/grpcurl@${GRPCURL}`], { env });
    await build(["go", "install", `github.com/grpc-ecosystem/grpc-health-probe@${HEALTH_PROBE}`], { env });
    const cwd = join(ROOT, "tests/interop/peers/go");
    await build(["go", "build", "-o", join(FOLDER, "peer"), "."], { cwd, env });
  },

  async *callOurServer({ port, runtime }: OurServer) {
    for (const question of [...grpcurl(port), ...buf(port), ...healthProbe(port)]) yield await ask(question);
    const names = ["list_services", "describe", "unknown_symbol", "health"].map((name) => `grpcio: ${name}`);
    const program = join(ROOT, "tests/interop/peers/python/reflection.py");
    yield* await runCases([python(), program, String(port)], names);
    const asked = ["list_services", "files_of_symbol", "unknown_symbol"].map((name) => `grpc-go: ${name}`);
    yield* await runCases([join(FOLDER, "peer"), "reflect", `127.0.0.1:${port}`], asked);
    yield* greeter(runtime);
  },
};
