// The words on the screen in the language one chose; what a table lacks is shown in English.

import { en, type Word } from "./en";

export type { Word } from "./en";
export type Language = "en";
export type Table = Partial<Record<Word, string>>;

/** The tables there are, each with its own name and the way it runs. */
export const LANGUAGES: Record<Language, { name: string; dir: "ltr" | "rtl"; table: Table }> = {
  en: { name: "English", dir: "ltr", table: en },
};

class Words {
  language = $state<Language>("en");
}

export const words = new Words();

/** The word in the chosen language, its {slots} filled. */
export function t(word: Word, slots: Record<string, string | number> = {}): string {
  const text = LANGUAGES[words.language].table[word] ?? en[word];
  return text.replace(/\{(\w+)\}/g, (_, slot: string) => String(slots[slot] ?? `{${slot}}`));
}

/** The word for a value of the desk's own; the value itself, in plain letters, if there is none. */
export function label(family: string, value: string): string {
  const word = `${family}.${value}`;
  return word in en ? t(word as Word) : value.replaceAll("_", " ");
}
