// Short makers of errors, one a code of gRPC. Each throws a ConnectError, so that it can stand where a value is expected:
// `return order ?? notFound("order 42")`. Codes: https://grpc.io/docs/guides/status-codes/
import type { DescMessage, MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { ConnectError } from "./connect_error.ts";

/** What an error can carry beside its text, of which at most 4,096 UTF-16 units are sent. */
export interface ErrorOptions {
  /** Messages for programs to read, as google.rpc.Status has them. */
  readonly details?: ReadonlyArray<{ readonly desc: DescMessage; readonly value: MessageInitShape<DescMessage> }>;
  /** Headers that go to the caller with the error. */
  readonly metadata?: HeadersInit;
  /** The error behind this one. It is not sent. */
  readonly cause?: unknown;
}

function fail(code: Code, message: string, options: ErrorOptions): never {
  throw new ConnectError(message, code, options.metadata, options.details?.slice(), options.cause);
}

/** Throws `canceled`: the caller no longer wants the answer. */
export function canceled(message: string, options: ErrorOptions = {}): never {
  return fail(Code.Canceled, message, options);
}

/** Throws `invalid_argument`: the request is wrong whatever the state of the system. */
export function invalidArgument(message: string, options: ErrorOptions = {}): never {
  return fail(Code.InvalidArgument, message, options);
}

/** Throws `deadline_exceeded`: the time ran out. */
export function deadlineExceeded(message: string, options: ErrorOptions = {}): never {
  return fail(Code.DeadlineExceeded, message, options);
}

/** Throws `not_found`: what was asked for does not exist. */
export function notFound(message: string, options: ErrorOptions = {}): never {
  return fail(Code.NotFound, message, options);
}

/** Throws `already_exists`: what was to be made is there. */
export function alreadyExists(message: string, options: ErrorOptions = {}): never {
  return fail(Code.AlreadyExists, message, options);
}

/** Throws `permission_denied`: the caller is known and may not do this. */
export function permissionDenied(message: string, options: ErrorOptions = {}): never {
  return fail(Code.PermissionDenied, message, options);
}

/** Throws `resource_exhausted`: a quota or a limit is used up. */
export function resourceExhausted(message: string, options: ErrorOptions = {}): never {
  return fail(Code.ResourceExhausted, message, options);
}

/** Throws `failed_precondition`: the system is not in the state that this needs; repeating won't help. */
export function failedPrecondition(message: string, options: ErrorOptions = {}): never {
  return fail(Code.FailedPrecondition, message, options);
}

/** Throws `aborted`: the operation lost against another; repeat the whole of it. */
export function aborted(message: string, options: ErrorOptions = {}): never {
  return fail(Code.Aborted, message, options);
}

/** Throws `out_of_range`: past the end of something that may grow. */
export function outOfRange(message: string, options: ErrorOptions = {}): never {
  return fail(Code.OutOfRange, message, options);
}

/** Throws `unimplemented`: this server does not do that. */
export function unimplemented(message: string, options: ErrorOptions = {}): never {
  return fail(Code.Unimplemented, message, options);
}

/** Throws `internal`: something that must hold did not. The text is sent to the caller. */
export function internal(message: string, options: ErrorOptions = {}): never {
  return fail(Code.Internal, message, options);
}

/** Throws `unavailable`: not now; repeat the call later. */
export function unavailable(message: string, options: ErrorOptions = {}): never {
  return fail(Code.Unavailable, message, options);
}

/** Throws `data_loss`: data is lost or damaged for good. */
export function dataLoss(message: string, options: ErrorOptions = {}): never {
  return fail(Code.DataLoss, message, options);
}

/** Throws `unauthenticated`: the caller did not show who it is. */
export function unauthenticated(message: string, options: ErrorOptions = {}): never {
  return fail(Code.Unauthenticated, message, options);
}
