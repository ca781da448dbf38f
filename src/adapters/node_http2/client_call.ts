// One HTTP/2 request and its response on the client: sends the body with back-pressure, hands the response over when its
// head is there, and turns whatever breaks the stream into one ConnectError.
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import type { UniversalClientResponse } from "@connectrpc/connect/protocol";
import { ErrorCode } from "../../http2/frame/error_code.ts";
import { FrameFlag } from "../../http2/frame/frame.ts";
import { byteIterable } from "../../transport/byte_iterable.ts";
import { headersOf } from "../node_http1/exchange.ts";
import type { ReplayBody } from "../../transport/replay_body.ts";
import { abortError, connectionError, REFUSED_STREAM, resetError } from "../../transport/reset_error.ts";
import { resetStream } from "./reset_stream.ts";
import { StreamBody } from "../node_http1/stream_body.ts";

/** What one attempt to call came to. */
export type CallOutcome =
  | { readonly kind: "response"; readonly response: UniversalClientResponse }
  /** The server did not process the request: it may be sent again. */
  | { readonly kind: "refused"; readonly error: ConnectError };

/**
 * Sends `body` on a stream just opened and answers when the head of the response is there.
 * @param failure What the connection failed with, if the stream ends with it.
 * @throws ConnectError when the stream breaks or `signal` aborts before that; later, reading the body throws it.
 */
export function callOn(
  stream: ClientHttp2Stream,
  body: ReplayBody | undefined,
  signal: AbortSignal | undefined,
  address: string,
  failure: () => unknown,
): Promise<CallOutcome> {
  return new Promise((resolve, reject) => {
    // A closed stream no longer names its session.
    const session = stream.session as ClientHttp2Session | undefined;
    const trailer = new Headers();
    let headed = false;
    let complete = false;
    const responseBody = new StreamBody(stream, { sure: () => complete, broken: () => (stream.rstCode ?? 0) !== 0 });
    let failed: ConnectError | undefined;

    const fail = (error: ConnectError): void => {
      failed ??= error;
      responseBody.fail(failed);
      reject(failed);
    };
    const onAbort = (): void => {
      fail(abortError(signal as AbortSignal));
      resetStream(stream, ErrorCode.CANCEL);
    };
    signal?.addEventListener("abort", onAbort, { once: true });

    stream.once("response", (fields: IncomingHttpHeaders & { ":status"?: number }, flags: number) => {
      headed = true;
      complete = (flags & FrameFlag.END_STREAM) !== 0;
      body?.commit();
      resolve({
        kind: "response",
        response: {
          status: Number(fields[":status"]),
          header: headersOf(fields),
          body: byteIterable(() => responseBody.read(), () => {
            if (!responseBody.ended) resetStream(stream, ErrorCode.CANCEL);
          }),
          trailer,
        },
      });
    });
    stream.once("trailers", (fields: IncomingHttpHeaders) => {
      complete = true;
      headersOf(fields).forEach((value, name) => trailer.append(name, value));
    });
    stream.on("error", ignore);
    stream.once("close", () => {
      signal?.removeEventListener("abort", onAbort);
      const { rstCode } = stream;
      if (!headed && rstCode === REFUSED_STREAM && failed === undefined) {
        resolve({ kind: "refused", error: resetError(rstCode, address) });
        return;
      }
      const lost = failure() ?? (isOpen(session) ? undefined : new Error("it was closed"));
      let error = failed;
      if (lost !== undefined) error ??= connectionError("Lost the connection to", address, lost);
      error ??= rstCode === ErrorCode.NO_ERROR
        ? new ConnectError(`The server at ${address} ended the stream without a response.`, Code.Unavailable)
        : resetError(rstCode, address);
      body?.cancel();
      // A response that has been read to its end stays whole: fail() does nothing after that.
      if (complete || headed && rstCode === ErrorCode.NO_ERROR && failure() === undefined) {
        responseBody.finish();
      } else fail(error);
    });

    if (body === undefined) stream.end();
    else {
      send(stream, body).catch((error: unknown) => {
        // The caller's own iterable failed: there is no whole request any more.
        fail(ConnectError.from(error));
        resetStream(stream, ErrorCode.CANCEL);
      });
    }
  });
}

async function send(stream: ClientHttp2Stream, body: ReplayBody): Promise<void> {
  const cursor = { position: 0 };
  while (!stream.closed && !stream.destroyed) {
    const chunk = await body.next(cursor);
    if (stream.closed || stream.destroyed || stream.writableEnded) return;
    if (chunk === undefined) {
      stream.end();
      return;
    }
    if (chunk.byteLength > 0 && !stream.write(chunk)) await writable(stream);
  }
}

function writable(stream: ClientHttp2Stream): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      stream.off("drain", go);
      stream.off("close", go);
      resolve();
    };
    stream.on("drain", go);
    stream.on("close", go);
  });
}

function isOpen(session: ClientHttp2Session | undefined): boolean {
  return session !== undefined && !session.destroyed && !session.socket?.destroyed;
}

function ignore(): void {
  // The close event follows, with the reset code.
}
