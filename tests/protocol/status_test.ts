// What each way that a call can end is told as, in all three protocols: the paths of the specifications that are easily got
// wrong, each by its name. gRPC: https://github.com/grpc/grpc/blob/master/doc/statuscodes.md, compression.md; Connect:
// https://connectrpc.com/docs/protocol#error-codes
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  clientStreaming,
  Code,
  ConnectError,
  field,
  type HandlerContext,
  implement,
  message,
  serverStreaming,
  service,
  Sigil,
  unary,
} from "sigil";
import { encodeEnvelope } from "../../src/protocol/envelope.ts";
import { streamCompression } from "../../src/rpc/stream_compression.ts";
import { MemoryExchange, type MemoryReply, type MemoryRequest } from "../support/memory_exchange.ts";

const Note = message("status.v1.Note", { text: field(1, "string") });
const Notes = service("status.v1.Notes", {
  call: unary(Note, Note),
  list: serverStreaming(Note, Note),
  join: clientStreaming(Note, Note),
});

type Handler = (text: string, context: HandlerContext) => unknown;
let handler: Handler = (text) => ({ text });

const app = new Sigil({
  services: [implement(Notes, {
    call: ({ text }, context) => handler(text, context) as { text: string },
    async *list({ text }, context) {
      yield await handler(text, context) as { text: string };
    },
    async join(notes, context) {
      let text = "";
      for await (const note of notes) text += note.text;
      return await handler(text, context) as { text: string };
    },
  })],
  maxReceiveBytes: 100,
  maxSendBytes: 1000,
  maxTimeoutMs: 60_000,
  onUnknownError: () => {},
});

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const note = (text: string): Uint8Array => new Uint8Array([0x0a, text.length, ...utf8(text)]);
const ada = note("Ada");
const gzip = streamCompression[0];
const compressedAda = await gzip.compress(ada);
const bomb = await gzip.compress(new Uint8Array(100_000));
const broken = new Uint8Array([1, 2, 3]);

/** How a protocol sends a message, and says how the call ended. */
interface Form {
  readonly name: string;
  readonly contentType: string;
  readonly timeout: (ms: string) => readonly [string, string];
  readonly encoding: (name: string) => readonly [string, string];
  readonly envelope: (message: Uint8Array, flags?: number) => Uint8Array;
  readonly codeOf: (reply: MemoryReply) => Code | undefined;
}

/** The code of a name in JSON, `not_found`. */
function named(name: string): Code {
  const pascal = name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Code[pascal as keyof typeof Code];
}

const okOr = (status: string | null | undefined): Code | undefined => Number(status) || undefined;
const bodyText = (reply: MemoryReply): string => new TextDecoder().decode(reply.body);

const grpc: Form = {
  name: "gRPC",
  contentType: "application/grpc",
  timeout: (ms) => ["grpc-timeout", `${ms}m`],
  encoding: (name) => ["grpc-encoding", name],
  envelope: (message, flags = 0) => encodeEnvelope(message, flags),
  codeOf: (reply) => okOr(reply.trailers.get("grpc-status") ?? reply.headers.get("grpc-status")),
};
const grpcWeb: Form = {
  ...grpc,
  name: "gRPC-Web",
  contentType: "application/grpc-web",
  codeOf: (reply) => okOr(/grpc-status:(\d+)\r\n/.exec(bodyText(reply))?.[1] ?? reply.headers.get("grpc-status")),
};
const connectUnary: Form = {
  name: "Connect",
  contentType: "application/proto",
  timeout: (ms) => ["connect-timeout-ms", ms],
  encoding: (name) => ["content-encoding", name],
  envelope: (message) => message,
  codeOf: (reply) => reply.status === 200 ? undefined : named(JSON.parse(bodyText(reply)).code),
};
const connectStream: Form = {
  ...connectUnary,
  name: "a stream of Connect",
  contentType: "application/connect+proto",
  encoding: (name) => ["connect-content-encoding", name],
  envelope: (message, flags = 0) => encodeEnvelope(message, flags),
  codeOf(reply) {
    const { error } = JSON.parse(lastMessage(reply.body));
    return error ? named(error.code) : undefined;
  },
};

/** The text of the last envelope. */
function lastMessage(body: Uint8Array): string {
  for (let at = 0;;) {
    const end = at + 5 + new DataView(body.buffer, body.byteOffset + at + 1, 4).getUint32(0);
    if (end >= body.byteLength) return new TextDecoder().decode(body.subarray(at + 5));
    at = end;
  }
}

const enveloped = [grpc, grpcWeb, connectStream];
const all = [grpc, grpcWeb, connectUnary, connectStream];

function send(form: Form, request: MemoryRequest, path?: string): MemoryExchange {
  const exchange = new MemoryExchange({
    path: `/status.v1.Notes/${path ?? (form === connectStream ? "List" : "Call")}`,
    chunks: [form.envelope(ada)],
    ...request,
    headers: [["content-type", form.contentType], ...request.headers ?? []],
  });
  app.handler(exchange);
  return exchange;
}

