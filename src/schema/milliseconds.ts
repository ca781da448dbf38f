// Milliseconds in place of a google.protobuf.Duration: a module of its own, which only programs that use it carry.
// https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/duration.proto
import type { DescMessage } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";
import type { HeldType } from "./field_type.ts";
import { describe } from "./resolve.ts";
import { durationFile } from "./timestamp.ts";

/** duration.proto: about 10,000 years. */
const greatestSeconds = 315_576_000_000;

/**
 * The type of a field that holds a `google.protobuf.Duration` as a number of milliseconds, from -315,576,000,000,000 to
 * 315,576,000,000,000. Fractions are kept to the nanosecond, as far as a number has room for them.
 *
 * @example
 * ```ts
 * @Field(3, Milliseconds)
 * timeoutMs?: number;
 * ```
 */
export const Milliseconds: HeldType<number> = {
  kind: "held",
  get desc(): DescMessage {
    return durationFile().messages[0];
  },
  toMessage(value, place) {
    const ms = typeof value === "number" ? value : NaN;
    let seconds = Math.trunc(ms / 1000);
    let nanos = Math.round((ms - seconds * 1000) * 1e6);
    if (Math.abs(nanos) === 1e9) {
      seconds += Math.sign(nanos);
      nanos = 0;
    }
    if (Math.abs(seconds) < greatestSeconds || (Math.abs(seconds) === greatestSeconds && nanos === 0)) {
      // Plus zero for minus zero, which is none on the wire.
      return { $typeName: "google.protobuf.Duration", seconds: BigInt(seconds), nanos: nanos + 0 };
    }
    throw new TypeError(
      `${place}: expected milliseconds from -${greatestSeconds}000 to ${greatestSeconds}000, got ${describe(value)}.`,
    );
  },
  toValue(message, place) {
    const seconds = Number(message.seconds);
    const nanos = Number(message.nanos);
    if (Math.abs(seconds) <= greatestSeconds && Math.abs(nanos) <= 999_999_999 && seconds * nanos >= 0) {
      return seconds * 1000 + nanos / 1e6;
    }
    throw new ConnectError(
      `${place}: ${
        BigInt(seconds)
      } seconds and ${nanos} nanoseconds are no duration: both have one sign, the seconds are ` +
        `${greatestSeconds} at most, and the nanoseconds less than a second`,
      Code.InvalidArgument,
    );
  },
};
