// What a handler or an interceptor throws, as the caller gets it: a ConnectError as it is; anything else is unknown, is
// reported whole with an id, and reaches the caller as `internal` with nothing but that id.
import type { DescMethod } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { abortError } from "./abort.ts";

/** Where an unknown error came from, and the id that the caller was given. */
export interface UnknownErrorInfo {
  /** Eight hexadecimal digits, also in the error that the caller got. */
  readonly id: string;
  /** `shop.v1.Orders/GetOrder`. */
  readonly method: string;
}

/** Takes the report of an unknown error. */
export type ReportUnknownError = (error: unknown, info: UnknownErrorInfo) => void;

/** Masks and reports unknown errors. */
export class ErrorMask {
  readonly #report: ReportUnknownError;

  constructor(report: ReportUnknownError = reportToConsole) {
    this.#report = report;
  }

  /** The error to send for a thrown value. The signal of the call is asked for only where it says more than the error. */
  mask(error: unknown, method: DescMethod, signalOf: () => AbortSignal): ConnectError {
    if (error instanceof ConnectError) return error;
    const signal = signalOf();
    // What a handler throws because its signal aborted says no more than the signal does.
    if (signal.aborted && error instanceof Error && (error === signal.reason || error.name === "AbortError")) {
      return abortError(signal);
    }
    const id = this.report(error, method);
    return new ConnectError(`internal error, id ${id}`, Code.Internal, undefined, undefined, error);
  }

  /** Reports an error that nobody is told of; answers its id. */
  report(error: unknown, method: DescMethod): string {
    const id = crypto.randomUUID().slice(0, 8);
    try {
      this.#report(error, { id, method: `${method.parent.typeName}/${method.name}` });
    } catch (reportError) {
      reportToConsole(reportError, { id, method: "the report of an unknown error" });
    }
    return id;
  }
}

function reportToConsole(error: unknown, { id, method }: UnknownErrorInfo): void {
  console.error(`sigil: ${method} threw an unknown error, id ${id}:`, error);
}
