// What a handler or an interceptor throws, as the caller gets it: a ConnectError as it is, its text bounded; anything else is
// unknown, is reported whole with an id, and reaches the caller as `internal` with nothing but that id. So is a ConnectError
// that no protocol can send.
import type { DescMethod } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";
import { detailBytes } from "../codec/error_detail.ts";
import { withStatusText } from "../rpc/status_text.ts";
import { abortError } from "../rpc/abort.ts";

/** Where an unknown error came from, and the id that the caller was given. */
export interface UnknownErrorInfo {
  /** Eight hexadecimal digits, also in the error that the caller got. */
  readonly id: string;
  /** `shop.v1.Orders/GetOrder`. */
  readonly method: string;
}

/** Takes the report of an unknown error. What it returns is not looked at, and a promise not waited for. */
export type ReportUnknownError = (error: unknown, info: UnknownErrorInfo) => unknown;

/** Masks and reports unknown errors. */
export class ErrorMask {
  readonly #report: ReportUnknownError;

  constructor(report: ReportUnknownError = reportToConsole) {
    this.#report = report;
  }

  /** The error to send for a thrown value. The signal of the call is asked for only where it says more than the error. */
  mask(error: unknown, method: DescMethod, signalOf: () => AbortSignal): ConnectError {
    if (error instanceof ConnectError) {
      const flaw = flawOf(error);
      return flaw ? this.#unknown(flaw, method) : withStatusText(error);
    }
    const signal = signalOf();
    // What a handler throws because its signal aborted says no more than the signal does.
    if (signal.aborted && error instanceof Error && (error === signal.reason || error.name === "AbortError")) {
      return abortError(signal);
    }
    return this.#unknown(error, method);
  }

  /** Reports an error that nobody is told of; answers its id. */
  report(error: unknown, method: DescMethod): string {
    const id = crypto.randomUUID().slice(0, 8);
    const failed = (reportError: unknown): void =>
      reportToConsole(reportError, { id, method: "the report of an unknown error" });
    try {
      const reported = this.#report(error, { id, method: `${method.parent.typeName}/${method.name}` });
      Promise.resolve(reported).catch(failed);
    } catch (reportError) {
      failed(reportError);
    }
    return id;
  }

  #unknown(error: unknown, method: DescMethod): ConnectError {
    const id = this.report(error, method);
    return new ConnectError(`internal error, id ${id}`, Code.Internal, undefined, undefined, error);
  }
}

/** Why an error can't be sent, where it can't. */
function flawOf(error: ConnectError): Error | undefined {
  const { code, details } = error;
  if (!Number.isInteger(code) || code < Code.Canceled || code > Code.Unauthenticated) {
    return new RangeError(`${code} is no code of an error. Use one of Code, 1 to 16.`, { cause: error });
  }
  for (const detail of details) {
    if (!("desc" in detail)) continue;
    try {
      detailBytes(detail.desc, detail.value);
    } catch (cause) {
      return new TypeError(`A detail of the error is no ${detail.desc.typeName}: ${String(cause)}`, { cause: error });
    }
  }
  return undefined;
}

function reportToConsole(error: unknown, { id, method }: UnknownErrorInfo): void {
  console.error(`sigil: ${method} threw an unknown error, id ${id}:`, error);
}
