// The functional cases of gRPC's interop suite for a client, on Sigil's `createClient`. What each does and asserts:
// https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md
import assert from "node:assert/strict";
import { type Client, Code, ConnectError, createClient, fetchTransport, type Transport } from "sigil";
import { CalledTestService, UnimplementedService } from "./contract.ts";
import type { StreamingInputCallRequest, StreamingOutputCallRequest } from "./messages.ts";

const LARGE_REQUEST_BYTES = 271_828;
const LARGE_RESPONSE_BYTES = 314_159;
const REQUEST_SIZES = [27182, 8, 1828, 45904];
const RESPONSE_SIZES = [31415, 9, 2653, 58979];
/** Calls of rpc_soak and channel_soak. */
const SOAK_ITERATIONS = 10;
/** Calls of concurrent_large_unary: 50 MB and more of messages. */
const CONCURRENT_CALLS = 100;
/** Bytes of the big message: below 4 MiB, which all peers take without being told to. */
const BIG_BYTES = 4_000_000;

/** What a case calls through: one transport, or as many as it likes. */
export interface Channels {
  /** A transport that all cases share. */
  readonly shared: Transport;
  /** A transport for one case alone. */
  open(): Transport & AsyncDisposable;
}

export type TestClient = Client<typeof CalledTestService>;
/** What a case does. */
export type Run = (client: TestClient, channels: Channels) => Promise<void>;

/** A payload of zeros. */
export function payload(size: number): { body: Uint8Array<ArrayBuffer> } {
  return { body: new Uint8Array(size) };
}

/** The error that a call ends with. */
export async function rejection(call: Promise<unknown>): Promise<ConnectError> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof ConnectError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: "the call did not fail" });
}

/** large_unary: what most other cases call too. */
export async function largeUnary(client: TestClient): Promise<void> {
  const reply = await client.unaryCall({
    responseSize: LARGE_RESPONSE_BYTES,
    payload: payload(LARGE_REQUEST_BYTES),
  });
  const body = reply.payload?.body;
  assert.equal(body?.byteLength, LARGE_RESPONSE_BYTES);
  assert.ok(body?.every((octet) => octet === 0));
}

async function* inputs(): AsyncGenerator<Partial<StreamingInputCallRequest>> {
  for (const size of REQUEST_SIZES) yield { payload: payload(size) as never };
}

/** Requests that are given one by one, and end when told to. */
class Requests<T> implements AsyncIterable<T> {
  readonly #waiting: T[] = [];
  #ended = false;
  #wake: () => void = () => {};

