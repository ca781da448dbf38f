// Which compression a request is in, and which one its reply may be in.
import { Code, ConnectError } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";

/**
 * The compression that a request names; undefined for none, and for `identity`.
 * @throws ConnectError `unimplemented` for one that is not known, naming those that are.
 */
export function requestCoding(name: string | undefined, codings: readonly Compression[]): Compression | undefined {
  if (name === undefined || name === "" || name === "identity") return undefined;
  const coding = codings.find((coding) => coding.name === name);
  if (coding) return coding;
  const known = codings.map((coding) => coding.name).join(", ");
  throw new ConnectError(`unknown compression "${name}": this server knows ${known || "none"}`, Code.Unimplemented);
}

/** The first compression that is both known here and in the caller's list; undefined where there is none. */
export function acceptedCoding(list: string | undefined, codings: readonly Compression[]): Compression | undefined {
  if (list === undefined) return undefined;
  // Weights (`gzip;q=0.5`) are left aside, but for the zero that forbids.
  const names = list.split(",").map((entry) => entry.trim()).filter((entry) => !/;\s*q=0(\.0*)?$/.test(entry));
  const accepted = new Set(names.map((entry) => entry.split(";")[0].trim()));
  return codings.find((coding) => accepted.has(coding.name));
}
