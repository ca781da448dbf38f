// Breaks an HTTP/2 stream off without ending it first. The runtimes' own close() half-closes the stream before it resets it:
// the peer then gets END_STREAM and takes what it has for the whole body.
import type { Http2Stream } from "node:http2";
import { ErrorCode } from "../../http2/frame/error_code.ts";

/** Sends RST_STREAM with `code` (RFC 9113 7); without END_STREAM before it, unless the stream is already ended. */
export function resetStream(stream: Http2Stream, code: number): void {
  if (code !== ErrorCode.NO_ERROR && !stream.writableEnded) {
    // The hook by which a Writable ends its destination; called by the end() inside close().
    stream._final = (done: () => void): void => done();
  }
  stream.close(code);
}
