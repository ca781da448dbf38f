// Tells HTTP/2 with prior knowledge from HTTP/1.1 by the first bytes of a connection (RFC 9113 3.4). What is neither, such
// as a TLS handshake on a cleartext port or a broken preface, would not understand a reply: its connection is closed.
import type { Duplex } from "node:stream";

// As much of the preface as no HTTP/1.1 request begins with: its first five bytes.
const PREFACE_START = new Uint8Array([0x50, 0x52, 0x49, 0x20, 0x2a]);

/** Tells whether a connection begins with the HTTP/2 preface, leaving all of its bytes to be read again. */
export function sniff(socket: Duplex, tell: (isHttp2: boolean) => void): void {
  let seen: Buffer = Buffer.alloc(0);
  const onEnd = (): void => {
    socket.destroy();
  };
  const onReadable = (): void => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return;
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const length = Math.min(seen.length, PREFACE_START.length);
    const matches = PREFACE_START.subarray(0, length).every((byte, i) => byte === seen[i]);
    if (matches && length < PREFACE_START.length) return;
    socket.off("readable", onReadable);
    socket.off("end", onEnd);
    if (!matches && isForeign(seen)) {
      socket.destroy();
      return;
    }
    socket.unshift(seen);
    tell(matches);
  };
  socket.on("readable", onReadable);
  socket.on("end", onEnd);
}

const LINE_FEED = 0x0a;

/** True where the first line is there and is no request line of HTTP/1 (RFC 9112 3), nor the empty one that may precede it. */
function isForeign(bytes: Buffer): boolean {
  const end = bytes.indexOf(LINE_FEED);
  if (end <= 1) return false;
  return !/ HTTP\/1\.\d\r?$/.test(bytes.toString("latin1", 0, end));
}
