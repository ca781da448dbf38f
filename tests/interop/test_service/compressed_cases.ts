// The compressed cases of gRPC's interop suite for a client whose transport sends in gzip. Which messages went by compressed is
// seen on the wire, by who runs these: `compressedMessages` says what it has to see.
// https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md
import assert from "node:assert/strict";
import { Code } from "sigil";
import { expectCode, payload, rejection, type Run, type TestClient } from "./cases.ts";
import type { StreamingInputCallRequest } from "./messages.ts";

const LARGE_REQUEST_BYTES = 271_828;
const LARGE_RESPONSE_BYTES = 314_159;

/** Requests of the streaming case, and whether each is to be compressed. */
const STREAMED = [[27182, true], [45904, false]] as const;
/** Replies of the streaming case, and whether each is to be compressed. */
const REPLIES = [[31415, true], [92653, false]] as const;

async function unary(client: TestClient, request: object, compress: boolean): Promise<void> {
  const large = { responseSize: LARGE_RESPONSE_BYTES, payload: payload(LARGE_REQUEST_BYTES) };
  const reply = await client.unaryCall({ ...large, ...request }, { compress });
  assert.equal(reply.payload?.body.byteLength, LARGE_RESPONSE_BYTES);
}

async function* inputs(): AsyncGenerator<Partial<StreamingInputCallRequest>> {
  for (const [size, value] of STREAMED) yield { payload: payload(size) as never, expectCompressed: { value } };
}

function isToBeCompressed(message: object): boolean {
  return (message as StreamingInputCallRequest).expectCompressed?.value === true;
}

/** The cases, by the suite's names. */
export const compressedCases: Readonly<Record<string, Run>> = {
  async client_compressed_unary(client) {
    await unary(client, { expectCompressed: { value: true } }, true);
    await unary(client, { expectCompressed: { value: false } }, false);
  },
  async server_compressed_unary(client) {
    await unary(client, { responseCompressed: { value: true } }, false);
    await unary(client, { responseCompressed: { value: false } }, false);
  },
  async client_compressed_streaming(client) {
    const { aggregatedPayloadSize } = await client.streamingInputCall(inputs(), { compress: isToBeCompressed });
    assert.equal(aggregatedPayloadSize, 73_086);
  },
  async server_compressed_streaming(client) {
    const request = { responseParameters: REPLIES.map(([size, value]) => ({ size, compressed: { value } })) };
    const sizes: number[] = [];
    for await (const reply of client.streamingOutputCall(request)) sizes.push(reply.payload!.body.byteLength);
    assert.deepEqual(sizes, REPLIES.map(([size]) => size));
  },
};

/** What servers that look at the coding of a request do with one that is not compressed, and should be. */
export const probeCases: Readonly<Record<string, Run>> = {
  async client_compressed_unary_probe(client) {
    expectCode(await rejection(unary(client, { expectCompressed: { value: true } }, false)), Code.InvalidArgument);
  },
  async client_compressed_streaming_probe(client) {
    expectCode(await rejection(client.streamingInputCall(inputs(), { compress: false })), Code.InvalidArgument);
  },
};

/** For each case, its calls, and of each whether its messages are compressed; undefined where that is up to the peer. */
export const compressedMessages: Readonly<
  Record<string, readonly { requests?: readonly boolean[]; replies?: readonly boolean[] }[]>
> = {
  client_compressed_unary: [{ requests: [true] }, { requests: [false] }],
  server_compressed_unary: [{ replies: [true] }, { replies: [false] }],
  client_compressed_streaming: [{ requests: STREAMED.map(([, compressed]) => compressed) }],
  server_compressed_streaming: [{ replies: REPLIES.map(([, compressed]) => compressed) }],
};
