// Base64 as a stream of ASCII bytes (RFC 4648 4): written in pieces that are padded each, and read quantum by quantum, so that
// such pieces may follow each other and be cut anywhere.

const alphabet = new TextEncoder().encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const padding = 0x3d;
const noDigit = 0xff;
const digits = new Uint8Array(256).fill(noDigit);
alphabet.forEach((byte, digit) => digits[byte] = digit);

const noBytes = new Uint8Array(0);

/** Bytes as base64 text, with its padding. */
export function encodeBase64Text(bytes: Uint8Array): Uint8Array {
  const text = new Uint8Array(Math.ceil(bytes.byteLength / 3) * 4);
  let written = 0;
  for (let at = 0; at < bytes.byteLength; at += 3) {
    const left = bytes.byteLength - at;
    const bits = (bytes[at] << 16) | (left > 1 ? bytes[at + 1] << 8 : 0) | (left > 2 ? bytes[at + 2] : 0);
    text[written++] = alphabet[bits >>> 18];
    text[written++] = alphabet[(bits >>> 12) & 63];
    text[written++] = left > 1 ? alphabet[(bits >>> 6) & 63] : padding;
    text[written++] = left > 2 ? alphabet[bits & 63] : padding;
  }
  return text;
}

/** Reads base64 text that comes in chunks. */
export class Base64Reader {
  // Of a quantum that is not complete: its digits, and how many there are.
  #bits = 0;
  #count = 0;
  #padded = 0;

  /**
   * The bytes of a chunk, with those of a quantum that began before it.
   * @throws RangeError for what is no base64.
   */
  read(text: Uint8Array): Uint8Array {
    const bytes = new Uint8Array(Math.ceil((text.byteLength + 3) / 4) * 3);
    let written = 0;
    for (let at = 0; at < text.byteLength; at++) {
      const digit = digits[text[at]];
      if (digit === noDigit) this.#pad(text[at]);
      else if (this.#padded > 0) throw new RangeError("base64 has a digit where its padding goes on");
      this.#bits = (this.#bits << 6) | (digit & 63);
      if (++this.#count < 4) continue;
      const size = 3 - this.#padded;
      const bits = this.#padded === 0 ? this.#bits : this.#bits & ~((1 << (6 * this.#padded)) - 1);
      for (let byte = 0; byte < size; byte++) bytes[written++] = bits >>> (16 - 8 * byte);
      this.#bits = this.#count = this.#padded = 0;
    }
    return written === 0 ? noBytes : bytes.subarray(0, written);
  }

  /** @throws RangeError where the text ends within a quantum. */
  end(): void {
    if (this.#count > 0) throw new RangeError(`base64 ends after ${this.#count} characters of four`);
  }

  #pad(byte: number): void {
    if (byte !== padding || this.#count < 2) throw new RangeError(`base64 holds the byte ${byte}, out of place`);
    this.#padded++;
  }
}
