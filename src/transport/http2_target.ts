// Where a request over HTTP/2 goes: the connection that its URL means, and the head to send on it (RFC 9113 8.3.1).
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";
import type { Endpoint } from "../http/client_exchange.ts";
import type { HeaderList } from "../http/exchange.ts";

/** Where a connection goes to. */
export interface Http2Target {
  /** `http` or `https`; for a unix socket `http`. */
  readonly scheme: "http" | "https";
  /** The name or address to connect to, an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Path of a unix socket, which stands in for host and port. */
  readonly socketPath: string | undefined;
  /** What requests name as `:authority`. */
  readonly authority: string;
  /** The address as messages show it: `host:port` or `unix:path`. */
  readonly address: string;
  /** Requests with the same key can share a connection. */
  readonly key: string;
}

/** A URL taken apart. */
export interface Http2Location {
  readonly target: Http2Target;
  /** Path and query. */
  readonly path: string;
}

/**
 * Takes a URL apart.
 * @param socketPath a unix socket to connect to, whatever the host of the URL
 * @throws ConnectError `invalid_argument` where the URL is of another scheme, or not one at all
 */
export function locate(url: string, socketPath: string | undefined): Http2Location {
  if (url.startsWith("unix:")) {
    // The last two segments are the method's path (`/package.Service/Method`), all before them is the socket's.
    const match = /^unix:(?:\/\/)?(.+?)(\/[^/]+\/[^/]+)$/.exec(url);
    if (match === null) {
      throw new ConnectError(`Cannot call ${url}: a unix URL is unix:path/Service/Method.`, Code.InvalidArgument);
    }
    return { target: unixTarget(match[1]!, "http", "localhost", "localhost"), path: match[2]! };
  }
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new ConnectError(`Cannot call ${url}: a URL begins with http://, https:// or unix:.`, Code.InvalidArgument);
  }
  const { origin, hostname, host, protocol, port, pathname, search } = new URL(url);
  const scheme = protocol === "https:" ? "https" : "http";
  const path = pathname + search;
  const name = hostname.replace(/^\[|\]$/g, "");
  if (socketPath !== undefined) return { target: unixTarget(socketPath, scheme, host, name), path };
  const portNumber = port === "" ? (scheme === "https" ? 443 : 80) : Number(port);
  const address = port === "" ? `${host}:${portNumber}` : host;
  const target = { scheme, host: name, port: portNumber, socketPath, authority: host, address, key: origin } as const;
  return { target, path };
}

/** The head of an endpoint's requests, pseudo-header fields first. */
export function requestHead({ target, path }: Http2Location, { verb, headers }: Endpoint): HeaderList {
  return [
    [":method", verb],
    [":scheme", target.scheme],
    [":authority", target.authority],
    [":path", path],
    ...headers,
  ];
}

function unixTarget(socketPath: string, scheme: "http" | "https", authority: string, host: string): Http2Target {
  return {
    scheme,
    host,
    port: 0,
    socketPath,
    authority,
    address: `unix:${socketPath}`,
    key: `${scheme}:${socketPath}`,
  };
}
