// Calls to an app in the same process. Apart from the app's own class, so that bundles on the edge carry it only where it is used.
import type { Transport } from "@connectrpc/connect";
import { CallTransport } from "./protocol/call_transport.ts";
import { connectClient } from "./protocol/connect/client.ts";
import { defaultCompressMinBytes } from "./rpc/compression.ts";
import type { App } from "./server/app.ts";
import { InProcessClient } from "./server/in_process.ts";

/** The largest length that an envelope can say. */
const maxEnvelopeBytes = 0xffff_ffff;

/**
 * Makes a transport that calls an app in process: no port, the whole chain of interceptors, messages encoded and decoded.
 * Calls of a service that the app does not serve end with `unimplemented`.
 *
 * @param app an app of `sigil` or of `sigil/edge`.
 * @example
 * ```ts
 * const greeter = createClient(Greeter, inProcessTransport(app));
 * ```
 */
export function inProcessTransport(app: Pick<App, "handler">): Transport {
  return new CallTransport(connectClient, {
    http: new InProcessClient(app.handler),
    baseUrl: "http://in-process.invalid",
    format: "binary",
    maxReceiveBytes: maxEnvelopeBytes,
    maxSendBytes: maxEnvelopeBytes,
    acceptCompression: [],
    sendCompression: undefined,
    compressMinBytes: defaultCompressMinBytes,
  });
}
