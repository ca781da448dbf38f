// The absolute URL of a request out of what its head says, RFC 9110 7.1. The authority and the target are the peer's word:
// whoever parses the URL later must not fail on it.

/** The parts of a request's head that its URL is made of. */
export interface RequestTarget {
  /** `"http"` or `"https"`, by what the connection is, not by what the peer says. */
  readonly scheme: string;
  readonly authority: string | undefined;
  /** The request target, query included; an absolute one is taken as it is. */
  readonly target: string;
}

/** The absolute URL of a request; one that parses, whatever the peer sent. */
export function requestUrl({ scheme, authority, target }: RequestTarget): string {
  if (!target.startsWith("/") && /^https?:\/\//i.test(target) && URL.canParse(target)) return target;
  const path = target.startsWith("/") ? target : `/${target}`;
  const url = `${scheme}://${authority ?? "localhost"}${path}`;
  return URL.canParse(url) ? url : `${scheme}://localhost${URL.canParse(`http://localhost${path}`) ? path : "/"}`;
}

/** The path of a request without its query. */
export function requestPath(request: RequestTarget): string {
  const { target } = request;
  if (!target.startsWith("/")) return new URL(requestUrl(request)).pathname;
  const query = target.indexOf("?");
  return query < 0 ? target : target.slice(0, query);
}
