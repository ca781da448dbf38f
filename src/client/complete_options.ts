// The options of one call: its own, its client's, and what the call says in whose handler it is made.
import type { DescMethod } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";
import type { CallOptions } from "../rpc/call_options.ts";
import { currentCall } from "../rpc/current_call.ts";
import type { HandlerContext } from "../rpc/handler_context.ts";
import type { ClientOptions } from "./client.ts";
import type { CallCredentials } from "./credentials.ts";

/** Completes the options of calls of one method. No new object where the call's own options say all. */
export function optionsCompleter(
  desc: DescMethod,
  baseUrl: string | undefined,
  client: ClientOptions,
): (given: CallOptions) => CallOptions | Promise<CallOptions> {
  const { defaultTimeoutMs, waitForReady, credentials, followCalls = true, forwardMetadata = [] } = client;
  return (given) => {
    let options = given;
    const isTimed = given.timeoutMs !== undefined || defaultTimeoutMs === undefined;
    if (!isTimed || given.waitForReady === undefined && waitForReady !== undefined) {
      const timeoutMs = given.timeoutMs ?? defaultTimeoutMs;
      options = { ...given, timeoutMs, waitForReady: given.waitForReady ?? waitForReady };
    }
    const call = followCalls ? currentCall() : undefined;
    if (call !== undefined) options = within(call, options, forwardMetadata);
    return credentials === undefined ? options : withCredentials(options, credentials, desc, baseUrl);
  };
}

/** Options under which a call ends with the one that it is made in, at the latest. */
function within(call: HandlerContext, options: CallOptions, forwardMetadata: readonly string[]): CallOptions {
  const leftMs = call.timeoutMs();
  if (leftMs !== undefined && leftMs <= 0) throw new ConnectError("the deadline passed", Code.DeadlineExceeded);
  const own = options.timeoutMs !== undefined && options.timeoutMs > 0 ? options.timeoutMs : undefined;
  const timeoutMs = leftMs === undefined ? own : Math.min(leftMs, own ?? leftMs);
  const signal = options.signal ? AbortSignal.any([options.signal, call.signal]) : call.signal;
  if (forwardMetadata.length === 0) return { ...options, timeoutMs, signal };
  const headers = new Headers(options.headers);
  for (const name of forwardMetadata) {
    const value = call.requestHeader.get(name);
    if (value !== null && !headers.has(name)) headers.set(name, value);
  }
  return { ...options, timeoutMs, signal, headers };
}

function withCredentials(
  options: CallOptions,
  credentials: CallCredentials,
  { parent, name }: DescMethod,
  baseUrl: string | undefined,
): CallOptions | Promise<CallOptions> {
  const add = (metadata: HeadersInit): CallOptions => {
    const headers = new Headers(options.headers);
    new Headers(metadata).forEach((value, name) => headers.set(name, value));
    return { ...options, headers };
  };
  const metadata = credentials({ service: parent.typeName, method: name, baseUrl });
  return metadata instanceof Promise ? metadata.then(add) : add(metadata);
}
