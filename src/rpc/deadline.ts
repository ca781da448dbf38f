// Timeouts: as timers count them, and on the wire in gRPC's form. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests (Timeout)
import { Code } from "@connectrpc/connect";
import { ConnectError } from "./connect_error.ts";

/** The longest time that a timer takes, in milliseconds: timers count in 32 bits, and end at once where it is longer. */
export const maxTimerMs: number = 2 ** 31 - 1;

const unitMs: { readonly [unit: string]: number } = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/**
 * Reads `grpc-timeout`: at most eight digits and a unit. Answers milliseconds; undefined where the header is absent.
 * @throws ConnectError `invalid_argument` for anything else, and for more than `maxMs`.
 */
export function parseGrpcTimeout(value: string | undefined, maxMs: number): number | undefined {
  if (value === undefined) return undefined;
  const match = /^(\d{1,8})([HMSmun])$/.exec(value);
  if (!match) {
    const form = "it is up to eight digits and one of H, M, S, m, u, n";
    throw new ConnectError(`"${value}" is no grpc-timeout: ${form}`, Code.InvalidArgument);
  }
  const timeoutMs = Number(match[1]) * unitMs[match[2]];
  if (timeoutMs > maxMs) {
    throw new ConnectError(
      `a timeout of ${timeoutMs} ms is over this server's limit of ${maxMs} ms`,
      Code.InvalidArgument,
    );
  }
  return timeoutMs;
}

/** Writes a timeout of whole milliseconds as `grpc-timeout`: in the finest unit that needs no more than eight digits. */
export function formatGrpcTimeout(timeoutMs: number): string {
  for (const unit of ["m", "S", "M"]) {
    const count = Math.ceil(timeoutMs / unitMs[unit]);
    if (count <= 99_999_999) return `${count}${unit}`;
  }
  return `${Math.min(99_999_999, Math.ceil(timeoutMs / unitMs.H))}H`;
}
