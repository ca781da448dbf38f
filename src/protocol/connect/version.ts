// The version of Connect that a caller names, in a header or in the query of a GET. A browser can send neither from a form, so
// requiring it keeps plain forms out. https://connectrpc.com/docs/protocol (Connect-Protocol-Version)
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../../rpc/connect_error.ts";

/** The header that names the version. */
export const versionHeader = "connect-protocol-version";

/**
 * Checks the version that a header, or a parameter of a query, names.
 * @throws ConnectError `invalid_argument` for another version, and for none where it is required.
 */
export function checkVersion(where: string, named: string | undefined, served: string, required: boolean): void {
  if (named === served || (named === undefined && !required)) return;
  const is = named === undefined ? "is missing" : `is ${JSON.stringify(named)}`;
  throw new ConnectError(`${where} ${is}: this server speaks "${served}"`, Code.InvalidArgument);
}
