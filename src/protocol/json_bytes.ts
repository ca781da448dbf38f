// JSON text as the bytes of a message, and back.
import { decodeText } from "../wire/text.ts";

const encoder = new TextEncoder();

/** Longer texts are left to the runtime, in UTF-16 code units: calling out of JavaScript costs as much as these do. */
const shortText = 128;

/** The bytes of a text, with `room` bytes in front of them, to be filled. */
export function jsonBytes(text: string, room: number): Uint8Array {
  const { length } = text;
  if (length <= shortText) {
    const whole = new Uint8Array(room + length);
    let at = 0;
    for (; at < length; at++) {
      const unit = text.charCodeAt(at);
      if (unit > 0x7f) break;
      whole[room + at] = unit;
    }
    if (at === length) return whole;
  }
  const bytes = encoder.encode(text);
  if (room === 0) return bytes;
  const whole = new Uint8Array(room + bytes.length);
  whole.set(bytes, room);
  return whole;
}

/**
 * The text of a message's bytes, without a byte order mark (RFC 8259 8.1 lets readers pass over one).
 * @throws WireError for what is no UTF-8.
 */
export function jsonText(bytes: Uint8Array): string {
  const text = decodeText(bytes, 0, bytes.length, true);
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
