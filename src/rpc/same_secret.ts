// Comparing secrets. An ordinary comparison stops at the first difference, and how long it took tells a patient stranger how
// much of a guess was right.

const encoder = new TextEncoder();

/**
 * Whether what a caller gave is the secret, in a time that depends on the length of what was given alone, as far as
 * JavaScript can promise any. An empty secret is nobody's: the answer is false.
 *
 * @example
 * ```ts
 * if (!sameSecret(request.header.get("authorization"), `Bearer ${token}`)) throw new ConnectError("no", Code.Unauthenticated);
 * ```
 */
export function sameSecret(given: string | null | undefined, secret: string): boolean {
  const guess = encoder.encode(given ?? "");
  const right = encoder.encode(secret);
  if (right.length === 0) return false;
  let difference = guess.length ^ right.length;
  for (let at = 0; at < guess.length; at++) difference |= guess[at] ^ right[at % right.length];
  return difference === 0;
}
