// One stream: its state, its two windows, what is known of its content, and what waits to be sent on it. Plain fields, all
// set in the constructor so that every stream has one shape; the parts of the engine that own a field change it.

import type { HeaderList } from "../http/exchange.ts";
import type { ParkedRequest } from "./request_slots.ts";
import type { SendQueue } from "./send_queue.ts";
import { StreamState } from "./stream_state.ts";
import { ReceiveWindow } from "./window.ts";

/** A header list, or the octets of a block made by `encodeBlock`. */
export type HeaderBlock = HeaderList | Uint8Array;

/** Stands in for an empty list, and is never added to: most streams never have data that waits. */
const NO_CHUNKS: Uint8Array[] = [];

/** One stream of a connection. */
export class Stream {
  readonly id: number;
  /** A value of `StreamState`. */
  state: number = StreamState.IDLE;
  /** The application has let go of it: `release` was called, or it never knew. */
  released = false;

  // Receiving
  readonly receiveWindow: ReceiveWindow;
  /** The content-length of what is received, or -1. */
  expectedLength = -1;
  receivedLength = 0;
  /** The final headers have been received; what follows are trailers. */
  headersReceived = false;
  /** Interim responses so far. */
  interimCount = 0;
  /** The response carries no content whatever its content-length says: HEAD, 204, 304. */
  bodiless = false;
  /** Octets of header names and values that the application holds. */
  headerSize = 0;
  /** Octets held that are the application's already, and the connection's credit again: see `keep`. */
  kept = 0;
  /** What its small DATA frames cost, until they are consumed. */
  smallDataCost = 0;
  /** The request while it waits for a slot. */
  parked: ParkedRequest | undefined = undefined;

  // Sending
  /** It is ours, and the peer has not been sent its first headers. */
  isUnannounced = false;
  /** Octets of data that the peer takes now; below 0 after a SETTINGS that made the window smaller. */
  sendWindow: number;
  /** What was commanded so far, which may be ahead of what was written. */
  headersCommanded = false;
  endCommanded = false;
  /** Octets of data that wait. */
  waiting = 0;
  chunks: Uint8Array[] = NO_CHUNKS;
  /** How far the first chunk is sent. */
  chunkOffset = 0;
  pendingHeaders: HeaderBlock | undefined = undefined;
  pendingTrailers: HeaderBlock | undefined = undefined;
  /** `sendData` answered false: the application waits for `onWritable`. */
  toldToWait = false;
  /** Octets of data sent since its progress was last looked at. */
  progress = 0;
  stalledSinceMs = -1;
  /** The queue that it stands in, and its neighbours there. */
  queue: SendQueue | undefined = undefined;
  previous: Stream | undefined = undefined;
  next: Stream | undefined = undefined;

  constructor(id: number, sendWindow: number, receiveWindow: number) {
    this.id = id;
    this.sendWindow = sendWindow;
    this.receiveWindow = new ReceiveWindow(receiveWindow);
  }
}
