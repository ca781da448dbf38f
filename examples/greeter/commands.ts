// What main.ts prints to paste into another terminal.

export interface CommandOptions {
  /** The authority's file, where curl and others need to be told. */
  readonly caFile?: string;
  /** The server has no native gRPC. */
  readonly connect: boolean;
}

/** Commands that call the greeter at a URL, run from the repository's root. */
export function commands(url: string, { caFile, connect }: CommandOptions): string {
  const { host, protocol } = new URL(url);
  const curl = caFile === undefined ? "curl" : `curl --cacert ${caFile}`;
  const security = protocol === "http:" ? "-plaintext" : caFile === undefined ? "" : `-cacert ${caFile}`;
  const probe = protocol === "http:" ? "" : caFile === undefined ? " -tls" : ` -tls -tls-ca-cert ${caFile}`;
  const client = [url, ...(connect ? ["--connect"] : []), ...(caFile === undefined ? [] : ["--ca", caFile])].join(" ");
  return `
To paste into another terminal:

  # Connect, in JSON
  ${curl} ${url}/greeter.v1.GreeterService/SayHello --json '{"name":"Ada","language":"LANGUAGE_FRENCH"}'

  # Connect by GET, which caches can answer
  ${curl} --get ${url}/greeter.v1.GreeterService/SayHello --data-urlencode 'encoding=json' --data-urlencode 'message={"name":"Ada"}'
${
    connect ? "" : `
  # gRPC, by what the server itself says that it serves
  grpcurl ${security} ${host} describe greeter.v1.GreeterService
  grpcurl ${security} -d '{"name":"Ada"}' ${host} greeter.v1.GreeterService/SayHello

  # Is it to be used?
  grpc-health-probe -addr ${host}${probe} -service greeter.v1.GreeterService
`
  }
  # TypeScript, all four kinds: examples/greeter/client.ts
  npx tsx examples/greeter/client.ts ${client}
`;
}
