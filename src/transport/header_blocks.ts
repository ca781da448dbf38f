// Header blocks of replies. A list that a protocol has frozen cannot change, so it is checked and encoded once and sent as the
// same octets from then on (RFC 7541 6.2.2: literals without indexing depend on no table). Other lists are checked each time.
import type { HeaderList } from "../http/exchange.ts";
import { sendableHeaders } from "../http/header_check.ts";
import { encodeBlock } from "../http2/hpack/encoder.ts";
import type { HeaderBlock } from "../http2/stream.ts";

/** A list's block, with the status that stands in it; 0 for trailers. */
interface KnownBlock {
  readonly status: number;
  readonly block: Uint8Array;
}

/** Makes blocks of lists, and remembers those of frozen ones, for as long as the lists live. */
export class HeaderBlocks {
  readonly #known = new WeakMap<HeaderList, KnownBlock>();

  /**
   * What is sent for a list: the head of a reply with this status, or trailers where it is 0.
   * @throws TypeError on a field that HTTP cannot carry.
   */
  blockOf(list: HeaderList, status: number): HeaderBlock {
    const known = this.#known.get(list);
    if (known !== undefined && known.status === status) return known.block;
    const isFrozen = Object.isFrozen(list);
    const fields = sendableHeaders(list, status === 0 ? undefined : [":status", String(status)]);
    if (!isFrozen || !list.every((field) => Object.isFrozen(field))) return fields;
    const block = encodeBlock(fields);
    this.#known.set(list, { status, block });
    return block;
  }
}
