// The further tokens of classes, as `Injectable` notes them. They go to tsyringe's global container once that is loaded, which
// the entry of Node, Bun and Deno does; a bundle without tsyringe looks them up here.
import type { Constructor, Token } from "./token.ts";

type Register = (token: Token, target: Constructor) => void;

const aliases = new Map<Token, Constructor[]>();
let register: Register | undefined;

/** Notes that a class can be asked for by a token, too. */
export function noteAlias(token: Token, target: Constructor): void {
  const targets = aliases.get(token);
  if (targets) targets.push(target);
  else aliases.set(token, [target]);
  register?.(token, target);
}

/** Hands over what is noted, and what will be: called by the module that loads tsyringe. */
export function registerAliasesWith(made: Register): void {
  register = made;
  for (const [token, targets] of aliases) for (const target of targets) register(token, target);
}

/** Whether aliases are on tsyringe's global container. */
export function areRegistered(): boolean {
  return register !== undefined;
}

/** The classes that can be asked for by a token, in order. */
export function aliasesOf(token: Token): readonly Constructor[] | undefined {
  return aliases.get(token);
}