/** What a protocol says where the others say something else. */
type Expected = Code | undefined | ((form: Form) => Code | undefined);

// A client that sends nonsense: gRPC calls it internal, Connect an invalid argument.
const malformed = (form: Form): Code => form === grpc || form === grpcWeb ? Code.Internal : Code.InvalidArgument;

interface Case {
  readonly name: string;
  readonly forms?: readonly Form[];
  readonly request?: (form: Form) => MemoryRequest;
  readonly path?: string;
  readonly handler?: Handler;
  readonly expected: Expected;
}

const never: Handler = () => new Promise(() => {});
const obedient: Handler = (_, { signal }) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

const cases: Case[] = [
  { name: "a message that is answered is ok", expected: undefined },
  {
    name: "bytes that are no message are malformed",
    request: (form) => ({ chunks: [form.envelope(new Uint8Array([0x0a, 9]))] }),
    expected: malformed,
  },
  {
    name: "a flag of compression without a coding is internal",
    forms: enveloped,
    request: (form) => ({ chunks: [form.envelope(compressedAda, 1)] }),
    expected: Code.Internal,
  },
  {
    name: "a flag of compression with identity is internal",
    forms: enveloped,
    request: (form) => ({ headers: [form.encoding("identity")], chunks: [form.envelope(compressedAda, 1)] }),
    expected: Code.Internal,
  },
  {
    name: "flags that are not known are internal",
    forms: enveloped,
    request: (form) => ({ chunks: [form.envelope(ada, 4)] }),
    expected: Code.Internal,
  },
  {
    name: "a coding that is not known is unimplemented",
    request: (form) => ({ headers: [form.encoding("lzma")] }),
    expected: Code.Unimplemented,
  },
  {
    name: "a message that is not compressed under a coding is ok",
    forms: enveloped,
    request: (form) => ({ headers: [form.encoding("gzip")] }),
    expected: undefined,
  },
  {
    name: "a compressed message is ok",
    request: (form) => ({ headers: [form.encoding("gzip")], chunks: [form.envelope(compressedAda, 1)] }),
    expected: undefined,
  },
  {
    name: "a message that cannot be decompressed is malformed",
    request: (form) => ({ headers: [form.encoding("gzip")], chunks: [form.envelope(broken, 1)] }),
    expected: malformed,
  },
  {
    name: "a message that is too large is resource_exhausted",
    request: (form) => ({ chunks: [form.envelope(new Uint8Array(101))] }),
    expected: Code.ResourceExhausted,
  },
  {
    name: "a prefix that announces too much is resource_exhausted before anything follows",
    forms: enveloped,
    request: () => ({ chunks: [new Uint8Array([0, 0xff, 0xff, 0xff, 0xff])] }),
    expected: Code.ResourceExhausted,
  },
  {
    name: "a message that grows too large is resource_exhausted",
    request: (form) => ({ headers: [form.encoding("gzip")], chunks: [form.envelope(bomb, 1)] }),
    expected: Code.ResourceExhausted,
  },
  {
    name: "a reply that is too large is resource_exhausted",
    handler: () => ({ text: "x".repeat(1001) }),
    expected: Code.ResourceExhausted,
  },
  {
    name: "no message where there must be one is unimplemented",
    forms: enveloped,
    request: () => ({ chunks: [] }),
    expected: Code.Unimplemented,
  },
  {
    name: "two messages where there must be one are unimplemented",
    forms: enveloped,
    request: (form) => ({ chunks: [form.envelope(ada), form.envelope(ada)] }),
    expected: Code.Unimplemented,
  },
  {
    name: "an end within a prefix is malformed",
    forms: enveloped,
    request: (form) => ({ chunks: [form.envelope(ada).subarray(0, 3)] }),
    expected: malformed,
  },
  {
    name: "an end within a message is malformed",
    forms: enveloped,
    request: (form) => ({ chunks: [form.envelope(ada).subarray(0, 7)] }),
    expected: malformed,
  },
  {
    name: "an end within a message of a request stream is malformed",
    forms: enveloped,
    path: "Join",
    request: (form) => ({ chunks: [form.envelope(ada), form.envelope(ada).subarray(0, 7)] }),
    expected: malformed,
  },
  {
    name: "a request stream of no messages is ok",
    forms: enveloped,
    path: "Join",
    request: () => ({ chunks: [] }),
    expected: undefined,
  },
  {
    name: "a timeout that is no number is invalid_argument",
    request: (form) => ({ headers: [form.timeout("soon")] }),
    expected: Code.InvalidArgument,
  },
  {
    name: "a timeout of a digit too many is invalid_argument",
    request: (form) => ({ headers: [form.timeout(form === grpc || form === grpcWeb ? "000000001" : "00000000001")] }),
    expected: Code.InvalidArgument,
  },
  {
    name: "a timeout over the limit is invalid_argument",
    request: (form) => ({ headers: [form.timeout("60001")] }),
    expected: Code.InvalidArgument,
  },
  {
    name: "a timeout of nothing is deadline_exceeded, and no handler runs",
    request: (form) => ({ headers: [form.timeout("0")] }),
    handler: () => assert.fail("a handler ran"),
    expected: Code.DeadlineExceeded,
  },
  {
    name: "a deadline that passes is deadline_exceeded, where the handler obeys",
    request: (form) => ({ headers: [form.timeout("20")] }),
    handler: obedient,
    expected: Code.DeadlineExceeded,
  },
  {
    name: "a deadline that passes is deadline_exceeded, where the handler does not care",
    request: (form) => ({ headers: [form.timeout("20")] }),
    handler: never,
    expected: Code.DeadlineExceeded,
  },
  {
    name: "an error that is no ConnectError is internal, and its text stays here",
    handler: () => {
      throw new Error("password hunter2");
    },
    expected: Code.Internal,
  },
  {
    name: "a reply that is no message is internal",
    handler: () => ({ text: 5 }),
    expected: Code.Internal,
  },
];

