// What has come of a body: chunks, or one piece. Most are one small chunk; a large one that is read whole goes straight to
// where it ends up as soon as enough of it has come, so that it is copied once. Before that, what a peer promises takes no
// memory: it may never send it.
import { joinChunks } from "../bytes/join_chunks.ts";
import type { BodyBudget } from "./body_budget.ts";

/** The share of the promised length that has to be there before memory is taken for all of it. */
const SHARE = 1 / 4;

const NO_BYTES = new Uint8Array(0);
/** Stands in for an empty list, and is never added to. */
const NO_CHUNKS: Uint8Array[] = [];

/** The part of a body that has come and is not read. */
export class ReceivedBody {
  /** How long a body that is read whole says that it is; -1 while it does not. It may turn out to be wrong. */
  promised = -1;
  readonly #budget: BodyBudget;
  #chunks: Uint8Array[] = NO_CHUNKS;
  /** The body as far as it has come, once there is memory for all of it. */
  #whole: Uint8Array | undefined;
  #size = 0;

  constructor(budget: BodyBudget) {
    this.#budget = budget;
  }

  /** Octets that are there. */
  get size(): number {
    return this.#size;
  }

  /** Octets of memory that are taken: those that are there, and those of {@link promised} once enough are. */
  get memory(): number {
    return this.#whole?.length ?? this.#size;
  }

  /** Copies a chunk behind what is there. */
  append(bytes: Uint8Array): void {
    const at = this.#size;
    const size = this.#size = at + bytes.length;
    const whole = this.#whole;
    if (whole === undefined) {
      // The only chunk is most often the body; and push() would make room for 17.
      if (at === 0) this.#chunks = [bytes.slice()];
      else if (this.#mayGather()) this.#gather().set(bytes, at);
      else this.#chunks.push(bytes.slice());
    } else if (size <= whole.length) {
      this.#budget.settle(bytes.length);
      whole.set(bytes, at);
    } else {
      this.#budget.settle(whole.length - at);
      this.#whole = undefined;
      this.#chunks = [whole.subarray(0, at), bytes.slice()];
      this.promised = -1;
    }
  }

  #mayGather(): boolean {
    const { promised } = this;
    const size = this.#size;
    return size >= promised * SHARE && size <= promised && this.#budget.expect(promised - size);
  }

  /** Takes memory for the whole body and puts the chunks there. */
  #gather(): Uint8Array {
    const whole = this.#whole = new Uint8Array(this.promised);
    let at = 0;
    for (const chunk of this.#chunks) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks = NO_CHUNKS;
    return whole;
  }

  /** How the body begins: so many octets or more, or all that are there. */
  start(octets: number): Uint8Array {
    if (this.#whole !== undefined) return this.#whole.subarray(0, this.#size);
    const [first = NO_BYTES] = this.#chunks;
    return first.length >= octets ? first : joinChunks(this.#chunks, this.#size);
  }

  /** Takes the first chunk of a body that is not read whole. */
  shift(): Uint8Array | undefined {
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) this.#size -= chunk.length;
    return chunk;
  }

  /** Takes all that is there, as one. */
  take(): Uint8Array {
    const all = this.#whole?.subarray(0, this.#size) ?? joinChunks(this.#chunks, this.#size);
    this.clear();
    return all;
  }

  /** Lets all go. */
  clear(): void {
    if (this.#whole !== undefined) this.#budget.settle(this.#whole.length - this.#size);
    this.#whole = undefined;
    this.#chunks = NO_CHUNKS;
    this.#size = 0;
  }
}
