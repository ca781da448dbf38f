// What is sent to a fetch handler, by format: Connect unary in JSON and binary, and gRPC-Web. The answer is compared by its
// bytes, so that checking it costs each subject the same and next to nothing.
import { enveloped, greet, NAME, SAY_HELLO_PATH, textMessage } from "./greeting.ts";

/** Calls in flight at a fetch handler: enough that promises interleave, as they do in a server. */
export const EDGE_IN_FLIGHT = 16;

export interface EdgeFormat {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly request: Uint8Array;
  /** Whether `answer` is the right greeting. */
  accepts(answer: Uint8Array): boolean;
}

const text = new TextEncoder();
const answerText = greet(NAME);

const FORMATS: Readonly<Record<string, EdgeFormat>> = {
  json: {
    path: SAY_HELLO_PATH,
    headers: { "content-type": "application/json" },
    request: text.encode(JSON.stringify({ name: NAME })),
    accepts: equals(text.encode(JSON.stringify({ message: answerText }))),
  },
  binary: {
    path: SAY_HELLO_PATH,
    headers: { "content-type": "application/proto" },
    request: textMessage(NAME),
    accepts: equals(textMessage(answerText)),
  },
  "grpc-web": {
    path: SAY_HELLO_PATH,
    headers: { "content-type": "application/grpc-web+proto" },
    request: enveloped([textMessage(NAME)]),
    accepts: startsWith(enveloped([textMessage(answerText)])), // trailers follow, in an envelope of their own
  },
};

/** The names of the formats, which are cases of the bench. */
export const EDGE_FORMATS: readonly string[] = Object.keys(FORMATS);

/** @throws RangeError for a name that is none of EDGE_FORMATS. */
export function edgeFormat(name: string): EdgeFormat {
  const format = FORMATS[name];
  if (format === undefined) throw new RangeError(`The format ${name} is none of ${EDGE_FORMATS.join(", ")}.`);
  return format;
}

function startsWith(expected: Uint8Array): (answer: Uint8Array) => boolean {
  return (answer) => answer.length >= expected.length && expected.every((byte, index) => answer[index] === byte);
}

function equals(expected: Uint8Array): (answer: Uint8Array) => boolean {
  const same = startsWith(expected);
  return (answer) => answer.length === expected.length && same(answer);
}
