// The base64 of gRPC-Web's text form: pieces that are padded each, cut anywhere, beside the platform's own decoder.
import assert from "node:assert/strict";
import { Base64Reader, encodeBase64Text } from "../../../src/bytes/base64_text.ts";
import { bytes, text } from "../../support/frames.ts";
import { cut, type FuzzTarget, InputReader } from "../fuzz_target.ts";

/** What a text of whole quanta stands for; undefined where it is not base64. */
function expected(encoded: string): number[] | undefined {
  if (encoded.length % 4 !== 0) return undefined;
  const octets: number[] = [];
  for (let at = 0; at < encoded.length; at += 4) {
    const quantum = encoded.slice(at, at + 4);
    if (!/^[A-Za-z0-9+/]{2}([A-Za-z0-9+/]{2}|[A-Za-z0-9+/]=|==)$/.test(quantum)) return undefined;
    octets.push(...Array.from(atob(quantum), (character) => character.charCodeAt(0)));
  }
  return octets;
}

export const base64: FuzzTarget = {
  name: "base64",
  about: "base64 in padded pieces: what atob makes of each quantum however it is cut, else a RangeError",
  make(random) {
    const pieces = Array.from({ length: random.below(5) }, () => {
      const piece = Uint8Array.from({ length: random.below(9) }, () => random.below(256));
      return text(btoa(String.fromCharCode(...piece)));
    });
    return bytes([random.below(16)], ...pieces);
  },
  run(input) {
    const from = new InputReader(input);
    const way = from.choice(256);
    const encoded = from.take();
    const reader = new Base64Reader();
    const octets: number[] = [];
    let isValid = true;
    try {
      for (const piece of cut(encoded, way)) octets.push(...reader.read(piece));
      reader.end();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      isValid = false;
    }
    const right = expected(String.fromCharCode(...encoded));
    assert.deepEqual(isValid ? octets : undefined, right);
    assert.equal(String.fromCharCode(...encodeBase64Text(encoded)), btoa(String.fromCharCode(...encoded)));
  },
};
