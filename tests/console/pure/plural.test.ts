import assert from "node:assert/strict";
import { test } from "node:test";
import type { LeafRead } from "../../../src/openline/console/web/src/proof/leaf";
import { ar } from "../../../src/openline/console/web/src/words/ar";
import { en, type Word } from "../../../src/openline/console/web/src/words/en";
import { fr } from "../../../src/openline/console/web/src/words/fr";
import { PHRASES } from "../../../src/openline/console/web/src/words/phrases";
import { PHRASES as ARABIC } from "../../../src/openline/console/web/src/words/phrases.ar";
import { PHRASES as FRENCH } from "../../../src/openline/console/web/src/words/phrases.fr";
import { PHRASES as RUSSIAN } from "../../../src/openline/console/web/src/words/phrases.ru";
import { phraseOf } from "../../../src/openline/console/web/src/words/sentences";
import { ru } from "../../../src/openline/console/web/src/words/ru";
import { type Language, t, words } from "../../../src/openline/console/web/src/words/words.svelte";

const TABLES = { en, fr, ru, ar } as const;
const SAID = { en: Object.fromEntries(Object.entries(PHRASES).map(([kind, each]) => [kind, each.says])), fr: FRENCH, ru: RUSSIAN, ar: ARABIC };
const LANGUAGES = Object.keys(TABLES) as Language[];
const bare = (text: string) => text.replace(/[\u2068\u2069]/g, "");

function inLanguage(language: Language) {
  words.language = language;
  words.table = TABLES[language];
}

function said(language: Language, word: Word, count: number): string {
  inLanguage(language);
  return bare(t(word, { count, of: 6, time: "T" }));
}

test("one of a thing is never told as if there were several", () => {
  assert.match(said("en", "app.told_by", 1), / 1 party had told /);
  assert.match(said("en", "app.told_by", 2), / 2 parties had told /);
  assert.match(said("en", "app.told_by", 0), / 0 parties had told /);
  assert.equal(said("en", "lines.missed", 1), "1 line check missed");
  assert.match(said("en", "fire.answered", 1), /^1 of 6 that you see has answered/);
  assert.match(said("fr", "app.told_by", 1), / 1 partie avait déclaré /);
  assert.match(said("fr", "app.told_by", 3), / 3 parties avaient déclaré /);
  assert.match(said("ru", "app.told_by", 21), / сообщила 21 сторона /);
  assert.match(said("ru", "app.told_by", 3), / сообщили 3 стороны /);
  assert.match(said("ru", "app.told_by", 5), / сообщили 5 сторон /);
  assert.match(said("ar", "app.told_by", 1), / طرف واحد /);
  assert.match(said("ar", "app.told_by", 2), / طرفان /);
  assert.match(said("ar", "app.told_by", 11), / 11 طرفاً /);
});

test("the record tells one as one, in every language", () => {
  const assessed = (told_by: number, language: Language) => {
    inLanguage(language);
    const leaf = { kind: "notification.assessed.v1", data: { notification: "N-1", version: 1, told_by } } as unknown as LeafRead;
    return phraseOf(leaf, language === "en" ? {} : SAID[language]);
  };
  assert.match(assessed(1, "en"), / with what 1 party had told/);
  assert.match(assessed(2, "en"), / with what 2 parties had told/);
  assert.match(assessed(1, "fr"), / 1 partie avait déclaré/);
  assert.match(assessed(2, "ru"), /сообщённым 2 сторонами/);
  assert.match(assessed(2, "ar"), /طرفان/);
});

test("every form that a language counts by is there, by the browser's own rules", () => {
  const COUNTED = /\{\w+:([^{}]*)\}/g;
  for (const language of LANGUAGES) {
    const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories.filter((each) => each !== "many" || language !== "fr");
    const rows = { ...TABLES[language], ...SAID[language] } as Record<string, string>;
    let found = 0;
    for (const [word, text] of Object.entries(rows)) {
      for (const [, forms = ""] of text.matchAll(COUNTED)) {
        found += 1;
        const held = forms.split("|").map((each) => each.slice(0, each.indexOf("=")));
        assert.deepEqual(needed.filter((each) => !held.includes(each)), [], `${language}: ${word}`);
      }
    }
    assert.ok(found >= 7, language);
  }
});
