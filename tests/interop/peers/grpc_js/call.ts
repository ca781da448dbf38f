// The client: makes each call and prints one line of JSON for it.
import assert from "node:assert/strict";
import {
  type Client,
  credentials,
  Metadata,
  type ServiceClientConstructor,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import {
  BIG,
  INITIAL,
  LARGE_REQUEST,
  LARGE_RESPONSE,
  type OutputRequest,
  payload,
  REQUEST_SIZES,
  RESPONSE_SIZES,
  richStatus,
  type SimpleReply,
  TRAILING,
} from "./messages.ts";

const PATIENCE_MS = 30_000;

type Callback<P> = (error: ServiceError | null, reply: P) => void;

interface Duplex extends AsyncIterable<SimpleReply> {
  write(request: object): void;
  end(): void;
  on(event: "data", listener: (reply: SimpleReply) => void): void;
  on(event: "error", listener: (error: ServiceError) => void): void;
  on(event: "metadata", listener: (metadata: Metadata) => void): void;
  on(event: "status", listener: (status: { metadata: Metadata }) => void): void;
}

interface TestClient extends Client {
  emptyCall(request: object, options: object, callback: Callback<object>): Duplex;
  unaryCall(request: object, metadata: Metadata, options: object, callback: Callback<SimpleReply>): Duplex;
  streamingInputCall(options: object, callback: Callback<{ aggregatedPayloadSize: number }>): Duplex;
  streamingOutputCall(request: OutputRequest, options: object): Duplex;
  fullDuplexCall(options: object): Duplex;
}

const within = (ms: number) => ({ deadline: Date.now() + ms });

function promised<P>(start: (callback: Callback<P>) => void): Promise<P> {
  return new Promise((resolve, reject) => start((error, reply) => error ? reject(error) : resolve(reply)));
}

async function unary(client: TestClient, requestSize: number, responseSize: number): Promise<void> {
  const request = { responseSize, payload: payload(requestSize) };
  const reply = await promised<SimpleReply>((callback) =>
    client.unaryCall(request, new Metadata(), within(PATIENCE_MS), callback)
  );
  assert.equal(reply.payload.body.length, responseSize);
}

const output = (requestSize: number, ...sizes: number[]): OutputRequest => ({
  responseParameters: sizes.map((size) => ({ size })),
  payload: payload(requestSize),
});

const cases: Readonly<Record<string, (client: TestClient) => Promise<void>>> = {
  async empty_unary(client) {
    await promised<object>((callback) => client.emptyCall({}, within(PATIENCE_MS), callback));
  },
  large_unary: (client) => unary(client, LARGE_REQUEST, LARGE_RESPONSE),
  async client_streaming(client) {
    const reply = await promised<{ aggregatedPayloadSize: number }>((callback) => {
      const call = client.streamingInputCall(within(PATIENCE_MS), callback);
      for (const size of REQUEST_SIZES) call.write({ payload: payload(size) });
      call.end();
    });
    assert.equal(reply.aggregatedPayloadSize, 74_922);
  },
  async server_streaming(client) {
    const sizes: number[] = [];
    const replies = client.streamingOutputCall(output(0, ...RESPONSE_SIZES), within(PATIENCE_MS));
    for await (const reply of replies) sizes.push(reply.payload.body.length);
    assert.deepEqual(sizes, RESPONSE_SIZES);
  },
  async ping_pong(client) {
    const call = client.fullDuplexCall(within(PATIENCE_MS));
    for (const [index, size] of RESPONSE_SIZES.entries()) {
      call.write(output(REQUEST_SIZES[index]!, size));
      const [reply] = await once(call as never, "data") as [SimpleReply];
      assert.equal(reply.payload.body.length, size);
    }
    call.end();
    await once(call as never, "end");
  },
  async custom_metadata(client) {
    const metadata = new Metadata();
    metadata.set(INITIAL, "test_initial_metadata_value");
    metadata.set(TRAILING, Buffer.from([0xab, 0xab, 0xab]));
    let header: Metadata | undefined;
    let trailer: Metadata | undefined;
    await promised<SimpleReply>((callback) => {
      const call = client.unaryCall({ responseSize: 1 }, metadata, within(PATIENCE_MS), callback);
      call.on("metadata", (received) => header = received);
      call.on("status", (received) => trailer = received.metadata);
    });
    assert.deepEqual(header?.get(INITIAL), ["test_initial_metadata_value"]);
    assert.deepEqual(trailer?.get(TRAILING), [Buffer.from([0xab, 0xab, 0xab])]);
  },
  async error_details(client) {
    const responseStatus = { code: status.FAILED_PRECONDITION, message: "détail" };
    const call = promised<SimpleReply>((callback) =>
      client.unaryCall({ responseStatus }, new Metadata(), within(PATIENCE_MS), callback)
    );
    const error = await call.then(() => assert.fail("the call did not fail"), (error: ServiceError) => error);
    assert.deepEqual([error.code, error.details], [status.FAILED_PRECONDITION, "détail"]);
    assert.deepEqual(error.metadata.get("grpc-status-details-bin"), [Buffer.from(richStatus(responseStatus))]);
  },
  async deadline(client) {
    const call = client.fullDuplexCall(within(100));
    const [error] = await once(call as never, "error") as [ServiceError];
    assert.equal(error.code, status.DEADLINE_EXCEEDED);
  },
  big_message: (client) => unary(client, BIG, BIG),
};

/** Makes the calls, one after another. */
export async function call(
  service: ServiceClientConstructor,
  address: string,
  files: readonly string[],
): Promise<void> {
  const [ca] = files.map((file) => readFileSync(file));
  // An address can be no server's name in TLS.
  const security = ca ? credentials.createSsl(ca) : credentials.createInsecure();
  const options = { "grpc.ssl_target_name_override": "localhost" };
  const client = new service(address, security, options) as unknown as TestClient;
  for (const [name, run] of Object.entries(cases)) {
    const error = await run(client).then(() => undefined, (error: Error) => error.stack);
    console.log(JSON.stringify({ case: name, error }));
  }
  client.close();
}
