// The facts about the Greeter service that subjects and harness share, so that every subject is asked the same and has to
// answer the same. The schema is greeter.proto.

/** The name that loads greet by; with its tag it makes a request of 22 bytes. */
export const NAME = "twenty byte greeting";
/** Messages of one streamed answer. */
export const STREAM_COUNT = 1000;

/** What calls with metadata show to an interceptor. */
export const TOKEN = "Bearer eyJhbGciOiJFZERTQSJ9.c2lnaWw.c2lnbmF0dXJl";

export const SERVICE = "bench.v1.Greeter";
export const SAY_HELLO_PATH = `/${SERVICE}/SayHello`;
export const WATCH_PATH = `/${SERVICE}/Watch`;
export const CHAT_PATH = `/${SERVICE}/Chat`;

/** What every subject answers. */
export function greet(name: string): string {
  return `Hello, ${name}!`;
}

/** HelloRequest and HelloReply in protobuf's binary form: field 1, length-delimited. For texts below 128 bytes. */
export function textMessage(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return Uint8Array.of(0x0a, bytes.length, ...bytes);
}

/** WatchRequest in binary form: a HelloRequest with `count` as field 2, a varint. */
export function watchMessage(name: string, count: number): Uint8Array {
  const varint: number[] = [];
  for (let rest = count; rest > 0 || varint.length === 0; rest >>>= 7) {
    varint.push(rest > 127 ? rest & 127 | 128 : rest);
  }
  return Uint8Array.of(...textMessage(name), 0x10, ...varint);
}

/** Messages as gRPC sends them: one after the other, each behind its 5-byte envelope. */
export function enveloped(messages: readonly Uint8Array[]): Uint8Array {
  const parts = messages.flatMap((message) => {
    const prefix = new Uint8Array(5);
    new DataView(prefix.buffer).setUint32(1, message.length);
    return [prefix, message];
  });
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
