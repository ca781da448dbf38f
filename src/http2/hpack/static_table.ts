// The static table of RFC 7541 Appendix A, by index for the decoder and by name and value for the encoder.

/**
 * A header field as the tables and lists hold it. Many lists share one, so nobody may change it; that is left to its type,
 * because V8 takes several times as long to read a frozen array.
 */
export type HeaderField = readonly [name: string, value: string];

/** The number of static entries; dynamic ones are counted on from here (RFC 7541 2.3.3). */
export const STATIC_ENTRIES = 61;

/** Static fields by index, 1 to 61; 0 is no index (RFC 7541 6.1) and holds an empty field. */
// deno-fmt-ignore
export const STATIC_TABLE: readonly HeaderField[] = [
  ["", ""],
  [":authority", ""], [":method", "GET"], [":method", "POST"], [":path", "/"], [":path", "/index.html"],
  [":scheme", "http"], [":scheme", "https"], [":status", "200"], [":status", "204"], [":status", "206"],
  [":status", "304"], [":status", "400"], [":status", "404"], [":status", "500"], ["accept-charset", ""],
  ["accept-encoding", "gzip, deflate"], ["accept-language", ""], ["accept-ranges", ""], ["accept", ""],
  ["access-control-allow-origin", ""], ["age", ""], ["allow", ""], ["authorization", ""], ["cache-control", ""],
  ["content-disposition", ""], ["content-encoding", ""], ["content-language", ""], ["content-length", ""],
  ["content-location", ""], ["content-range", ""], ["content-type", ""], ["cookie", ""], ["date", ""], ["etag", ""],
  ["expect", ""], ["expires", ""], ["from", ""], ["host", ""], ["if-match", ""], ["if-modified-since", ""],
  ["if-none-match", ""], ["if-range", ""], ["if-unmodified-since", ""], ["last-modified", ""], ["link", ""],
  ["location", ""], ["max-forwards", ""], ["proxy-authenticate", ""], ["proxy-authorization", ""], ["range", ""],
  ["referer", ""], ["refresh", ""], ["retry-after", ""], ["server", ""], ["set-cookie", ""],
  ["strict-transport-security", ""], ["transfer-encoding", ""], ["user-agent", ""], ["vary", ""], ["via", ""],
  ["www-authenticate", ""],
];

/** What the static table has under one name. */
export interface StaticName {
  /** The index of the first entry of that name. */
  readonly index: number;
  /** Indices by value, of the entries of that name. */
  readonly values: ReadonlyMap<string, number>;
}

/** The static table by name. */
export const STATIC_NAMES: ReadonlyMap<string, StaticName> = indexNames();

function indexNames(): Map<string, StaticName> {
  const names = new Map<string, { index: number; values: Map<string, number> }>();
  for (let index = 1; index <= STATIC_ENTRIES; index++) {
    const [name, value] = STATIC_TABLE[index]!;
    const known = names.get(name);
    if (known === undefined) names.set(name, { index, values: new Map([[value, index]]) });
    else known.values.set(value, index);
  }
  return names;
}
