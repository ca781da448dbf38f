// Envelopes of messages: the readers of chunks, the server's and the clients', and the one of whole bodies, beside
// a plain one.
import assert from "node:assert/strict";
import { Code, ConnectError } from "@connectrpc/connect";
import { EnvelopeReader, onlyEnvelope } from "../../../src/protocol/envelope.ts";
import { EnvelopeSplitter } from "../../../src/protocol/envelope_splitter.ts";
import { bytes } from "../../support/frames.ts";
import { cut, type FuzzTarget, InputReader } from "../fuzz_target.ts";

const MALFORMED = Code.InvalidArgument;

/** The messages of a body, then the code of what is wrong with it, or undefined. */
function expected(body: Uint8Array, maxBytes: number): { messages: string[]; code: Code | undefined } {
  const messages: string[] = [];
  let at = 0;
  while (at < body.length) {
    if (body.length - at < 5) return { messages, code: MALFORMED };
    if (body[at]! > 1) return { messages, code: Code.Internal };
    const length = new DataView(body.buffer, body.byteOffset + at + 1, 4).getUint32(0);
    if (length > maxBytes) return { messages, code: Code.ResourceExhausted };
    if (at + 5 + length > body.length) return { messages, code: MALFORMED };
    messages.push(`${body[at]} ${body.slice(at + 5, at + 5 + length)}`);
    at += 5 + length;
  }
  return { messages, code: undefined };
}

/** The code of what is thrown, which has to be a ConnectError. */
function codeOf(error: unknown): Code {
  if (!(error instanceof ConnectError)) throw error;
  return error.code;
}

/** The client's reader finds the same messages, and fails where the server's does, if with codes of its own. */
function assertSplit(
  body: Uint8Array,
  way: number,
  maxBytes: number,
  messages: string[],
  code: Code | undefined,
): void {
  const splitter = new EnvelopeSplitter(maxBytes, 1);
  const split: string[] = [];
  let failed = false;
  try {
    for (const piece of cut(body, way)) {
      splitter.push(piece);
      for (let content = splitter.take(); content !== undefined; content = splitter.take()) {
        split.push(`${splitter.flags} ${content.slice()}`);
      }
    }
    splitter.finish();
  } catch (error) {
    codeOf(error);
    failed = true;
  }
  assert.deepEqual({ messages: split, failed }, { messages, failed: code !== undefined });
}

export const envelope: FuzzTarget = {
  name: "envelope",
  about: "envelopes: the messages of a plain reader however the body is cut, else a ConnectError",
  make(random) {
    const parts = Array.from({ length: random.below(4) }, () => {
      const length = random.percent(90) ? random.below(30) : random.below(300);
      const told = random.percent(80) ? length : random.pick([0, length + 1, 2 ** 24, 2 ** 31, 2 ** 32 - 1]);
      const flags = random.percent(80) ? random.below(2) : random.below(256);
      return bytes([flags, told >>> 24, (told >>> 16) & 255, (told >>> 8) & 255, told & 255], new Uint8Array(length));
    });
    return bytes([random.below(4), random.below(16)], ...parts);
  },
  async run(input) {
    const from = new InputReader(input);
    const maxBytes = from.pick([1000, 0, 20, 2 ** 32 - 1]);
    const way = from.choice(256);
    const body = from.take();
    const pieces = cut(body, way);
    const reader = new EnvelopeReader(() => Promise.resolve(pieces.shift()), maxBytes, MALFORMED);
    const { messages, code } = expected(body, maxBytes);
    const read: string[] = [];
    let found: Code | undefined;
    try {
      for (let next = await reader.next(); next !== undefined; next = await reader.next()) {
        read.push(`${Number(next.compressed)} ${next.bytes.slice()}`);
      }
    } catch (error) {
      found = codeOf(error);
    }
    assert.deepEqual({ messages: read, code: found }, { messages, code });
    assertSplit(body, way, maxBytes, read, found);
    let only: string | Code;
    try {
      const { compressed, bytes: message } = onlyEnvelope(body, maxBytes, MALFORMED);
      only = `${Number(compressed)} ${message.slice()}`;
    } catch (error) {
      only = codeOf(error);
    }
    if (messages.length === 1 && code === undefined) assert.equal(only, messages[0]);
    else assert.equal(typeof only, "number", "a body of other than one message was taken");
  },
};
