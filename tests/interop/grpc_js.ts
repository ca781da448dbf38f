// grpc-js as a peer: its client and its server for the probe services, made from the `.proto` that the app exports.
import { type Client, credentials, loadPackageDefinition, Metadata, type ServiceError } from "@grpc/grpc-js";
import { type GrpcObject, Server, ServerCredentials, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { protoOf, type Sigil } from "sigil";

/** A message as grpc-js has it. */
export interface Plain {
  text: string;
  count: number;
  payload: Uint8Array;
}

type Callback = (error: ServiceError | null, reply: Plain) => void;

/** The methods of probe.v1.Probes as grpc-js makes them. */
export interface GrpcJsProbes extends Client {
  echo(request: Partial<Plain>, metadata: Metadata, options: object, callback: Callback): GrpcJsCall;
  fail(request: Partial<Plain>, callback: Callback): GrpcJsCall;
  wait(request: Partial<Plain>, metadata: Metadata, options: object, callback: Callback): GrpcJsCall;
  countTo(request: Partial<Plain>): GrpcJsCall & AsyncIterable<Plain>;
  sum(callback: Callback): GrpcJsCall & { write(probe: Partial<Plain>): void; end(): void };
  shout(): GrpcJsCall & AsyncIterable<Plain> & { write(probe: Partial<Plain>): void; end(): void };
}

/** What all calls of grpc-js have. */
export interface GrpcJsCall {
  cancel(): void;
  on(event: "metadata", listener: (metadata: Metadata) => void): this;
  on(event: "status", listener: (status: { metadata: Metadata }) => void): this;
}

/** Loads the service from the app's own export. */
export function loadProbes(app: Sigil): ServiceClientConstructor {
  const folder = mkdtempSync(join(tmpdir(), "sigil-proto-"));
  try {
    for (const [path, text] of protoOf(app)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const definition = loadSync("probe/v1/probe.proto", { includeDirs: [folder], defaults: true });
    const { v1 } = (loadPackageDefinition(definition) as GrpcObject).probe as GrpcObject;
    return (v1 as GrpcObject).Probes as ServiceClientConstructor;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A grpc-js client of the probes at `url`. */
export function grpcJsClient(app: Sigil, url: string): GrpcJsProbes {
  return new (loadProbes(app))(new URL(url).host, credentials.createInsecure()) as unknown as GrpcJsProbes;
}

interface ServerCall {
  readonly request: Plain;
  readonly metadata: Metadata;
  sendMetadata(metadata: Metadata): void;
  write(reply: Partial<Plain>): void;
  end(metadata?: Metadata): void;
  on(event: "data", listener: (probe: Plain) => void): void;
  on(event: "end", listener: () => void): void;
}

/** A grpc-js server of the probes; answers its URL and what stops it. */
export async function grpcJsServer(app: Sigil): Promise<{ url: string; stop(): void }> {
  const server = new Server({ "grpc.max_receive_message_length": -1 });
  const stream = (call: unknown): AsyncIterable<Plain> => call as AsyncIterable<Plain>;
  const handlers = {
    echo(call: ServerCall, callback: (error: null, reply: Partial<Plain>, trailer: Metadata) => void) {
      const header = new Metadata();
      header.set("x-echo", String(call.metadata.get("x-probe")[0]));
      call.sendMetadata(header);
      const trailer = new Metadata();
      trailer.set("x-trailer", "after");
      const { text, count, payload } = call.request;
      callback(null, { text: text.toUpperCase(), count: count + 1, payload }, trailer);
    },
    fail(_call: ServerCall, callback: (error: object) => void) {
      callback({ code: 5, details: "nö % such" });
    },
    countTo(call: ServerCall) {
      for (let count = 1; count <= call.request.count; count++) call.write({ count });
      call.end();
    },
    async sum(call: ServerCall, callback: (error: null, reply: Partial<Plain>) => void) {
      let count = 0;
      for await (const probe of stream(call)) count += probe.count;
      callback(null, { count });
    },
    // Not by for-await: at its end that destroys a duplex, the replies that wait in it included.
    shout(call: ServerCall) {
      call.on("data", (probe) => call.write({ text: `${probe.text.toUpperCase()}!` }));
      call.on("end", () => call.end());
    },
  };
  server.addService(loadProbes(app).service, handlers as never);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(
      "127.0.0.1:0",
      ServerCredentials.createInsecure(),
      (error, port) => error ? reject(error) : resolve(port),
    );
  });
  return { url: `http://127.0.0.1:${port}`, stop: () => server.forceShutdown() };
}
