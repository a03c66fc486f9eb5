// The words on the screen in the language one chose; what a table lacks is shown in English.

import { en, type Word } from "./en";
import { counted, FORMS } from "./plural";

export type { Word } from "./en";
export type Language = "en" | "fr" | "ru" | "ar";
export type Table = Partial<Record<Word, string>>;

/** The languages there are, each by its own name and with the way it runs. */
export const LANGUAGES: Record<Language, { readonly name: string; readonly dir: "ltr" | "rtl" }> = {
  en: { name: "English", dir: "ltr" },
  fr: { name: "Français", dir: "ltr" },
  ru: { name: "Русский", dir: "ltr" },
  ar: { name: "العربية", dir: "rtl" },
};

/** A language's words and its phrase book, in files of their own: read when it is first chosen. */
const READ: Record<Language, () => Promise<{ table: Table; book: Record<string, string> }>> = {
  en: async () => ({ table: en, book: (await import("./book.en")).BOOK }),
  fr: async () => ({ table: (await import("./fr")).fr, book: (await import("./book.fr")).BOOK }),
  ru: async () => ({ table: (await import("./ru")).ru, book: (await import("./book.ru")).BOOK }),
  ar: async () => ({ table: (await import("./ar")).ar, book: (await import("./book.ar")).BOOK }),
};

const [FIRST_STRONG_ISOLATE, POP_ISOLATE] = [0x2068, 0x2069].map((each) => String.fromCodePoint(each)) as [string, string];
const KEPT_AS = "openline.language";
const ORDER = Object.keys(LANGUAGES) as Language[];

class Words {
  language = $state<Language>("en");
  table = $state.raw<Table>(en);
  /** The coded phrases by their codes, as they are read in this language. */
  book = $state.raw<Record<string, string>>({});

  /** As chosen before, else as the browser has it; English where the files cannot be had. */
  async start(): Promise<void> {
    const wished = [localStorage.getItem(KEPT_AS) ?? "", ...navigator.languages].map((each) => each.slice(0, 2));
    await this.read(wished.find(isLanguage) ?? "en").catch(() => undefined);
  }

  /** From now on in this language, and the next time too. */
  async choose(language: Language): Promise<void> {
    await this.read(language);
    localStorage.setItem(KEPT_AS, language);
  }

  next(): void {
    void this.choose(ORDER[(ORDER.indexOf(this.language) + 1) % ORDER.length] ?? "en");
  }

  private async read(language: Language): Promise<void> {
    const { table, book } = await READ[language]();
    this.language = language;
    this.table = table;
    this.book = book;
    document.documentElement.lang = language;
    document.documentElement.dir = LANGUAGES[language].dir;
  }
}

export const words = new Words();

function isLanguage(text: string): text is Language {
  return text in LANGUAGES;
}

const SLOT = new RegExp(String.raw`\{(\w+)(?:${FORMS})?\}`, "g");

/** The word in the chosen language, its {slots} filled, and in the forms that its numbers take. */
export function t(word: Word, slots: Record<string, string | number> = {}): string {
  const text = words.table[word] ?? en[word];
  return text.replace(SLOT, (_, slot: string, forms?: string) => {
    const written = isolated(String(slots[slot] ?? `{${slot}}`));
    return forms === undefined ? written : counted(forms, Number(slots[slot]), written, words.language);
  });
}

/** A sentence that the desk says with many things, in the chosen language; any other as the desk wrote it. */
export function asSaid(sentence: string): string {
  const word = SENTENCES.find((each) => en[each] === sentence);
  return word === undefined ? sentence : t(word);
}

const SENTENCES = Object.keys(en).filter((each): each is Word => each.startsWith("desk_says."));

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** What runs the other way than the words around it is kept whole: codes among Arabic, Arabic names among codes. */
export function isolated(text: string): string {
  const isOther = LANGUAGES[words.language].dir === "rtl" || RIGHT_TO_LEFT.test(text);
  return isOther && !text.startsWith(FIRST_STRONG_ISOLATE) ? FIRST_STRONG_ISOLATE + text + POP_ISOLATE : text;
}

/** The word for a value of the desk's own; the value itself, in plain letters, if there is none. */
export function label(family: string, value: string): string {
  const word = `${family}.${value}`;
  return word in en ? t(word as Word) : value.replaceAll("_", " ");
}
