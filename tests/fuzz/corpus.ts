// Inputs that were found to fail once, one file each, in hexadecimal octets: corpus/<target>/<hash>.hex. The tests run all of
// them; a file is never taken away.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { hashOf } from "./fuzz_target.ts";

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), "corpus");

/** What was found for a target, in the order of the files' names. */
export function corpusOf(target: string): Uint8Array[] {
  const folder = join(FOLDER, target);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith(".hex")).sort();
  return files.map((file) => fromHex(readFileSync(join(folder, file), "utf8")));
}

/** Keeps an input; answers its file. */
export function keep(target: string, input: Uint8Array): string {
  const file = join(FOLDER, target, `${hashOf(input).toString(16).padStart(8, "0")}.hex`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${toHex(input).replace(/.{1,118}/g, "$&\n")}`);
  return file;
}

export function toHex(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.replace(/\s/g, "").match(/../g) ?? [], (octet) => parseInt(octet, 16));
}