  send(request: T): void {
    this.#waiting.push(request);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) yield next;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}

type Output = Partial<StreamingOutputCallRequest>;

function ask(size: number, requestSize: number, intervalUs = 0): Output {
  return { responseParameters: [{ size, intervalUs }] as never, payload: payload(requestSize) as never };
}

async function never(): Promise<never> {
  return await new Promise<never>(() => {});
}

async function soak(call: (client: TestClient) => Promise<void>, channels: Channels, anew: boolean): Promise<void> {
  const client = createClient(CalledTestService, channels.shared);
  for (let iteration = 0; iteration < SOAK_ITERATIONS; iteration++) {
    if (!anew) {
      await call(client);
      continue;
    }
    await using transport = channels.open();
    await call(createClient(CalledTestService, transport));
  }
}

/** Asserts that an error has a code. */
export function expectCode(error: ConnectError, expected: Code): void {
  assert.equal(Code[error.code], Code[expected], error.message);
}

/** The cases, by the suite's names. */
export const functionalCases: Readonly<Record<string, Run>> = {
  async empty_unary(client) {
    assert.ok(await client.emptyCall({}));
  },
  large_unary: largeUnary,
  async client_streaming(client) {
    const { aggregatedPayloadSize } = await client.streamingInputCall(inputs());
    assert.equal(aggregatedPayloadSize, 74_922);
  },
  async server_streaming(client) {
    const request = { responseParameters: RESPONSE_SIZES.map((size) => ({ size })) };
    const sizes: number[] = [];
    for await (const reply of client.streamingOutputCall(request)) sizes.push(reply.payload!.body.byteLength);
    assert.deepEqual(sizes, RESPONSE_SIZES);
  },
  async ping_pong(client) {
    const requests = new Requests<Output>();
    const replies = client.fullDuplexCall(requests)[Symbol.asyncIterator]();
    for (const [index, size] of RESPONSE_SIZES.entries()) {
      requests.send(ask(size, REQUEST_SIZES[index]!));
      const { value } = await replies.next();
      assert.equal(value.payload?.body.byteLength, size);
    }
    requests.end();
    assert.equal((await replies.next()).done, true);
  },
  async empty_stream(client) {
    const requests = new Requests<Output>();
    requests.end();
    assert.deepEqual(await Array.fromAsync(client.fullDuplexCall(requests)), []);
  },
  async timeout_on_sleeping_server(client) {
    const requests = new Requests<Output>();
    requests.send(ask(31415, 27182));
    const call = Array.fromAsync(client.fullDuplexCall(requests, { timeoutMs: 1 }));
    expectCode(await rejection(call), Code.DeadlineExceeded);
  },
  async cancel_after_begin(client) {
    const controller = new AbortController();
    async function* silent(): AsyncGenerator<Partial<StreamingInputCallRequest>> {
      yield await never();
    }
    const call = client.streamingInputCall(silent(), { signal: controller.signal });
    setTimeout(() => controller.abort(), 0);
    expectCode(await rejection(call), Code.Canceled);
  },
  async cancel_after_first_response(client) {
    const controller = new AbortController();
    const requests = new Requests<Output>();
    const replies = client.fullDuplexCall(requests, { signal: controller.signal })[Symbol.asyncIterator]();
    requests.send(ask(31415, 27182));
    assert.equal((await replies.next()).value.payload?.body.byteLength, 31415);
    controller.abort();
    expectCode(await rejection(replies.next()), Code.Canceled);
  },
  async custom_metadata(client) {
    const headers = {
      "x-grpc-test-echo-initial": "test_initial_metadata_value",
      "x-grpc-test-echo-trailing-bin": "q6ur",
    };
    const check = async (call: (options: object) => Promise<unknown>): Promise<void> => {
      let header = new Headers();
      let trailer = new Headers();
      await call({
        headers,
        onHeader: (received: Headers) => header = received,
        onTrailer: (received: Headers) => trailer = received,
      });
      assert.equal(header.get("x-grpc-test-echo-initial"), "test_initial_metadata_value");
      assert.equal(trailer.get("x-grpc-test-echo-trailing-bin"), "q6ur");
    };
    await check((options) =>
      client.unaryCall({ responseSize: LARGE_RESPONSE_BYTES, payload: payload(LARGE_REQUEST_BYTES) }, options)
    );
    await check((options) => {
      const requests = new Requests<Output>();
      requests.send(ask(LARGE_RESPONSE_BYTES, LARGE_REQUEST_BYTES));
      requests.end();
      return Array.fromAsync(client.fullDuplexCall(requests, options));
    });
  },
  async status_code_and_message(client) {
    const responseStatus = { code: Code.Unknown, message: "test status message" };
    const requests = new Requests<Output>();
    requests.send({ responseStatus });
    requests.end();
    const calls = [() => client.unaryCall({ responseStatus }), () => Array.fromAsync(client.fullDuplexCall(requests))];
    for (const call of calls) {
      const error = await rejection(call());
      expectCode(error, Code.Unknown);
      assert.equal(error.rawMessage, "test status message");
    }
  },
  async special_status_message(client) {
    const message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
    const error = await rejection(client.unaryCall({ responseStatus: { code: Code.Unknown, message } }));
    expectCode(error, Code.Unknown);
    assert.equal(error.rawMessage, message);
  },
  async unimplemented_method(client) {
    expectCode(await rejection(client.unimplementedCall({})), Code.Unimplemented);
  },
  async unimplemented_service(_client, { shared }) {
    const client = createClient(UnimplementedService, shared);
    expectCode(await rejection(client.unimplementedCall({})), Code.Unimplemented);
  },
  rpc_soak: (_client, channels) => soak(largeUnary, channels, false),
  channel_soak: (_client, channels) => soak(largeUnary, channels, true),
  async concurrent_large_unary(client) {
    await Promise.all(Array.from({ length: CONCURRENT_CALLS }, () => largeUnary(client)));
  },
};

/** What the suite doesn't ask for, of servers that put the status that a request asks for into their error's details. */
export const furtherCases: Readonly<Record<string, Run>> = {
  async error_details(client) {
    const responseStatus = { code: Code.FailedPrecondition, message: "détail" };
    const { details } = await rejection(client.unaryCall({ responseStatus }));
    // EchoStatus { code: 9, message: "détail" } in protobuf's binary format.
    const value = [8, 9, 18, 7, ...new TextEncoder().encode("détail")];
    assert.deepEqual(
      details.map((detail) => "type" in detail && [detail.type, [...detail.value]]),
      [["grpc.testing.EchoStatus", value]],
    );
  },
  async deadline(client) {
    const requests = new Requests<Output>();
    const call = Array.fromAsync(client.fullDuplexCall(requests, { timeoutMs: 100 }));
    expectCode(await rejection(call), Code.DeadlineExceeded);
  },
  async big_message(client) {
    const body = new Uint8Array(BIG_BYTES).map((_, i) => i * 31);
    const reply = await client.unaryCall({ responseSize: BIG_BYTES, payload: { body } });
    assert.equal(reply.payload?.body.byteLength, BIG_BYTES);
  },
};

/** What an HTTP cache is asked, over Connect. */
export const cacheCases: Readonly<Record<string, (url: string) => Promise<void>>> = {
  async cacheable_unary(url) {
    const caches: (string | null)[] = [];
    const client = createClient(CalledTestService, fetchTransport(url, { useHttpGet: true }));
    for (let call = 0; call < 2; call++) {
      const options = { onHeader: (header: Headers) => caches.push(header.get("x-cache")) };
      const reply = await client.cacheableUnaryCall(
        { responseSize: LARGE_RESPONSE_BYTES, payload: payload(100) },
        options,
      );
      assert.equal(reply.payload?.body.byteLength, LARGE_RESPONSE_BYTES);
    }
    assert.deepEqual(caches, ["MISS", "HIT"]);
  },
};
