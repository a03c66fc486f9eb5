// How many of a thing, in a language's own forms: which of them a number takes is the browser's to know.

/** A slot with its forms stands in a text as `{count:one=# party|other=# parties}`. */
export const FORMS = String.raw`:([^{}]*)`;

const RULES = new Map<string, Intl.PluralRules>();

/** The form for this number, `#` filled with it as it is written; `other` where the table has none of its own. */
export function counted(forms: string, count: number, written: string, language: string): string {
  const rules = RULES.get(language) ?? new Intl.PluralRules(language);
  RULES.set(language, rules);
  const held = new Map(forms.split("|").map((each) => [each.slice(0, each.indexOf("=")), each.slice(each.indexOf("=") + 1)]));
  return (held.get(rules.select(count)) ?? held.get("other") ?? "#").replaceAll("#", written);
}
