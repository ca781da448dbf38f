// What messages and enums have in common: reserved numbers and names, and the visibility keywords of edition 2024.
import { SymbolVisibility } from "@bufbuild/protobuf/wkt";
import type { PrintContext } from "./context.ts";
import { stringLiteral } from "./literal.ts";

/** Prints the reserved ranges and names, a statement each. */
export function printReserved(context: PrintContext, ranges: readonly string[], names: readonly string[]): void {
  if (ranges.length > 0) context.out.line(`reserved ${ranges.join(", ")};`);
  // Editions take names as identifiers, the older syntaxes as strings.
  const texts = context.syntax === "edition" ? names : names.map(stringLiteral);
  if (texts.length > 0) context.out.line(`reserved ${texts.join(", ")};`);
}

/** The visibility keyword before a declaration, with a space behind it; empty for the default. */
export function visibility(value: SymbolVisibility): "" | "export " | "local " {
  if (value === SymbolVisibility.VISIBILITY_EXPORT) return "export ";
  return value === SymbolVisibility.VISIBILITY_LOCAL ? "local " : "";
}
