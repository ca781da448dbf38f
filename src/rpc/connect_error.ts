// The error that calls end with: connect-es's, whose class it stands in for, as that brings protobuf-es's codecs with it. Each
// of the two takes errors of the other for its own: connect-es asks for the shape, and so does this.
// https://connectrpc.com/docs/web/errors
import type { DescMessage, Message, MessageInitShape, MessageShape, Registry } from "@bufbuild/protobuf";
import { Code, type ConnectError as ConnectErrorShape } from "@connectrpc/connect";

/** A message that goes with an error, or one that came with it. */
export type ErrorDetail = ConnectErrorShape["details"][number];

/** Makes messages of details; the floor of codecs has it. */
export interface DetailReader {
  /** A message of its plain object. */
  create(desc: DescMessage, value: MessageInitShape<DescMessage>): Message;
  /** A message of its bytes. @throws for what is none. */
  fromBinary(desc: DescMessage, bytes: Uint8Array): Message;
}

let reader: DetailReader | undefined;

/** Notes what reads details: called once by the module that has the codecs. */
export function readDetailsWith(made: DetailReader): void {
  reader = made;
}

/** `not_found`. */
export function codeName(code: Code): string {
  return (Code[code] ?? "Unknown").replace(/(?!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}

/** An error with a code, which its caller gets: connect-es's `ConnectError`, and taken for one by its `instanceof`. */
export class ConnectError extends Error implements ConnectErrorShape {
  override name = "ConnectError";
  /** What kind of error it is. */
  readonly code: Code;
  /** Headers and trailers that came with the error, or go with it. */
  readonly metadata: Headers;
  /** Messages for programs to read; `findDetails` reads those that came over the wire. */
  details: ErrorDetail[];
  /** The text without the code in front. */
  readonly rawMessage: string;
  override cause: unknown;
  /** Whether a client made it of what a server sent. */
  isWireError = false;

  /** @param message the text, which `message` has behind the code: `[not_found] no order 42`. */
  constructor(
    message: string,
    code: Code = Code.Unknown,
    metadata?: HeadersInit,
    outgoingDetails?: Extract<ErrorDetail, { desc: DescMessage }>[],
    cause?: unknown,
  ) {
    super(message === "" ? `[${codeName(code)}]` : `[${codeName(code)}] ${message}`);
    this.rawMessage = message;
    this.code = code;
    this.metadata = new Headers(metadata);
    this.details = outgoingDetails ?? [];
    this.cause = cause;
  }

  /**
   * The error for whatever was thrown: itself where it is one; `canceled` for aborts and timeouts of fetch; else with `code`,
   * and the cause is what was thrown.
   */
  static from(reason: unknown, code: Code = Code.Unknown): ConnectError {
    if (reason instanceof ConnectError) return reason;
    if (!(reason instanceof Error)) return new ConnectError(String(reason), code, undefined, undefined, reason);
    if (reason.name === "AbortError" || reason.name === "TimeoutError") {
      return new ConnectError(reason.message, Code.Canceled);
    }
    return new ConnectError(reason.message, code, undefined, undefined, reason);
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (!(value instanceof Error)) return false;
    if (Object.getPrototypeOf(value) === ConnectError.prototype) return true;
    const { name, code, details, rawMessage } = value as Partial<ConnectError>;
    return name === "ConnectError" && typeof code === "number" && "metadata" in value && Array.isArray(details) &&
      typeof rawMessage === "string" && "cause" in value;
  }

  /** The details of a type, or of all types of a registry. Those that can't be read are left out. */
  findDetails<Desc extends DescMessage>(desc: Desc): MessageShape<Desc>[];
  findDetails(registry: Registry): Message[];
  findDetails(types: DescMessage | Registry): Message[] {
    const { details } = this;
    return details.flatMap((detail) => {
      const name = "desc" in detail ? detail.desc.typeName : detail.type;
      const desc = types.kind === "registry" ? types.getMessage(name) : types.typeName === name ? types : undefined;
      if (!desc || !reader) return [];
      if ("desc" in detail) return [reader.create(detail.desc, detail.value)];
      try {
        return [reader.fromBinary(desc, detail.value)];
      } catch {
        // A detail is beside the point that the code makes, and a reader of errors has none to catch.
        return [];
      }
    });
  }
}
