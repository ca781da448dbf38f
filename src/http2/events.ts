// What the engine tells its owner, as calls. They come one by one while the engine reads input, makes output or carries out
// a command, each as the last thing done about a frame: an event may give any command, but may not feed more input.
// An event that throws ends its connection with INTERNAL_ERROR; nothing comes out at the caller of `receive`.

import type { HeaderList } from "../http/exchange.ts";
import type { ConnectionError } from "./frame/error_code.ts";
import type { RequestHead, ResponseHead } from "./message_head.ts";
import type { SettingsValues } from "./settings.ts";

/**
 * Why a stream ended before its time.
 * `"peer"`: the peer sent RST_STREAM. `"fault"`: we did, for what the peer sent or failed to read. `"unprocessed"`: the
 * peer's GOAWAY says that it never acted on the request, so another connection can be tried. `"closed"`: the connection ended.
 */
export type ResetCause = "peer" | "fault" | "unprocessed" | "closed";

/** What both ends tell. */
export interface ConnectionEvents {
  /**
   * Data of a request or a response. `bytes` lies there during this call only: copy what you keep. It may be empty where
   * `endStream` is true. Flow control: give its length to `consume` once it is out of the way, now or later.
   */
  onData(streamId: number, bytes: Uint8Array, endStream: boolean): void;
  /** Trailers; they end the message. */
  onTrailers(streamId: number, trailers: HeaderList): void;
  /** The stream is over before both sides ended it; nothing can be sent on it any more. Told at most once a stream. */
  onReset(streamId: number, code: number, cause: ResetCause): void;
  /** A stream whose `sendData` answered false can take more. */
  onWritable(streamId: number): void;
  /** There is output to take, since the last time that all was taken; not told from within `receive`. */
  onOutput(): void;
  /** The peer's settings changed. */
  onSettings(settings: SettingsValues): void;
  /** The peer sent a PING; it has been answered. */
  onPing(): void;
  /** The peer answered our PING. The eight octets hold during this call only. */
  onPong(payload: Uint8Array): void;
  /** The peer is going away and acts on no stream of ours above `lastStreamId`. */
  onGoaway(lastStreamId: number, code: number, debugData: string): void;
  /**
   * The connection is over: take the last output, send it, close the socket. Told once, after `onReset` for each stream
   * that was alive. Without an error where it was drained.
   */
  onClosed(error: ConnectionError | undefined): void;
}

/** What a server's connection tells. */
export interface ServerEvents extends ConnectionEvents {
  /**
   * A request. It holds one of `maxRunningRequests` slots until `release(streamId)`, whatever becomes of the stream.
   * The same head object may come again for other streams: it is frozen.
   */
  onRequest(streamId: number, head: RequestHead, endStream: boolean): void;
}

/** What a client's connection tells. */
export interface ClientEvents extends ConnectionEvents {
  /** The final response to a request (status 200 and above). */
  onResponse(streamId: number, head: ResponseHead, endStream: boolean): void;
  /** An interim response (status 100 to 199). */
  onInformational(streamId: number, head: ResponseHead): void;
  /** A request can be made, after one could not. */
  onAvailable(): void;
}
