// Puts the chunks of a body together. Every host does it at its own edge, where a body is read whole.

/** One array of `size` bytes made of all chunks; the only chunk itself where there is one. */
export function joinChunks(chunks: readonly Uint8Array[], size: number): Uint8Array {
  if (chunks.length === 1) return chunks[0];
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
