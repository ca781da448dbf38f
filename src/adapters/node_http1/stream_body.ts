// The body of a request, or of a reply on the client, pulled from a node:stream Readable: chunk by chunk with
// back-pressure, or whole with a limit. Reads by `data` events and pause(), which Node, Bun and Deno agree on.
import type { Readable } from "node:stream";
import { BodyTooLargeError } from "../../http/exchange.ts";
import { joinChunks } from "../../bytes/join_chunks.ts";

interface Waiter {
  resolve(chunk: Uint8Array | undefined): void;
  reject(reason: unknown): void;
}

/** Tells a body that has ended from one that was broken off, for which streams emit `end` as well. */
export interface EndCheck {
  /** The end is known to be the peer's own. */
  sure(): boolean;
  /** The stream is known to have been reset, or its connection lost. Asked one turn after an `end` that is not sure. */
  broken(): boolean;
}

/** Pulls bytes from a Readable. Nothing is read from it before the first call. */
export class StreamBody {
  readonly #source: Readable;
  readonly #check: EndCheck;
  readonly #queue: Uint8Array[] = [];
  #attached = false;
  #discarding = false;
  #ended = false;
  #failed = false;
  #failure: unknown;
  #waiter: Waiter | undefined;
  #onChunk: ((chunk: Uint8Array) => void) | undefined;

  /** Whoever makes one calls {@link StreamBody.fail} when the stream breaks, which follows an `end` that is broken. */
  constructor(source: Readable, check: EndCheck) {
    this.#source = source;
    this.#check = check;
  }

  /** True once the last chunk has arrived from the peer; it need not have been read yet. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The next chunk, or undefined at the end. One call at a time. Rejects with the reason given to {@link fail}. */
  read(): Promise<Uint8Array | undefined> {
    this.#attach();
    const chunk = this.#queue.shift();
    if (chunk !== undefined) return Promise.resolve(chunk);
    if (this.#failed) return Promise.reject(this.#failure);
    if (this.#ended || this.#discarding) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
      this.#source.resume();
    });
  }

  /**
   * All of the body, at most `maxBytes` bytes.
   * @throws BodyTooLargeError as a rejection; the rest of the body is discarded as it arrives.
   */
  readWhole(maxBytes: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const chunks: Uint8Array[] = [];
      let size = 0;
      this.#onChunk = (chunk) => {
        size += chunk.byteLength;
        if (size > maxBytes) {
          this.#waiter = undefined;
          reject(new BodyTooLargeError(maxBytes));
          this.discard();
        } else chunks.push(chunk);
      };
      this.#waiter = { resolve: () => resolve(joinChunks(chunks, size)), reject };
      this.#attach();
      for (const chunk of this.#queue.splice(0)) this.#onChunk?.(chunk);
      if (this.#failed) reject(this.#failure);
      else if (this.#ended) resolve(joinChunks(chunks, size));
      else this.#source.resume();
    });
  }

  /** Lets whatever is still to come flow away unread. */
  discard(): void {
    this.#discarding = true;
    this.#queue.length = 0;
    this.#onChunk = undefined;
    this.#settle();
    if (this.#ended || this.#source.destroyed) return;
    this.#attach();
    this.#source.resume();
  }

  /** Ends the body with a failure: what has not been read is lost, and reads reject with `reason`. */
  fail(reason: unknown): void {
    if (this.#ended || this.#failed) return;
    this.#failed = true;
    this.#failure = reason;
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.reject(reason);
  }

  /**
   * Tells that the stream was closed after all of the body had arrived. What nobody has read yet is kept: runtimes differ
   * in whether they wait for that, and in whether they emit `end` at all then.
   */
  finish(): void {
    if (this.#ended || this.#failed) return;
    this.#attached = true;
    this.#source.off("data", this.#take);
    for (let data = this.#source.read(); data !== null; data = this.#source.read()) this.#take(data);
    this.#end();
  }

  #attach(): void {
    if (this.#attached) return;
    this.#attached = true;
    this.#source.on("data", this.#take);
    this.#source.on("end", () => {
      if (this.#check.sure()) this.#end();
      else {
        setImmediate(() => {
          if (!this.#check.broken()) this.#end();
        });
      }
    });
  }

  #take = (data: Uint8Array): void => {
    if (this.#discarding || this.#failed) return;
    // A plain view: Buffer's slice() shares memory where Uint8Array's copies, and callers rely on the latter.
    const chunk = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    if (chunk.byteLength === 0) return;
    if (this.#onChunk !== undefined) {
      this.#onChunk(chunk);
      return;
    }
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter === undefined) this.#queue.push(chunk);
    else waiter.resolve(chunk);
    this.#source.pause();
  };

  #end(): void {
    if (this.#failed) return;
    this.#ended = true;
    this.#settle();
  }

  #settle(): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.resolve(undefined);
  }
}
