// Going away, RFC 9113 6.8: the two steps of a server's graceful end, the one of a client's, and what the peer says of its
// own. A GOAWAY never names a higher stream than one before it, ours or the peer's.

import { ErrorCode } from "./frame/error_code.ts";
import { MAX_31_BIT } from "./frame/frame.ts";
import type { Sender } from "./sender.ts";
import type { Streams } from "./streams.ts";

/** The PING between the two steps: its answer says that the first one has been read. */
const DRAIN_PING = Uint8Array.from("drain ok", (character) => character.charCodeAt(0));

/** GOAWAY of one connection, both ways. */
export class GoawayExchange {
  readonly #streams: Streams;
  readonly #sender: Sender;
  #isAnnounced = false;
  #isFinal = false;
  #namedStreamId = MAX_31_BIT;
  /** Why we go, where the first step said so. */
  #reason = "";
  #isPeerGoing = false;
  #peerStreamId = MAX_31_BIT;

  constructor(streams: Streams, sender: Sender) {
    this.#streams = streams;
    this.#sender = sender;
  }

  /** We are going away, in either step. */
  get isBegun(): boolean {
    return this.#isAnnounced || this.#isFinal;
  }

  /** We have named the last stream: those that the peer opens from now on are ignored. */
  get isFinal(): boolean {
    return this.#isFinal;
  }

  /** The peer is going away. */
  get isPeerGoing(): boolean {
    return this.#isPeerGoing;
  }

  /** First step: no stream is named, so that none on its way is lost. The second follows with {@link onPong}. */
  announce(debugData: string): void {
    this.#isAnnounced = true;
    this.#reason = debugData;
    this.#sender.writer.goaway(MAX_31_BIT, ErrorCode.NO_ERROR, debugData);
    this.#sender.writer.ping(DRAIN_PING, 0, false);
  }

  /** Names the last stream that the peer opened so far, or that was named before. */
  finish(code: number, debugData: string): void {
    this.#isFinal = true;
    this.#namedStreamId = Math.min(this.#streams.lastPeerId, this.#namedStreamId);
    const isGraceful = code === ErrorCode.NO_ERROR && debugData === "";
    this.#sender.writer.goaway(this.#namedStreamId, code, isGraceful ? this.#reason : debugData);
  }

  /** True where a PING's answer is the one to our announcement; the second step is due. */
  onPong(payload: Uint8Array): boolean {
    return this.#isAnnounced && !this.#isFinal && payload.every((octet, index) => octet === DRAIN_PING[index]);
  }

  /** Takes a GOAWAY of the peer; answers what is wrong with it, if anything. */
  onPeer(lastStreamId: number): string | undefined {
    if (lastStreamId > this.#peerStreamId) {
      return `GOAWAY with last stream ${lastStreamId} after one with ${this.#peerStreamId}`;
    }
    this.#isPeerGoing = true;
    this.#peerStreamId = lastStreamId;
    return undefined;
  }
}
