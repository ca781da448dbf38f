// Which compression a message is in, and which one the answer to it may be in: what the headers of the three protocols name,
// set against the codings that an app has. RFC 9110 12.5.3; gRPC: https://github.com/grpc/grpc/blob/master/doc/compression.md
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";
import type { Compression } from "../rpc/compression.ts";

// Callers send one of few lists, over and over; a hostile one must not fill the memory with others.
const maxKnownLists = 32;

/** The codings of an app, by the names that headers give them. */
export class Codings {
  /** What is known here, as headers list it: `"gzip,br"`; empty where nothing is. */
  readonly names: string;
  readonly #codings: readonly Compression[];
  readonly #knownLists = new Map<string, Compression | undefined>();

  constructor(codings: readonly Compression[]) {
    this.#codings = codings;
    this.names = codings.map((coding) => coding.name).join(",");
  }

  /**
   * The coding that a message is said to be in; undefined for none, and for `identity`.
   * @throws ConnectError `unimplemented` for one that is not known, naming those that are.
   */
  named(name: string | undefined): Compression | undefined {
    if (name === undefined || name === "" || name === "identity") return undefined;
    const coding = this.#codings.find((coding) => coding.name === name);
    if (coding) return coding;
    const known = this.names.replaceAll(",", ", ") || "none";
    throw new ConnectError(`unknown compression "${name}": this server knows ${known}`, Code.Unimplemented);
  }

  /**
   * The coding for an answer: of those known here the one that the caller's list weighs most, the earlier of equals. Undefined
   * where none is in the list: who did not list a coding gets nothing in it.
   */
  accepted(list: string | undefined): Compression | undefined {
    if (list === undefined || this.#codings.length === 0) return undefined;
    if (this.#knownLists.has(list)) return this.#knownLists.get(list);
    const coding = this.#heaviest(list);
    if (this.#knownLists.size < maxKnownLists) this.#knownLists.set(list, coding);
    return coding;
  }

  #heaviest(list: string): Compression | undefined {
    let best: Compression | undefined;
    let most = 0;
    for (const entry of list.split(",")) {
      const [name, ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase());
      const weight = weightOf(parameters);
      const coding = weight > most ? this.#codings.find((coding) => coding.name === name) : undefined;
      if (coding) [best, most] = [coding, weight];
    }
    return best;
  }
}

// RFC 9110 12.4.2: 0 forbids; without a weight it is 1, and what is no weight counts for nothing.
function weightOf(parameters: readonly string[]): number {
  const given = parameters.find((parameter) => parameter.startsWith("q="));
  if (given === undefined) return 1;
  const weight = Number(given.slice(2));
  return weight >= 0 && weight <= 1 ? weight : 0;
}

/**
 * A message out of its coding, at most `maxBytes` bytes of it. An empty one is in no coding, whatever its headers say.
 * @throws ConnectError `resource_exhausted` beyond the limit; `malformed` for bytes that are not in the coding.
 */
export function decompressed(
  coding: Compression,
  bytes: Uint8Array,
  maxBytes: number,
  malformed: Code,
): Uint8Array | Promise<Uint8Array> {
  if (bytes.byteLength === 0) return bytes;
  const refuse = (error: unknown): never => {
    if (error instanceof ConnectError && error.code === Code.ResourceExhausted) throw error;
    throw new ConnectError(`the message is no valid ${coding.name}`, malformed, undefined, undefined, error);
  };
  try {
    const message = coding.decompress(bytes, maxBytes);
    return message instanceof Uint8Array ? message : message.catch(refuse);
  } catch (error) {
    return refuse(error);
  }
}
