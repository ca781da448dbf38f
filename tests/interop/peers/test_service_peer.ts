// A peer that is a small program with grpc.testing.TestService: `serve [CERT KEY]` and `call ADDRESS [CA]`.
import { functionalCases, furtherCases } from "../test_service/cases.ts";
import { type Check, ours, runCases, type Runtime, ServerProgram, TLS } from "../programs.ts";
import type { OurServer } from "./peer.ts";

/** What the small programs' clients do, but where one says otherwise. */
export const CALLED_CASES: readonly string[] = [
  "empty_unary",
  "large_unary",
  "client_streaming",
  "server_streaming",
  "ping_pong",
  "custom_metadata",
  "error_details",
  "deadline",
  "big_message",
];

/** What our client does with their servers. */
export const OUR_CASES: readonly string[] = [...Object.keys(functionalCases), ...Object.keys(furtherCases)];

/** A small program: how it is started, with what in its environment, and what its client does. */
export interface SmallProgram {
  readonly command: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cases?: readonly string[];
}

/** Marks checks as made over TLS. */
export function overTls(checks: readonly Check[]): Check[] {
  return checks.map(({ name, error }) => ({ name: `${name} over TLS`, error }));
}

/** Has their client call our server, in cleartext and over TLS. */
export async function* callOurServer(
  { command, env, cases = CALLED_CASES }: SmallProgram,
  { port, tlsPort }: OurServer,
): AsyncGenerator<Check> {
  yield* await runCases([...command, "call", `127.0.0.1:${port}`], cases, env);
  yield* overTls(await runCases([...command, "call", `127.0.0.1:${tlsPort}`, TLS.ca], cases, env));
}

/** Has our client call their server, in cleartext and over TLS. */
export async function* serveOurClient(
  { command, env }: SmallProgram,
  runtime: Runtime,
  cases: readonly string[] = OUR_CASES,
): AsyncGenerator<Check> {
  {
    await using server = await ServerProgram.start([...command, "serve"], { env });
    yield* await callTheirs(runtime, `http://127.0.0.1:${server.port}`, cases);
  }
  await using server = await ServerProgram.start([...command, "serve", TLS.cert, TLS.key], { env });
  yield* overTls(await callTheirs(runtime, `https://localhost:${server.port}`, cases));
}

/** Has our client make cases against a server. */
export function callTheirs(runtime: Runtime, url: string, cases: readonly string[]): Promise<Check[]> {
  return runCases(ours(runtime, "test_service/client.ts", url, ...cases), cases);
}
