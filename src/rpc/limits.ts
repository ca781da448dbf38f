// The limits of calls, as they are given to an app, to a service and to a method: what the nearest leaves out is as the next one
// has it.

/** Limits of calls. */
export interface CallLimits {
  /**
   * The largest message that is received, in bytes, once decompressed: 1 to 4 GiB - 1. Beyond: `resource_exhausted`.
   * Default: 4 MiB.
   */
  readonly maxReceiveBytes?: number;
  /** The largest message that is sent, in bytes: 1 to 4 GiB - 1. Beyond: `resource_exhausted`. Default: 4 GiB - 1. */
  readonly maxSendBytes?: number;
  /** The longest timeout that a caller may ask for, in milliseconds. Beyond: `invalid_argument`. Default: no limit. */
  readonly maxTimeoutMs?: number;
  /** The timeout of calls whose callers ask for none, in milliseconds. Beyond: `deadline_exceeded`. Default: none. */
  readonly defaultTimeoutMs?: number;
  /** How many messages a stream may carry, each way. Beyond: `resource_exhausted`. Default: no limit. */
  readonly maxStreamMessages?: number;
  /** Messages smaller than this are sent as they are, not compressed, in bytes. Default: 1024. */
  readonly compressMinBytes?: number;
}

/** The largest length that an envelope can say. */
const maxEnvelopeBytes = 0xffff_ffff;

/** The limits there are, with the highest value of each. */
export const highestLimits: { readonly [name in keyof CallLimits]-?: number } = {
  maxReceiveBytes: maxEnvelopeBytes,
  maxSendBytes: maxEnvelopeBytes,
  maxTimeoutMs: Number.MAX_SAFE_INTEGER,
  defaultTimeoutMs: Number.MAX_SAFE_INTEGER,
  maxStreamMessages: Number.MAX_SAFE_INTEGER,
  compressMinBytes: maxEnvelopeBytes,
};
