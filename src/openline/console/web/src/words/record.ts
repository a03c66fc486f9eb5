// What kinds of entry say, in languages other than English; each in a file of its own, read when asked for.

import type { Language } from "./words.svelte";

/** The phrases of a language by kind; none for English, which the desk itself writes. */
export async function phrasesFor(language: Language): Promise<Record<string, string>> {
  switch (language) {
    case "en":
      return {};
    case "fr":
      return (await import("./phrases.fr")).PHRASES;
    case "ru":
      return (await import("./phrases.ru")).PHRASES;
    case "ar":
      return (await import("./phrases.ar")).PHRASES;
  }
}
