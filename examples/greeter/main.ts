// `npm start`: serves the greeter, calls it once in each kind, prints commands to paste, and serves until SIGINT or SIGTERM.
import process from "node:process";
import { ListenError, type Server, Sigil } from "sigil";
import { appOptions } from "./app.ts";
import { callEachKind } from "./calls.ts";
import { commands } from "./commands.ts";
import { type Options, readOptions, UnreadableFile, usage } from "./options.ts";
import { transportTo } from "./transport.ts";

// Tools may ask what is served (grpcurl, buf curl), and whether it is to be used (load balancers, grpc-health-probe).
const app = new Sigil({ ...appOptions, reflection: true, health: true });

await main(process.argv.slice(2));

async function main(args: string[]): Promise<void> {
  const options = optionsOf(args);
  const server = options && await listen(options);
  if (!options || !server) return;

  const connect = server.notice !== undefined;
  console.log(`greeter.v1.GreeterService is served on ${server.url} (on ${runtime()})`);
  console.log(`\nOne call of each kind, in ${connect ? "Connect" : "gRPC"}:`);
  {
    await using transport = transportTo(server.url, { ca: options.tls?.ca, connect });
    await callEachKind(transport);
  }
  console.log(commands(server.url, { caFile: options.tls?.caFile, connect }));
  console.log("Serving. Ctrl-C stops.");

  await server.closed;
  await app[Symbol.asyncDispose]();
  console.log("Stopped.");
}

function optionsOf(args: string[]): Options | undefined {
  try {
    return readOptions(args);
  } catch (error) {
    const { message } = error as Error;
    const unreadable = error instanceof UnreadableFile;
    console.error(unreadable ? message : `${message}\n\n${usage}`);
    process.exitCode = unreadable ? 1 : 2;
  }
}

async function listen({ host, port, tls }: Options): Promise<Server | undefined> {
  try {
    return await app.listen({ host, port, tls });
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

function runtime(): string {
  const { bun, deno, node } = process.versions;
  return deno ? `Deno ${deno}` : bun ? `Bun ${bun}` : `Node ${node}`;
}
