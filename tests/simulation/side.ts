// One end of one stream as its application sees it, and the content that it sends, known by end, stream and offset.

/** One side of one stream, as its application sees it. Content is known by side, stream and offset. */
export interface Side {
  toSend: number;
  sent: number;
  headersSent: boolean;
  endSent: boolean;
  received: number;
  consumed: number;
  headersReceived: boolean;
  endReceived: boolean;
  wasReset: boolean;
  released: boolean;
  waits: boolean;
}

/** The octet at an offset of what an end sends on a stream. */
export function content(side: number, id: number, offset: number): number {
  return (side * 89 + id * 31 + offset * 7) & 255;
}

/** Octets of that content, from an offset on. */
export function contentOf(which: number, id: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index++) bytes[index] = content(which, id, offset + index);
  return bytes;
}

/** A side that has done nothing yet. */
export function newSide(toSend: number): Side {
  return {
    toSend,
    sent: 0,
    headersSent: false,
    endSent: false,
    received: 0,
    consumed: 0,
    headersReceived: false,
    endReceived: false,
    wasReset: false,
    released: false,
    waits: false,
  };
}

/** True where nothing more can come of a stream. */
export function isOver(side: Side): boolean {
  return side.wasReset || (side.endReceived && side.endSent);
}
