// grpc.testing.TestService as a contract: what the server of the suite implements, and what its client calls, which has a
// method more that no server implements.
import { bidiStreaming, clientStreaming, serverStreaming, service, unary } from "sigil";
import {
  Empty,
  SimpleRequest,
  SimpleResponse,
  StreamingInputCallRequest,
  StreamingInputCallResponse,
  StreamingOutputCallRequest,
  StreamingOutputCallResponse,
} from "./messages.ts";

const methods = {
  emptyCall: unary(Empty, Empty),
  unaryCall: unary(SimpleRequest, SimpleResponse),
  cacheableUnaryCall: unary(SimpleRequest, SimpleResponse, { idempotency: "NO_SIDE_EFFECTS" }),
  streamingOutputCall: serverStreaming(StreamingOutputCallRequest, StreamingOutputCallResponse),
  streamingInputCall: clientStreaming(StreamingInputCallRequest, StreamingInputCallResponse),
  fullDuplexCall: bidiStreaming(StreamingOutputCallRequest, StreamingOutputCallResponse),
  halfDuplexCall: bidiStreaming(StreamingOutputCallRequest, StreamingOutputCallResponse),
};

/** What is implemented. */
export const TestService = service("grpc.testing.TestService", methods);

/** What is called. */
export const CalledTestService = service("grpc.testing.TestService", {
  ...methods,
  unimplementedCall: unary(Empty, Empty),
});

/** A service that no server has. */
export const UnimplementedService = service("grpc.testing.UnimplementedService", {
  unimplementedCall: unary(Empty, Empty),
});
