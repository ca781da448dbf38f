// Base64 as text (RFC 4648 4 and 5), by the runtime where it has functions for it.
import { encodeBase64Text } from "./base64_text.ts";

interface Encoding {
  toBase64?(): string;
}
const fromBase64 =
  (Uint8Array as unknown as { fromBase64?: (text: string, options?: object) => Uint8Array }).fromBase64;

/** Bytes as base64, with padding. */
export function toBase64(bytes: Uint8Array): string {
  return (bytes as Encoding).toBase64?.() ?? new TextDecoder().decode(encodeBase64Text(bytes));
}

/** Bytes as base64, without padding. */
export function toBase64Raw(bytes: Uint8Array): string {
  return toBase64(bytes).replace(/=+$/, "");
}

/** Bytes as base64 of the alphabet for URLs, without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64Raw(bytes).replaceAll("+", "-").replaceAll("/", "_");
}

/** Bytes from base64 of either alphabet, with padding or without. @throws for what is none. */
export function bytesFromBase64(text: string): Uint8Array {
  if (fromBase64) return fromBase64.call(Uint8Array, text, { alphabet: /[-_]/.test(text) ? "base64url" : "base64" });
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (octet) => octet.charCodeAt(0));
}
