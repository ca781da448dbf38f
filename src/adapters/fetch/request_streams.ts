// What this runtime's fetch can do with a request body that is made while it is sent.

/** Whether fetch sends streams, and whether it reads the response meanwhile. */
export interface RequestStreams {
  readonly streams: boolean;
  /** The response may begin before the request has ended: the Fetch standard has no such mode, some runtimes do. */
  readonly duplex: boolean;
}

/** What this runtime can do. */
export function requestStreams(): RequestStreams {
  const agent = globalThis.navigator?.userAgent ?? "";
  const isServer = /^(Bun|Deno|Node\.js|Cloudflare-Workers)/.test(agent);
  return { streams: supportsRequestStreams(isServer), duplex: isServer };
}

/** Whether Request takes a stream as its body here. Where it does not, it takes the stream for text, with its type. */
function supportsRequestStreams(isServer: boolean): boolean {
  let asked = false;
  try {
    const { headers } = new Request("http://localhost", {
      method: "POST",
      body: new ReadableStream(),
      get duplex() {
        asked = true;
        return "half";
      },
    } as RequestInit);
    // A browser that knows of `duplex` asks for it; Safari makes such a Request but cannot send it. Servers need not ask.
    return !headers.has("content-type") && (asked || isServer);
  } catch {
    return false;
  }
}
