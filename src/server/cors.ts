// Calls from web pages of other origins: what the Fetch standard asks of a server before a browser lets a page read the answer
// (https://fetch.spec.whatwg.org/#http-cors-protocol), with the headers of all three protocols. Origins are listed, never
// reflected as they come; credentials go to listed ones alone.
import type { Exchange, ExchangeHandler, HeaderList } from "../http/exchange.ts";
import { WrappedExchange } from "../http/wrapped_exchange.ts";
import { describe } from "../schema/resolve.ts";

/** Which web pages may call, and what of the answers they may read. */
export interface CorsOptions {
  /** The origins of the pages, `"https://shop.example"`, without a path; or `"*"` for all pages there are. */
  readonly origins: "*" | readonly string[];
  /** Further request headers that pages may send, `authorization` for example. Those of the protocols are always allowed. */
  readonly allowHeaders?: readonly string[];
  /**
   * Further headers and trailers of replies that pages may read. Those of the protocols are always exposed. In Connect,
   * trailers of unary calls are named with `trailer-` in front.
   */
  readonly exposeHeaders?: readonly string[];
  /** Let pages send cookies and client certificates. Not with `origins: "*"`. Default: false. */
  readonly credentials?: boolean;
  /** How long browsers may keep what they were allowed, in seconds: 0 or more. Default: 7200, the most that Chromium keeps. */
  readonly maxAgeSeconds?: number;
}

const allowedMethods = "GET, POST";
const protocolRequestHeaders = [
  "content-type",
  "connect-protocol-version",
  "connect-timeout-ms",
  "connect-accept-encoding",
  "connect-content-encoding",
  "content-encoding",
  "grpc-accept-encoding",
  "grpc-encoding",
  "grpc-timeout",
  "x-grpc-web",
  "x-user-agent",
];
const protocolReplyHeaders = [
  "connect-accept-encoding",
  "connect-content-encoding",
  "content-encoding",
  "grpc-accept-encoding",
  "grpc-encoding",
  "grpc-message",
  "grpc-status",
  "grpc-status-details-bin",
];
const defaultMaxAgeSeconds = 7200;

const noBytes = new Uint8Array();

/**
 * Makes handlers that answer preflights themselves, and let pages of the origins read what another handler replies.
 * @throws RangeError for an origin that is none, a name that is no header's, and credentials for all origins.
 */
export function withCors(options: CorsOptions): (handler: ExchangeHandler) => ExchangeHandler {
  const { origins, credentials = false } = checked(options);
  const allow = (origin: string): HeaderList => [
    ["access-control-allow-origin", origin],
    ...(credentials ? [["access-control-allow-credentials", "true"] as const] : []),
  ];
  const expose = join(protocolReplyHeaders, options.exposeHeaders);
  const preflight: HeaderList = [
    ["access-control-allow-methods", allowedMethods],
    ["access-control-allow-headers", join(protocolRequestHeaders, options.allowHeaders)],
    ["access-control-max-age", String(options.maxAgeSeconds ?? defaultMaxAgeSeconds)],
  ];
  const vary: HeaderList = origins === "*" ? [] : [["vary", "origin"]];
  const allowed = new Map(
    (origins === "*" ? ["*"] : origins).map((origin) => [origin, allow(origin)]),
  );
  return (handler) => (exchange) => {
    const origin = exchange.header("origin");
    const allows = origin === undefined ? undefined : allowed.get(origins === "*" ? "*" : origin);
    if (exchange.method === "OPTIONS" && exchange.header("access-control-request-method") !== undefined) {
      if (!allows) return exchange.reply(403, [["content-type", "text/plain"], ...vary], notAllowed(origin));
      return exchange.reply(204, [...allows, ...preflight, ...vary], noBytes);
    }
    const extra = allows ? [...allows, ["access-control-expose-headers", expose] as const, ...vary] : vary;
    handler(extra.length === 0 ? exchange : new CorsExchange(exchange, extra));
  };
}

/** An exchange whose reply has some headers more. */
class CorsExchange extends WrappedExchange {
  readonly #extra: HeaderList;

  constructor(inner: Exchange, extra: HeaderList) {
    super(inner);
    this.#extra = extra;
  }

  override reply(
    status: number,
    headers: HeaderList,
    body: Uint8Array,
    trailers?: HeaderList,
    isUnsized?: boolean,
  ): void {
    this.inner.reply(status, [...headers, ...this.#extra], body, trailers, isUnsized);
  }

  override replyHead(status: number, headers: HeaderList): void {
    this.inner.replyHead(status, [...headers, ...this.#extra]);
  }
}

function notAllowed(origin: string | undefined): Uint8Array {
  return new TextEncoder().encode(`pages of ${origin ?? "no origin"} may not call this server`);
}

function join(own: readonly string[], further: readonly string[] = []): string {
  return [...new Set([...own, ...further.map((name) => name.toLowerCase())])].join(", ");
}

function checked(options: CorsOptions): CorsOptions {
  const { origins, allowHeaders = [], exposeHeaders = [], credentials, maxAgeSeconds = 0 } = options;
  if (origins !== "*" && !Array.isArray(origins)) {
    throw new RangeError(`cors.origins is ${describe(origins)}: give "*" or an array of origins.`);
  }
  for (const origin of origins === "*" ? [] : origins) {
    if (/^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.:_[\]-]+$/.test(origin)) continue;
    throw new RangeError(
      `cors.origins holds ${
        JSON.stringify(origin)
      }: give scheme and host as browsers send them, "https://shop.example", ` +
        "with the port where it is not the usual one, and without a path.",
    );
  }
  if (origins === "*" && credentials) {
    throw new RangeError('cors.credentials is true for origins "*": list the origins that are trusted with them.');
  }
  for (const name of [...allowHeaders, ...exposeHeaders]) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
      throw new RangeError(`cors names ${JSON.stringify(name)}, which is no header.`);
    }
  }
  if (!Number.isSafeInteger(maxAgeSeconds) || maxAgeSeconds < 0) {
    throw new RangeError(`cors.maxAgeSeconds is ${describe(maxAgeSeconds)}: give a whole number from 0 on.`);
  }
  return options;
}
