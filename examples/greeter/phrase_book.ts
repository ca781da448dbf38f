// A dependency of the greeter: sigil makes one instance for the app and gives it to whoever asks with inject(PhraseBook).
import { Language } from "./messages.ts";

const hellos = new Map<Language, string>([
  [Language.ENGLISH, "Hello"],
  [Language.FRENCH, "Bonjour"],
  [Language.GERMAN, "Hallo"],
]);

export class PhraseBook {
  /** The greeting in a language; undefined where the book has no page for it. */
  hello(language: Language): string | undefined {
    return hellos.get(language || Language.ENGLISH);
  }

  /** The languages that it has a page for. */
  languages(): Language[] {
    return [...hellos.keys()];
  }
}
