// Octets written as hexadecimal digits, as RFC 7541 Appendix C and the HPACK stories have them.

/** The octets of hexadecimal digits; white space between them is ignored. */
export function fromHex(digits: string): Uint8Array {
  const pairs = digits.replace(/\s+/g, "").match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}

/** The hexadecimal digits of octets, without white space. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => octet.toString(16).padStart(2, "0")).join("");
}
