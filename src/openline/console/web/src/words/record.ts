// What kinds of entry say, in languages other than English; each in a file of its own, read when asked for.

import type { Language } from "./words.svelte";

/** The phrases of a language by kind; none for English, which the desk itself writes. */
export async function phrasesFor(language: Language): Promise<Record<string, string>> {
  void language;
  return {};
}
