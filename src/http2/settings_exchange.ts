// Both ends' settings in use, RFC 9113 6.5: ours go out and hold once they are acknowledged, the peer's hold as they come.
// What a setting changes elsewhere (windows of all streams, the two HPACK tables) is changed from here.

import { type ConnectionFault, ErrorCode } from "./frame/error_code.ts";
import { FrameFlag, MAX_31_BIT } from "./frame/frame.ts";
import type { Guard } from "./guard.ts";
import type { Http2Limits } from "./limits.ts";
import type { Receiver } from "./receiver.ts";
import type { Sender } from "./sender.ts";
import { readSettings, SettingId, type SettingsUpdate } from "./settings.ts";
import type { Streams } from "./streams.ts";
import type { Watch } from "./watch.ts";

/** SETTINGS of one connection, both ways. */
export class SettingsExchange {
  readonly #limits: Http2Limits;
  readonly #streams: Streams;
  readonly #sender: Sender;
  readonly #receiver: Receiver;
  readonly #guard: Guard;
  readonly #watch: Watch;
  /** Ours that are not acknowledged, oldest first: they are acknowledged in order (RFC 9113 6.5.3). */
  readonly #pending: SettingsUpdate[] = [];
  #initialWindowSize = 65_535;
  #maxConcurrentStreams: number;
  #isGreeted = false;

  constructor(
    limits: Http2Limits,
    streams: Streams,
    sender: Sender,
    receiver: Receiver,
    guard: Guard,
    watch: Watch,
  ) {
    this.#limits = limits;
    this.#streams = streams;
    this.#sender = sender;
    this.#receiver = receiver;
    this.#guard = guard;
    this.#watch = watch;
    this.#maxConcurrentStreams = limits.maxConcurrentStreams;
  }

  /** The peer's first SETTINGS have come. */
  get isGreeted(): boolean {
    return this.#isGreeted;
  }

  /** Settings of ours wait to be acknowledged. */
  get isPending(): boolean {
    return this.#pending.length > 0;
  }

  /** The receive window of a new stream: what the peer has acknowledged. */
  get initialWindowSize(): number {
    return this.#initialWindowSize;
  }

  /** Streams that the peer may have open. It holds at once, for the peer may only be refused them. */
  get maxConcurrentStreams(): number {
    return this.#maxConcurrentStreams;
  }

  /** Sends the first SETTINGS: what the end wants of its own, and what differs from the protocol's values. */
  greet(own: readonly number[]): void {
    const { headerTableSize, initialWindowSize, maxFrameSize, maxHeaderListSize } = this.#limits;
    const pairs = [...own];
    if (headerTableSize !== 4096) pairs.push(SettingId.HEADER_TABLE_SIZE, headerTableSize);
    if (initialWindowSize !== 65_535) pairs.push(SettingId.INITIAL_WINDOW_SIZE, initialWindowSize);
    if (maxFrameSize !== 16_384) pairs.push(SettingId.MAX_FRAME_SIZE, maxFrameSize);
    pairs.push(SettingId.MAX_HEADER_LIST_SIZE, maxHeaderListSize);
    this.#send({ headerTableSize, initialWindowSize }, pairs);
  }

  /** Sends SETTINGS with changes of ours. */
  update(update: SettingsUpdate): void {
    const { headerTableSize, maxConcurrentStreams, initialWindowSize } = update;
    const pairs: number[] = [];
    if (headerTableSize !== undefined) {
      pairs.push(SettingId.HEADER_TABLE_SIZE, within("headerTableSize", headerTableSize, 65_536));
    }
    if (maxConcurrentStreams !== undefined) {
      pairs.push(SettingId.MAX_CONCURRENT_STREAMS, within("maxConcurrentStreams", maxConcurrentStreams, MAX_31_BIT));
    }
    if (initialWindowSize !== undefined) {
      pairs.push(SettingId.INITIAL_WINDOW_SIZE, within("initialWindowSize", initialWindowSize, 2 ** 30));
    }
    this.#maxConcurrentStreams = maxConcurrentStreams ?? this.#maxConcurrentStreams;
    this.#send(update, pairs);
  }

  #send(update: SettingsUpdate, pairs: readonly number[]): void {
    this.#sender.writer.settings(pairs);
    this.#pending.push(update);
  }

  /** Takes a SETTINGS frame; the peer's values hold, and are acknowledged. Answers what is wrong with it, if anything. */
  onFrame(flags: number, streamId: number, bytes: Uint8Array, start: number, end: number, fromServer: boolean):
    | ConnectionFault
    | undefined {
    const length = end - start;
    if (streamId !== 0) return { code: ErrorCode.PROTOCOL_ERROR, message: `SETTINGS on stream ${streamId}` };
    if (length % 6 !== 0 || (flags & FrameFlag.ACK && length > 0)) {
      return { code: ErrorCode.FRAME_SIZE_ERROR, message: `SETTINGS of ${length} octets` };
    }
    if (flags & FrameFlag.ACK) return this.#onAck();
    if (length > this.#limits.maxSettingsEntries * 6) {
      const message = `too_many_settings: ${
        length / 6
      } in one frame, above the limit of ${this.#limits.maxSettingsEntries}`;
      return { code: ErrorCode.ENHANCE_YOUR_CALM, message };
    }
    const { peer } = this.#sender;
    const formerWindow = peer.initialWindowSize;
    const fault = readSettings(peer, bytes, start, end, fromServer);
    if (fault !== undefined) return fault;
    // A change of the window costs a walk through all streams, which fifteen octets must not buy again and again.
    const moved = peer.initialWindowSize === formerWindow ? 0 : this.#streams.openCount;
    const waste = (this.#isGreeted ? this.#guard.onGlitch(1 + moved) : undefined) ?? this.#guard.onControlReply();
    if (waste !== undefined) return { code: ErrorCode.ENHANCE_YOUR_CALM, message: waste };
    if (!this.#sender.settingsChanged(formerWindow)) {
      const message = "SETTINGS_INITIAL_WINDOW_SIZE makes a window larger than 2147483647";
      return { code: ErrorCode.FLOW_CONTROL_ERROR, message };
    }
    this.#sender.writer.settingsAck();
    this.#isGreeted = true;
    return undefined;
  }

  /** Our oldest pending settings hold from here on. */
  #onAck(): ConnectionFault | undefined {
    const update = this.#pending.shift();
    if (update === undefined) {
      const waste = this.#guard.onGlitch();
      return waste === undefined ? undefined : { code: ErrorCode.ENHANCE_YOUR_CALM, message: waste };
    }
    this.#watch.onSettingsAck();
    if (update.headerTableSize !== undefined) this.#receiver.setHeaderTableSize(update.headerTableSize);
    const difference = (update.initialWindowSize ?? this.#initialWindowSize) - this.#initialWindowSize;
    if (difference !== 0) {
      this.#initialWindowSize += difference;
      for (const stream of this.#streams.all()) {
        stream.receiveWindow.shift(difference);
        this.#receiver.updateStream(stream);
      }
    }
    return undefined;
  }
}

function within(name: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new RangeError(`The setting ${name} is ${value}; it has to be a whole number from 0 to ${most}.`);
}