for (const { name, forms = all, request = () => ({}), path, handler: handle, expected } of cases) {
  for (const form of forms) {
    test(`${name}, in ${form.name}`, async () => {
      handler = handle ?? ((text) => ({ text }));
      const reply = await send(form, request(form), path).replied;
      const code = typeof expected === "function" ? expected(form) : expected;
      assert.equal(form.codeOf(reply), code, `${reply.status} ${bodyText(reply)}`);
      assert.equal(/hunter2/.test(bodyText(reply) + [...reply.trailers].join()), false);
    });
  }
}

const httpStatuses: { readonly [name: string]: number } = {
  Canceled: 499,
  Unknown: 500,
  InvalidArgument: 400,
  DeadlineExceeded: 504,
  NotFound: 404,
  AlreadyExists: 409,
  PermissionDenied: 403,
  ResourceExhausted: 429,
  FailedPrecondition: 400,
  Aborted: 409,
  OutOfRange: 400,
  Unimplemented: 501,
  Internal: 500,
  Unavailable: 503,
  DataLoss: 500,
  Unauthenticated: 401,
};

for (const [name, status] of Object.entries(httpStatuses)) {
  test(`${name} reaches the caller as it is, with ${status} in Connect`, async () => {
    const code = Code[name as keyof typeof Code];
    handler = () => {
      throw new ConnectError("why", code);
    };
    for (const form of all) {
      const reply = await send(form, {}).replied;
      assert.equal(form.codeOf(reply), code, form.name);
      assert.equal(reply.status, form === connectUnary ? status : 200, form.name);
    }
  });
}

for (const form of all) {
  test(`a caller that goes away aborts the signal once, and the call ends, in ${form.name}`, async () => {
    let aborts = 0;
    let running: (() => void) | undefined;
    const started = new Promise<void>((resolve) => running = resolve);
    handler = (text, { signal }) => {
      signal.addEventListener("abort", () => aborts++);
      running?.();
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve({ text })));
    };
    const exchange = send(form, {});
    await started;
    exchange.leave();
    await exchange.replied;
    await new Promise((resolve) => setTimeout(resolve));
    assert.equal(aborts, 1);
  });

  test(`a coding that is not known is answered with those that are, in ${form.name}`, async () => {
    const reply = await send(form, { headers: [form.encoding("lzma")] }).replied;
    const told = bodyText(reply) + [...reply.headers, ...reply.trailers].join(" ");
    assert.match(decodeURIComponent(told), /gzip, br, deflate/);
  });
}

test("details that no peer takes in a header are left out, and the status goes without them", async () => {
  handler = () => {
    throw new ConnectError("why", Code.NotFound, undefined, [{
      desc: app.schema.message(Note),
      value: { text: "x".repeat(9000) },
    }]);
  };
  const reply = await send(grpc, {}).replied;
  assert.equal(reply.trailers.get("grpc-status"), "5");
  assert.equal(reply.trailers.get("grpc-message"), "why");
  assert.equal(reply.trailers.get("grpc-status-details-bin"), null);
});

test("trailers are no larger than the peer takes: details go first, then metadata, then the end of the text", async () => {
  handler = () => {
    throw new ConnectError("näin".repeat(100), Code.NotFound, { "x-why": "w".repeat(1000) }, [{
      desc: app.schema.message(Note),
      value: { text: "x".repeat(4000) },
    }]);
  };
  const names = async (maxTrailersBytes?: number) => {
    const reply = await send(grpc, { maxTrailersBytes }).replied;
    const bytes = [...reply.trailers].reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
    assert.equal(reply.trailers.get("grpc-status"), "5");
    assert.ok(maxTrailersBytes === undefined || bytes <= maxTrailersBytes, `${bytes} of ${maxTrailersBytes}`);
    return [...reply.trailers.keys()];
  };
  assert.deepEqual(await names(), ["grpc-message", "grpc-status", "grpc-status-details-bin", "x-why"]);
  assert.deepEqual(await names(4000), ["grpc-message", "grpc-status", "x-why"]);
  assert.deepEqual(await names(1000), ["grpc-message", "grpc-status"]);
  assert.deepEqual(await names(200), ["grpc-message", "grpc-status"]);
  assert.deepEqual(await names(60), ["grpc-status"]);
});
