// One accepted socket of the node:http2 server: what it speaks, how many exchanges run on it, and how it is drained. HTTP/1.1
// is as in ../node_http1/connection.ts; once a session is open, the session closes the socket.
import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import { ErrorCode } from "../../http2/frame/error_code.ts";
import { FrameFlag } from "../../http2/frame/frame.ts";
import { Http1Connection } from "../node_http1/connection.ts";
import type { ConnectionTimeouts } from "../sockets/acceptor.ts";
import { Http2Exchange } from "./http2_exchange.ts";

/** An accepted socket and the exchanges that run on it. */
export class ServerConnection extends Http1Connection {
  #session: ServerHttp2Session | undefined;

  /** Tells that the socket speaks HTTP/2 from now on. */
  openSession(session: ServerHttp2Session): void {
    this.#session = session;
    this.idleSince = performance.now();
    // The socket's own close event says all that is needed.
    session.on("error", ignore);
    if (this.draining) session.close();
  }

  /** Serves one HTTP/2 stream. */
  serveStream(stream: ServerHttp2Stream, fields: IncomingHttpHeaders, flags: number): void {
    stream.on("error", ignore);
    if (this.draining) {
      // RFC 9113 8.7: REFUSED_STREAM tells the client that it may safely send the request again elsewhere.
      stream.close(ErrorCode.REFUSED_STREAM);
      return;
    }
    const exchange = new Http2Exchange(stream, {
      method: text(fields[":method"]) ?? "GET",
      scheme: this.peer.encrypted ? "https" : "http",
      authority: text(fields[":authority"]) ?? fields.host,
      target: text(fields[":path"]) ?? "/",
      fields,
      bodiless: (flags & FrameFlag.END_STREAM) !== 0,
    }, this.peer);
    stream.once("aborted", () => exchange.closed("The client reset the stream before the reply had ended."));
    stream.once("close", () => {
      exchange.closed("The stream was closed before the reply had ended.");
      this.ended();
    });
    this.serve(exchange);
  }

  override drain(): void {
    if (this.#session === undefined) return super.drain();
    if (this.draining) return;
    this.draining = true;
    this.#session.close();
  }

  override destroy(): void {
    this.#session?.destroy();
    super.destroy();
  }

  override sweep(now: number, timeouts: ConnectionTimeouts): void {
    if (this.#session === undefined) return super.sweep(now, timeouts);
    if (this.isStuck(now, timeouts.writeTimeoutMs)) return this.destroy();
    if (this.running > 0) return;
    if (now - this.idleSince <= (this.draining ? timeouts.headTimeoutMs : timeouts.idleTimeoutMs)) return;
    // A session that was asked to close and has no stream left only waits for its peer.
    if (this.draining) this.destroy();
    else this.drain();
  }
}

function text(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function ignore(): void {
  // Errors of a stream or session are followed by its close event, which is where they are dealt with.
}
