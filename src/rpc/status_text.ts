// The text of a status as it may be sent. gRPC carries it in a header, which holds Unicode only where it is well-formed, and
// which a peer refuses, with the whole connection, where it is too large (RFC 9113 10.5.1).
import { ConnectError } from "./connect_error.ts";

/** The longest text of a status that is sent, in UTF-16 units; what is over is cut off. */
export const maxStatusTextLength = 4096;

/** A text that every protocol can send: lone surrogates replaced, at most {@link maxStatusTextLength} long. */
export function statusText(text: string): string {
  const cut = text.length > maxStatusTextLength ? `${text.slice(0, maxStatusTextLength - 1)}…` : text;
  return cut.toWellFormed();
}

/** The error with a text that every protocol can send; itself where it has one. */
export function withStatusText(error: ConnectError): ConnectError {
  const text = statusText(error.rawMessage);
  if (text === error.rawMessage) return error;
  const bounded = new ConnectError(text, error.code, error.metadata, undefined, error.cause);
  bounded.details = error.details;
  return bounded;
}
