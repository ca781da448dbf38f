// Entity tags of replies to GET, RFC 9110 8.8.3: a digest of the message. They are weak, as the same message may be sent in
// several codings.
import { toBase64Url } from "../../bytes/base64.ts";
import type { Exchange } from "../../http/exchange.ts";

/** The tag of a message. */
export async function entityTag(message: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", message as Uint8Array<ArrayBuffer>));
  return `W/"${toBase64Url(digest.subarray(0, 16))}"`;
}

/** Whether the caller says that it has what the tag stands for (RFC 9110 13.1.2, weak comparison). */
export function hasEntity(exchange: Exchange, tag: string): boolean {
  const list = exchange.header("if-none-match");
  if (list === undefined) return false;
  const opaque = tag.replace(/^W\//, "");
  return list.trim() === "*" || list.split(",").some((one) => one.trim().replace(/^W\//, "") === opaque);
}
