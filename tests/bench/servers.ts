// The subjects as gRPC servers, for the benches that put load on one: how each is started, and the proof, by a call of each
// kind from grpc-js's client, that it answers right before it is measured.
import { credentials, loadPackageDefinition, type ServiceClientConstructor, status as Status } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type JsRuntime, LeftOut, type Measurement, type Runtime, type Subject } from "./bench.ts";
import { greet, NAME } from "./greeter/greeting.ts";
import { goPeer, tonicPeer } from "./native.ts";
import { Program } from "./process.ts";
import { command, compile, PROTO_FILE, ROOT } from "./programs.ts";

/** Milliseconds that a first answer may take. */
const ANSWER_PATIENCE_MS = 10_000;

/** The servers that run on Node, Bun and Deno: subject and program. */
const JS_SERVERS: Readonly<Partial<Record<Subject, string>>> = {
  sigil: "peers/sigil/server.ts",
  "grpc-js": "peers/grpc_js/server.ts",
  "connect-node": "peers/connect/server.ts",
  "node-http2": "peers/bare/server.ts",
};

/** A kind of call that a server can be asked for. */
export type Kind = "unary" | "server-streaming" | "bidi";

/** A server that listens. */
export interface RunningServer {
  readonly address: string;
  /** Microseconds of processor time that it has taken, where the system tells. */
  readonly cpuMicros: number | undefined;
  /** Gives an order to a server that takes any. */
  order(order: object): Promise<Record<string, number>>;
  stop(): Promise<void>;
}

/** Which subject runs where: Sigil on every runtime asked for, its JavaScript peers on Node, the others natively. */
export function serverPlaces(subject: Subject, runtimes: readonly JsRuntime[]): Runtime[] {
  if (subject === "grpc-go" || subject === "tonic") return ["native"];
  return subject === "sigil" ? [...runtimes] : ["node"];
}

/** How a server is started, other than usual. */
export interface ServerOptions {
  /** Path of a program other than the subject's usual one, from tests/bench/. */
  readonly program?: string;
  /** Serve TLS, with the certificate of tests/support/tls. */
  readonly tls?: boolean;
  /** Path of a program, from tests/bench/, that Node loads before the server's. It takes the orders. */
  readonly preload?: string;
}

const CERTIFICATES = join(ROOT, "tests", "support", "tls");

/**
 * Starts a server on the measured core and proves each kind of call that it will be asked for.
 * @throws LeftOut where this machine cannot run it; Error where it answers wrong.
 */
export async function startServer(
  subject: Subject,
  runtime: Runtime,
  kinds: readonly Kind[],
  { program = JS_SERVERS[subject], tls = false, preload }: ServerOptions = {},
): Promise<RunningServer> {
  const server = new Program(await serverCommand(subject, runtime, program, preload), {
    side: "subject",
    environment: { BENCH_PROTO: PROTO_FILE, GOMAXPROCS: "1", ...tls && { BENCH_CERTIFICATES: CERTIFICATES } },
  });
  try {
    const address = `127.0.0.1:${await server.ready()}`;
    await prove(address, kinds, tls);
    return {
      address,
      get cpuMicros() {
        return server.cpuMicros;
      },
      order: (order) => server.order(order),
      stop: () => server.stop(),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function serverCommand(
  subject: Subject,
  runtime: Runtime,
  program: string | undefined,
  preload: string | undefined,
): Promise<string[]> {
  if (subject === "grpc-go") return [await goPeer(), "serve"];
  if (subject === "tonic") return [await tonicPeer()];
  const [file, ...args] = await command(runtime as JsRuntime, program!);
  return preload === undefined ? [file, ...args] : [file, "--import", await compile(preload), ...args];
}

type Reply = { message: string };
type Emitter = { on(event: string, listener: (value: never) => void): void };

/** Calls a server once for each kind and checks what it answers. */
async function prove(address: string, kinds: readonly Kind[], tls: boolean): Promise<void> {
  const definition = loadPackageDefinition(loadSync(PROTO_FILE)) as unknown as {
    bench: { v1: { Greeter: ServiceClientConstructor } };
  };
  const security = tls
    ? credentials.createSsl(readFileSync(join(CERTIFICATES, "ca.pem")))
    : credentials.createInsecure();
  const naming = tls ? { "grpc.ssl_target_name_override": "localhost" } : {};
  const client = new definition.bench.v1.Greeter(address, security, naming);
  const options = { deadline: Date.now() + ANSWER_PATIENCE_MS };
  try {
    for (const kind of kinds) {
      const messages = await answers(client, kind, options);
      const wanted = kind === "unary" ? 1 : 3;
      if (messages.length !== wanted || messages.some((message) => message !== greet(NAME))) {
        throw new Error(`The ${kind} call was answered ${JSON.stringify(messages)}, not ${wanted} x "${greet(NAME)}".`);
      }
    }
  } catch (error) {
    if ((error as { code?: number }).code !== Status.UNIMPLEMENTED) throw error;
    throw new LeftOut((error as Error).message); // a host without trailers says so
  } finally {
    client.close();
  }
}

/** The messages that one call of `kind` is answered with. */
function answers(client: InstanceType<ServiceClientConstructor>, kind: Kind, options: object): Promise<string[]> {
  return new Promise((resolve, reject) => {
    if (kind === "unary") {
      client.sayHello({ name: NAME }, options, (error: Error | null, reply: Reply) => {
        if (error !== null) reject(error);
        else resolve([reply.message]);
      });
      return;
    }
    const call = kind === "bidi" ? client.chat(options) : client.watch({ name: NAME, count: 3 }, options);
    const messages: string[] = [];
    (call as Emitter).on("data", (reply: Reply) => messages.push(reply.message));
    (call as Emitter).on("error", reject);
    (call as Emitter).on("end", () => resolve(messages));
    if (kind !== "bidi") return;
    for (let sent = 0; sent < 3; sent++) call.write({ name: NAME });
    call.end();
  });
}

/** Takes one measurement of a process: what `run` counted, a second, and the processor time that the process took for each. */
export async function measureWithCpu(
  subject: { readonly cpuMicros: number | undefined },
  run: () => Promise<{ count: number; seconds: number }>,
): Promise<Measurement> {
  const before = subject.cpuMicros;
  const { count, seconds } = await run();
  const after = subject.cpuMicros;
  const cpuMicros = before === undefined || after === undefined ? undefined : (after - before) / count;
  return { value: count / seconds, cpuMicros };
}
