// Metadata that shows who calls, asked for anew with each call. https://grpc.io/docs/guides/auth/ ("call credentials")
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";

/** The call that credentials are for. */
export interface CredentialsRequest {
  /** The full name of the service. */
  readonly service: string;
  readonly method: string;
  /** Where the service is called; undefined over transports that are not Sigil's. */
  readonly baseUrl: string | undefined;
}

/** Answers the metadata to send with a call. What it throws ends the call. */
export type CallCredentials = (request: CredentialsRequest) => HeadersInit | Promise<HeadersInit>;

/** Options of {@link bearerToken}. */
export interface BearerTokenOptions {
  /** Send the token over cleartext to other machines too. Default: false. */
  readonly allowCleartext?: boolean;
}

/**
 * Credentials that send `authorization: Bearer` with a token (RFC 6750).
 *
 * @param token the token, or what answers one: it is asked with each call, so keep what lasts.
 * @throws ConnectError `unauthenticated`, as the error of a call, where the token would go over cleartext to another machine.
 * @example
 * ```ts
 * const orders = createClient(Orders, "https://orders.example", { credentials: bearerToken(() => tokens.current()) });
 * ```
 */
export function bearerToken(
  token: string | (() => string | Promise<string>),
  { allowCleartext = false }: BearerTokenOptions = {},
): CallCredentials {
  return ({ baseUrl, service }) => {
    if (!allowCleartext && baseUrl !== undefined && isCleartext(baseUrl)) {
      throw new ConnectError(
        `A bearer token for ${service} would go to ${baseUrl} in cleartext: call https://, or set allowCleartext.`,
        Code.Unauthenticated,
      );
    }
    const given = typeof token === "string" ? token : token();
    return typeof given === "string" ? authorization(given) : given.then(authorization);
  };
}

function authorization(token: string): HeadersInit {
  return { authorization: `Bearer ${token}` };
}

// What stays on this machine is read by nobody else.
function isCleartext(baseUrl: string): boolean {
  if (!baseUrl.startsWith("http:")) return false;
  const { hostname } = new URL(baseUrl);
  return !/^(localhost|127(\.\d+){3}|\[::1\]|.*\.(localhost|invalid))$/.test(hostname);
}
