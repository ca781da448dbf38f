// Calls to the app's own handlers, without a socket: what a network would carry crosses as it is, bytes and all. A caller
// that goes away is noticed as on a socket: the reply is given up, whether it is being read or not.
import { Code, ConnectError } from "@connectrpc/connect";
import type { UniversalClientFn, UniversalHandler, UniversalServerResponse } from "@connectrpc/connect/protocol";
import { messagesUntilAborted, untilAborted } from "../call/abort.ts";

/** An HTTP client whose requests are served by what `find` finds for their paths. */
export function inProcessClient(find: (path: string) => UniversalHandler | undefined): UniversalClientFn {
  return async ({ url, method, header, body, signal = new AbortController().signal }) => {
    const { pathname } = new URL(url);
    const handler = find(pathname);
    if (!handler) throw new ConnectError(`${pathname} is no method of this app`, Code.Unimplemented);
    const request = { httpVersion: "2.0", url, method, header, body: body ?? none(), signal };
    const response = await untilAborted(handler(request), signal);
    return {
      status: response.status,
      header: new Headers(response.header),
      // Trailers are complete only when the body has ended; the transport reads them then.
      trailer: response.trailer ?? new Headers(),
      body: replyBody(response, signal),
    };
  };
}

function replyBody(response: UniversalServerResponse, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const chunks = (response.body ?? none())[Symbol.asyncIterator]();
  // A reply that nobody reads any more would wait at its last chunk for ever.
  const giveUp = (): void => {
    chunks.return?.().catch(() => {});
  };
  if (signal.aborted) giveUp();
  else signal.addEventListener("abort", giveUp, { once: true });
  return messagesUntilAborted({ [Symbol.asyncIterator]: () => chunks }, signal);
}

async function* none(): AsyncGenerator<never, void> {}
