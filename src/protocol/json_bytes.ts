// Text as the bytes of a message.

const encoder = new TextEncoder();

/** The bytes of a text, with `room` bytes in front of them, to be filled. */
export function jsonBytes(text: string, room: number): Uint8Array {
  const bytes = encoder.encode(text);
  if (room === 0) return bytes;
  const whole = new Uint8Array(room + bytes.length);
  whole.set(bytes, room);
  return whole;
}
