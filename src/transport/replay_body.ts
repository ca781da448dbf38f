// The body of a request that may have to be sent a second time, after a server refused it unprocessed (RFC 9113 8.7).
// What was sent is kept up to a limit; a body that grew past it cannot be sent again.

/** Where one attempt to send the body stands. */
export interface ReplayCursor {
  position: number;
}

/** Pulls chunks from an iterable once, and gives them as often as they are asked for while it is replayable. */
export class ReplayBody {
  readonly #iterator: AsyncIterator<Uint8Array>;
  readonly #keepBytes: number;
  readonly #kept: Uint8Array[] = [];
  /** Position of the first chunk in `#kept`. */
  #base = 0;
  #size = 0;
  #ended = false;
  #replayable = true;
  #pull: Promise<void> | undefined;

  /** @param keepBytes The most that is kept for another attempt, in bytes. */
  constructor(body: AsyncIterable<Uint8Array>, keepBytes: number) {
    this.#iterator = body[Symbol.asyncIterator]();
    this.#keepBytes = keepBytes;
  }

  /** True while all that was sent can be sent again. */
  get replayable(): boolean {
    return this.#replayable;
  }

  /** Tells that no other attempt will be made: chunks are let go as they are sent. */
  commit(): void {
    this.#replayable = false;
  }

  /** The chunk at the cursor, which moves on, or undefined at the end. Rejects as the iterable does. */
  async next(cursor: ReplayCursor): Promise<Uint8Array | undefined> {
    for (;;) {
      const index = cursor.position - this.#base;
      if (index < this.#kept.length) {
        const chunk = this.#kept[index];
        cursor.position++;
        if (!this.#replayable) {
          this.#kept.splice(0, index + 1);
          this.#base = cursor.position;
        }
        return chunk;
      }
      if (this.#ended) return undefined;
      // Shared with an earlier attempt that may still be waiting: what it pulls is this one's next chunk.
      await (this.#pull ??= this.#take());
    }
  }

  /** Tells the iterable that nothing more is wanted of it. */
  cancel(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#replayable = false;
    // A generator that is in the middle of its own await answers later, or with an error that nobody waits for.
    this.#iterator.return?.().catch(() => {});
  }

  async #take(): Promise<void> {
    try {
      const { done, value } = await this.#iterator.next();
      if (done) {
        this.#ended = true;
        return;
      }
      this.#kept.push(value);
      this.#size += value.byteLength;
      if (this.#size > this.#keepBytes) this.#replayable = false;
    } catch (error) {
      this.#ended = true;
      throw error;
    } finally {
      this.#pull = undefined;
    }
  }
}
