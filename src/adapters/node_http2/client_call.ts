// One HTTP/2 request on a stream of node:http2: tells the call what comes of it, lets it write with back-pressure, and turns
// whatever breaks the stream into one ConnectError.
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from "node:http2";
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../../rpc/connect_error.ts";
import type { HeaderList } from "../../http/exchange.ts";
import { ErrorCode } from "../../http2/frame/error_code.ts";
import { FrameFlag } from "../../http2/frame/frame.ts";
import type { Http2ClientCall, StreamOwner } from "../../transport/http2_client_call.ts";
import { connectionError, REFUSED_STREAM, resetError } from "../../transport/reset_error.ts";
import { headersOf } from "../node_http1/exchange.ts";
import { StreamBody } from "../node_http1/stream_body.ts";
import { resetStream } from "./reset_stream.ts";

/**
 * Makes a call on a stream just opened.
 * @param failure What the connection failed with, if the stream ends with it.
 */
export function callOn(
  stream: ClientHttp2Stream,
  call: Http2ClientCall,
  address: string,
  failure: () => unknown,
): void {
  // A closed stream no longer names its session.
  const session = stream.session as ClientHttp2Session | undefined;
  let trailers: HeaderList = [];
  let isHeaded = false;
  let isComplete = false;
  let unread = 0;
  let onRead: (() => void) | undefined;
  let isLet = false;
  const body = new StreamBody(stream, { sure: () => isComplete, broken: () => (stream.rstCode ?? 0) !== 0 });

  const letRead = (): void => {
    const go = onRead;
    onRead = undefined;
    go?.();
  };
  const owner: StreamOwner = {
    sendData(_, bytes, endStream) {
      if (stream.closed || stream.destroyed || stream.writableEnded) return true;
      if (!endStream) return stream.write(bytes);
      if (bytes.length > 0) stream.end(bytes);
      else stream.end();
      return true;
    },
    consume(_, octets) {
      unread -= octets;
      if (unread <= 0) letRead();
    },
    reset: (_, code) => resetStream(stream, code),
    release() {
      isLet = true;
      if (!body.ended && !stream.closed) resetStream(stream, ErrorCode.CANCEL);
      letRead();
    },
  };
  // Never rejects.
  const readBody = async (): Promise<void> => {
    try {
      for (let chunk = await body.read(); chunk !== undefined && !isLet; chunk = await body.read()) {
        unread += chunk.length;
        call.onData(chunk);
        if (unread > 0 && !isLet) await new Promise<void>((resolve) => onRead = resolve);
      }
      if (!isLet) call.onEnd(trailers);
    } catch (error) {
      call.fail(ConnectError.from(error));
    }
  };

  stream.once("response", (fields: IncomingHttpHeaders & { ":status"?: number }, flags: number) => {
    isHeaded = true;
    isComplete = (flags & FrameFlag.END_STREAM) !== 0;
    call.onResponse(Number(fields[":status"]), [...headersOf(fields)]);
    readBody();
  });
  stream.once("trailers", (fields: IncomingHttpHeaders) => {
    isComplete = true;
    trailers = [...headersOf(fields)];
  });
  stream.on("drain", () => call.onWritable());
  stream.on("error", ignore);
  stream.once("close", () => {
    const { rstCode } = stream;
    if (!isHeaded && rstCode === REFUSED_STREAM) return call.onReset(rstCode, true);
    const lost = failure() ?? (isOpen(session) ? undefined : new Error("it was closed"));
    // A response that has been read to its end stays whole: fail() does nothing after that.
    if (isComplete || isHeaded && rstCode === ErrorCode.NO_ERROR && failure() === undefined) {
      return body.finish();
    }
    let error: ConnectError;
    if (lost !== undefined) error = connectionError("Lost the connection to", address, lost);
    else if (rstCode !== ErrorCode.NO_ERROR) error = resetError(rstCode, address);
    else error = new ConnectError(`The server at ${address} ended the stream without a response.`, Code.Unavailable);
    // What has arrived before is read before, where the response had begun.
    body.fail(error);
    if (!isHeaded) call.fail(error);
  });
  call.begin(owner, 0);
  if (call.isBodiless) stream.end();
}

function isOpen(session: ClientHttp2Session | undefined): boolean {
  return session !== undefined && !session.destroyed && !session.socket?.destroyed;
}

function ignore(): void {
  // The close event follows, with the reset code.
}
