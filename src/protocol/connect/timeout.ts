// Timeouts on the wire, in Connect's form. https://connectrpc.com/docs/protocol#unary-request (Timeout)
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../../rpc/connect_error.ts";

/**
 * Reads `connect-timeout-ms`: at most ten digits. Answers milliseconds; undefined where the header is absent.
 * @throws ConnectError `invalid_argument` for anything else, and for more than `maxMs`.
 */
export function parseConnectTimeout(value: string | undefined, maxMs: number): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,10}$/.test(value)) {
    throw new ConnectError(`"${value}" is no connect-timeout-ms: it is up to ten digits`, Code.InvalidArgument);
  }
  const timeoutMs = Number(value);
  if (timeoutMs <= maxMs) return timeoutMs;
  throw new ConnectError(
    `a timeout of ${timeoutMs} ms is over this server's limit of ${maxMs} ms`,
    Code.InvalidArgument,
  );
}

/** Writes a timeout as `connect-timeout-ms`: whole milliseconds, of which ten digits can be said (115 days). */
export function formatConnectTimeout(timeoutMs: number): string {
  return String(Math.min(Math.ceil(timeoutMs), 9_999_999_999));
}
