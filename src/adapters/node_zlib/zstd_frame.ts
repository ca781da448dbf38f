// Whether bytes are whole frames of zstd (RFC 8878 3.1): walked by the lengths that they say, without decoding. Bun and Deno
// take what is cut off for the whole.

const magicNumber = 0xfd2fb528;
// The 16 magic numbers of frames to skip differ in their last four bits.
const skippableMagicNumber = 0x184d2a50;

const dictionaryIdBytes = [0, 1, 2, 4];
const contentSizeBytes = [0, 2, 4, 8];

/** True for one frame or more, with nothing missing and nothing behind. */
export function isWholeZstd(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  // Reads beyond the end throw, which is what a frame that is cut off comes to.
  try {
    do at = endOfFrame(view, at); while (at < bytes.byteLength);
  } catch {
    return false;
  }
  return at === bytes.byteLength;
}

function endOfFrame(view: DataView, start: number): number {
  const magic = view.getUint32(start, true);
  if (magic >>> 4 === skippableMagicNumber >>> 4) return start + 8 + view.getUint32(start + 4, true);
  if (magic !== magicNumber) throw new RangeError("no frame begins here");
  const descriptor = view.getUint8(start + 4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeBytes = contentSizeBytes[descriptor >>> 6] || (isSingleSegment ? 1 : 0);
  let at = start + 5 + (isSingleSegment ? 0 : 1) + dictionaryIdBytes[descriptor & 3] + sizeBytes;
  // 3.1.1.2: a bit that says whether the block is the last, two of type (1: one byte, repeated), 21 of size.
  for (let isLast = false; !isLast;) {
    const header = view.getUint8(at) | (view.getUint16(at + 1, true) << 8);
    isLast = (header & 1) === 1;
    at += 3 + (((header >>> 1) & 3) === 1 ? 1 : header >>> 3);
  }
  const hasChecksum = (descriptor & 4) !== 0;
  return at + (hasChecksum ? 4 : 0);
}
