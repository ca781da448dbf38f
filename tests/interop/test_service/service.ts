// The server's side of grpc.testing.TestService. Where a request asks for an error, the status that it asks for goes into
// the error's details too, so that clients can check these.
import process from "node:process";
import {
  ConnectError,
  createSchema,
  type HandlerContext,
  type Implementation,
  invalidArgument,
  outOfRange,
  Service,
} from "sigil";
import { TestService } from "./contract.ts";
import {
  type BoolValue,
  EchoStatus,
  type Empty,
  type ResponseParameters,
  type SimpleRequest,
  type StreamingInputCallRequest,
  type StreamingOutputCallRequest,
} from "./messages.ts";

/** Bytes that a reply may be asked to have. */
const MAX_RESPONSE_BYTES = 64 << 20;

const ECHO_INITIAL = "x-grpc-test-echo-initial";
const ECHO_TRAILING = "x-grpc-test-echo-trailing-bin";

/** Tells servers apart. */
const SERVER_ID = `sigil-${process.pid}`;

const echoStatus = createSchema({ messages: [EchoStatus] }).registry.getMessage("grpc.testing.EchoStatus")!;

@Service(TestService)
export class InteropService implements Implementation<typeof TestService> {
  emptyCall(): Partial<Empty> {
    return {};
  }

  unaryCall(request: SimpleRequest, context: HandlerContext) {
    echoMetadata(context);
    failIfAsked(request.responseStatus);
    checkCompressed(request.expectCompressed, context);
    context.compress = request.responseCompressed?.value ?? true;
    return { payload: payloadOf(request.responseSize), serverId: request.fillServerId ? SERVER_ID : "" };
  }

  cacheableUnaryCall(request: SimpleRequest, context: HandlerContext) {
    context.responseHeader.set("cache-control", "max-age=60, public");
    return this.unaryCall(request, context);
  }

  async *streamingOutputCall(request: StreamingOutputCallRequest, context: HandlerContext) {
    yield* replies(request.responseParameters, context);
  }

  async streamingInputCall(requests: AsyncIterable<StreamingInputCallRequest>, context: HandlerContext) {
    let aggregatedPayloadSize = 0;
    for await (const { payload, expectCompressed } of requests) {
      checkCompressed(expectCompressed, context);
      aggregatedPayloadSize += payload?.body.byteLength ?? 0;
    }
    return { aggregatedPayloadSize };
  }

  async *fullDuplexCall(requests: AsyncIterable<StreamingOutputCallRequest>, context: HandlerContext) {
    echoMetadata(context);
    for await (const { responseStatus, responseParameters } of requests) {
      failIfAsked(responseStatus);
      yield* replies(responseParameters, context);
    }
  }

  async *halfDuplexCall(requests: AsyncIterable<StreamingOutputCallRequest>, context: HandlerContext) {
    const received = await Array.fromAsync(requests);
    for (const { responseParameters } of received) yield* replies(responseParameters, context);
  }
}

function payloadOf(size: number): { body: Uint8Array<ArrayBuffer> } {
  if (size < 0 || size > MAX_RESPONSE_BYTES) {
    return outOfRange(`a response of ${size} bytes is asked for: it may have 0 to ${MAX_RESPONSE_BYTES}`);
  }
  return { body: new Uint8Array(size) };
}

async function* replies(parameters: readonly ResponseParameters[], context: HandlerContext) {
  for (const { size, intervalUs, compressed } of parameters) {
    if (intervalUs > 0) await new Promise((resolve) => setTimeout(resolve, intervalUs / 1000));
    if (context.signal.aborted) return;
    context.compress = compressed?.value ?? true;
    yield { payload: payloadOf(size) };
  }
}

function echoMetadata({ requestHeader, responseHeader, responseTrailer }: HandlerContext): void {
  const initial = requestHeader.get(ECHO_INITIAL);
  if (initial !== null) responseHeader.set(ECHO_INITIAL, initial);
  const trailing = requestHeader.get(ECHO_TRAILING);
  if (trailing !== null) responseTrailer.set(ECHO_TRAILING, trailing);
}

function failIfAsked(status: EchoStatus | undefined): void {
  if (status === undefined || status.code === 0) return;
  const { code, message } = status;
  throw new ConnectError(message, code, undefined, [{
    desc: echoStatus,
    value: { code, message } as Record<string, unknown>,
  }]);
}

// Handlers aren't told which message was compressed, only which coding the call has; the flags are checked on the wire.
function checkCompressed(expected: BoolValue | undefined, { requestHeader }: HandlerContext): void {
  if (expected?.value !== true || (requestHeader.get("grpc-encoding") ?? "identity") !== "identity") return;
  invalidArgument("a compressed request is expected, and this one is in no coding");
}
