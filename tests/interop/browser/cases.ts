// What a page calls, whichever client it has: the cases of gRPC's interop suite that browsers can make.
import { Code, ConnectError } from "sigil";

/** Options of a call, as all clients are given them. */
export interface CalledOptions {
  readonly headers?: Record<string, string>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onHeader?: (header: Headers) => void;
  readonly onTrailer?: (trailer: Headers) => void;
}

export interface UnaryReply {
  readonly payload?: { readonly body: Uint8Array };
}
export type OutputReply = UnaryReply;

/** The methods that a page calls. */
export interface CalledService {
  unaryCall(request: object, options?: CalledOptions): Promise<UnaryReply>;
  streamingOutputCall(request: object, options?: CalledOptions): AsyncIterable<OutputReply>;
}

/** What a client can do. */
export interface Abilities {
  /** It gives the details of an error, apart from its metadata. */
  readonly details: boolean;
  /** It streams replies: shows each when it is there. */
  readonly streams: boolean;
}

const LARGE_REQUEST_BYTES = 271_828;
const LARGE_RESPONSE_BYTES = 314_159;
const RESPONSE_SIZES = [31415, 9, 2653, 58979];
/** Longer than a case may take: what comes after it does not come. */
const NEVER_US = 600_000_000;

function equal(actual: unknown, expected: unknown): void {
  const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (found !== wanted) throw new Error(`expected ${wanted}, found ${found}`);
}

async function rejection(call: Promise<unknown>): Promise<ConnectError> {
  try {
    await call;
  } catch (error) {
    return ConnectError.from(error);
  }
  throw new Error("the call did not fail");
}

async function sizes(replies: AsyncIterable<OutputReply>): Promise<number[]> {
  const list: number[] = [];
  for await (const { payload } of replies) list.push(payload?.body.byteLength ?? 0);
  return list;
}

const large = { responseSize: LARGE_RESPONSE_BYTES, payload: { body: new Uint8Array(LARGE_REQUEST_BYTES) } };

type Run = (service: CalledService, abilities: Abilities) => Promise<void>;

/** The cases by name. */
export const cases: Readonly<Record<string, Run>> = {
  async large_unary(service) {
    equal((await service.unaryCall(large)).payload?.body.byteLength, LARGE_RESPONSE_BYTES);
  },
  async server_streaming(service) {
    const request = { responseParameters: RESPONSE_SIZES.map((size) => ({ size })) };
    equal(await sizes(service.streamingOutputCall(request)), RESPONSE_SIZES);
  },
  async custom_metadata(service) {
    let header = new Headers();
    let trailer = new Headers();
    await service.unaryCall({ responseSize: 1 }, {
      headers: { "x-grpc-test-echo-initial": "test_initial_metadata_value", "x-grpc-test-echo-trailing-bin": "q6ur" },
      onHeader: (received) => header = received,
      onTrailer: (received) => trailer = received,
    });
    equal(header.get("x-grpc-test-echo-initial"), "test_initial_metadata_value");
    equal(trailer.get("x-grpc-test-echo-trailing-bin"), "q6ur");
  },
  async special_status_message(service) {
    const message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
    const error = await rejection(service.unaryCall({ responseStatus: { code: Code.Unknown, message } }));
    equal([error.code, error.rawMessage], [Code.Unknown, message]);
  },
  async error_details(service, { details }) {
    const call = service.unaryCall({ responseStatus: { code: Code.FailedPrecondition, message: "gone" } });
    const error = await rejection(call);
    equal([error.code, error.rawMessage], [Code.FailedPrecondition, "gone"]);
    // EchoStatus { code: 9, message: "gone" } in protobuf's binary format.
    const value = [8, 9, 18, 4, ...new TextEncoder().encode("gone")];
    const found = error.details.map((detail) => "type" in detail && [detail.type, [...detail.value]]);
    if (details) equal(found, [["grpc.testing.EchoStatus", value]]);
    else equal(/EchoStatus/.test(atob(error.metadata.get("grpc-status-details-bin") ?? "")), true);
  },
  async deadline(service) {
    const request = { responseParameters: [{ size: 1, intervalUs: NEVER_US }] };
    const error = await rejection(sizes(service.streamingOutputCall(request, { timeoutMs: 300 })));
    equal(error.code, Code.DeadlineExceeded);
  },
  async first_reply_of_a_stream_that_goes_on(service, { streams }) {
    if (!streams) return;
    const controller = new AbortController();
    const request = { responseParameters: [{ size: 7 }, { size: 1, intervalUs: NEVER_US }] };
    const replies = service.streamingOutputCall(request, { signal: controller.signal })[Symbol.asyncIterator]();
    equal((await replies.next()).value.payload.body.byteLength, 7);
    controller.abort();
  },
};
