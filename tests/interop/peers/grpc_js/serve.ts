// The server: errors carry the status that was asked for in their details.
import { Metadata, Server, ServerCredentials, type ServiceClientConstructor } from "@grpc/grpc-js";
import { readFileSync } from "node:fs";
import {
  type EchoStatus,
  INITIAL,
  type OutputRequest,
  payload,
  richStatus,
  type SimpleRequest,
  TRAILING,
} from "./messages.ts";

interface Call<Q> {
  readonly request: Q;
  readonly metadata: Metadata;
  sendMetadata(metadata: Metadata): void;
  write(reply: object): void;
  end(trailer?: Metadata): void;
  emit(event: "error", error: object): void;
  on(event: "data", listener: (request: Q) => void): void;
  on(event: "end", listener: () => void): void;
}

type Callback = (error: object | null, reply?: object, trailer?: Metadata) => void;

/** Sends one entry back, and answers the trailers with the other. */
function echo({ metadata, sendMetadata }: Call<unknown>, call: Call<unknown>): Metadata {
  const header = new Metadata();
  const trailer = new Metadata();
  for (const value of metadata.get(INITIAL)) header.add(INITIAL, value);
  for (const value of metadata.get(TRAILING)) trailer.add(TRAILING, value);
  if (metadata.get(INITIAL).length > 0) sendMetadata.call(call, header);
  return trailer;
}

function failure(asked: EchoStatus | null | undefined): object | undefined {
  if (!asked || asked.code === 0) return undefined;
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(richStatus(asked)));
  return { code: asked.code, details: asked.message, metadata };
}

const handlers = {
  emptyCall: (_: unknown, callback: Callback) => callback(null, {}),
  unaryCall(call: Call<SimpleRequest>, callback: Callback) {
    const trailer = echo(call, call);
    const failed = failure(call.request.responseStatus);
    if (failed) callback(failed);
    else callback(null, { payload: payload(call.request.responseSize) }, trailer);
  },
  streamingOutputCall(call: Call<OutputRequest>) {
    for (const { size } of call.request.responseParameters) call.write({ payload: payload(size) });
    call.end();
  },
  streamingInputCall(call: Call<SimpleRequest>, callback: Callback) {
    let aggregatedPayloadSize = 0;
    call.on("data", (request) => aggregatedPayloadSize += request.payload!.body.length);
    call.on("end", () => callback(null, { aggregatedPayloadSize }));
  },
  fullDuplexCall(call: Call<OutputRequest>) {
    const trailer = echo(call, call);
    let failed: object | undefined;
    call.on("data", (request) => {
      if (failed) return;
      failed = failure(request.responseStatus);
      if (failed) call.emit("error", failed);
      else for (const { size } of request.responseParameters) call.write({ payload: payload(size) });
    });
    call.on("end", () => failed ?? call.end(trailer));
  },
};

/** Serves until the process ends. */
export async function serve({ service }: ServiceClientConstructor, files: readonly string[]): Promise<void> {
  const server = new Server();
  server.addService(service, handlers as never);
  const [cert, key] = files.map((file) => readFileSync(file));
  const security = cert && key
    ? ServerCredentials.createSsl(null, [{ cert_chain: cert, private_key: key }])
    : ServerCredentials.createInsecure();
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", security, (error, port) => error ? reject(error) : resolve(port));
  });
  console.log(JSON.stringify({ port }));
}
