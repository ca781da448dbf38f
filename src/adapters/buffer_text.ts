// Text by Buffer, which Node, Bun and Deno have: for texts of ordinary length several times faster than TextDecoder. Imported
// for its effect, by the entry point of these runtimes. The edge's keeps to what every runtime has.
import { useNativeLatin1 } from "../http2/hpack/string.ts";
import { type NativeText, useNativeText } from "../wire/text.ts";

interface BufferMethods {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  utf8Slice(this: Uint8Array, start: number, end: number): string;
  utf8Write(this: Uint8Array, text: string, start: number, length: number): number;
}

const buffer = (globalThis as { Buffer?: { prototype: BufferMethods } }).Buffer;

if (buffer !== undefined && typeof buffer.prototype.utf8Slice === "function") {
  const { utf8Slice, utf8Write } = buffer.prototype;
  const text: NativeText = {
    decode: (bytes, start, end) => utf8Slice.call(bytes, start, end),
    encode: (text, target, start) => utf8Write.call(target, text, start, target.byteLength - start),
  };
  useNativeText(text);
}

if (buffer !== undefined && typeof buffer.prototype.latin1Slice === "function") {
  const { latin1Slice } = buffer.prototype;
  useNativeLatin1((bytes, start, end) => latin1Slice.call(bytes, start, end));
}
