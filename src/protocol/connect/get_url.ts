// The URL of a call by GET, which caches can answer. https://connectrpc.com/docs/protocol#unary-get-request
import { toBase64Url } from "../../bytes/base64.ts";
import type { Compression } from "../../rpc/compression.ts";
import type { MessageFormat } from "../client_protocol.ts";

/** The longest URL that is sent; servers and caches refuse longer ones. */
const maxUrlLength = 8_192;

/** The URL that carries a message; undefined where it would be too long, so that the call goes by POST. */
export function getUrl(
  url: string,
  message: Uint8Array,
  coding: Compression | undefined,
  format: MessageFormat,
): string | undefined {
  const isText = format === "json" && coding === undefined;
  const text = isText ? encodeURIComponent(sorted(new TextDecoder().decode(message))) : toBase64Url(message);
  const query = [
    "connect=v1",
    ...(isText ? [] : ["base64=1"]),
    ...(coding ? [`compression=${coding.name}`] : []),
    `encoding=${format === "json" ? "json" : "proto"}`,
    `message=${text}`,
  ];
  const whole = `${url}?${query.join("&")}`;
  return whole.length <= maxUrlLength ? whole : undefined;
}

// The same message has to be the same URL: members of objects (maps among them) come in the order of their names.
function sorted(json: string): string {
  return JSON.stringify(JSON.parse(json), (_, value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1));
  });
}
