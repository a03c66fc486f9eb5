// Entries in plain words, from what stands in their leaves: no position, name or free text. The
// command line says the same of them (`cli/sentences.py`), and a test holds the two together.

import type { LeafRead } from "../proof/leaf";
import { PHRASES, type Phrase } from "./phrases";
import { counted, FORMS } from "./plural";
import { label, t, words } from "./words.svelte";

const OPTIONAL = /\[([^[\]]*)\]/g;
const FIELD = new RegExp(String.raw`\{([a-z_]+)(?:\?([^{}|]*)\|([^{}|]*)|${FORMS})?\}`, "g");
const INSTANT = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?Z$/;

type Facts = Record<string, unknown>;

/** The families of words that a table may have for a value of ours, by the name it has at the desk. */
const FAMILIES: Record<string, string> = {
  NotificationKind: "kind",
  MeasureKind: "measure",
  Rung: "rung",
  Due: "rung",
  Level: "level",
  LineState: "line",
  IncidentState: "incident",
  WhyOwed: "why",
};

/** What is said or concluded, to go after whoever speaks. `table` holds a language's own phrases. */
export function phraseOf(leaf: LeafRead, table: Record<string, string> = {}): string {
  const phrase = PHRASES[leaf.kind];
  if (phrase === undefined) return leaf.kind;
  const facts = { ...phrase.unless, ...leaf.data };
  const says = table[leaf.kind] ?? phrase.says;
  return says
    .replace(OPTIONAL, (_, part: string) => (fieldsOf(part).every((name) => isHeld(facts[name])) ? part : ""))
    .replace(FIELD, (_, name: string, yes?: string, no?: string, forms?: string) =>
      forms === undefined ? textFor(facts[name], name, phrase, yes, no) : counted(forms, Number(facts[name]), String(facts[name]), words.language),
    );
}

function fieldsOf(phrase: string): string[] {
  return [...phrase.matchAll(FIELD)].map((found) => found[1] as string);
}

function isHeld(value: unknown): boolean {
  return !(value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0));
}

function textFor(value: unknown, name: string, phrase: Phrase, yes?: string, no?: string): string {
  if (name === "every_s") return `${Number(value) / 3600} h`;
  if (yes !== undefined) return (value ? yes : no) ?? "";
  return wordsFor(value, phrase.words[name]);
}

function wordsFor(value: unknown, family?: string): string {
  if (Array.isArray(value)) return value.map((each) => wordsFor(each, family)).join(", ") || t("record.none");
  if (value === null || value === undefined) return "None";
  if (typeof value === "object") return partsFor(value as Facts);
  const text = String(value);
  const instant = INSTANT.exec(text);
  if (instant) return `${instant[1]} ${instant[2]}Z`;
  return family === undefined ? text : ours(family, text);
}

/** A word of ours: as the desk writes it in English, and as the table has it in another language. */
function ours(family: string, value: string): string {
  const words_ = FAMILIES[family];
  if (words.language === "en" || words_ === undefined) return value.replaceAll("_", " ");
  return label(words_, value);
}

/** A value of several parts: something owed, a conflict, an end of a line, a release, a sighting. */
function partsFor(value: Facts): string {
  const of = (name: string) => String(value[name] ?? "");
  if ("subject_kind" in value) {
    const over = value.line ? t("record.over", { line: of("line") }) : "";
    const by = value.acknowledge_by ? t("record.to_be_acknowledged", { time: wordsFor(value.acknowledge_by) }) : "";
    return `${t("record.owed", {
      recipient: of("recipient"),
      cell: of("cell"),
      kind: ours("SubjectKind", of("subject_kind")),
      subject: of("subject"),
    })}${over}, ${of("precedence") || "ROUTINE"}${by} (${of("id")})`;
  }
  if ("conflict" in value) {
    const pair = t("record.pair", { a: of("a"), b: of("b") });
    return `${of("conflict")} (${pair}, ${of("kind")}${value.within_error ? t("record.within_error") : ""})`;
  }
  if ("cell" in value) return `${of("party")} (${of("cell")})`;
  if ("tier" in value) return `${of("recipient")} (${t("record.tier", { tier: of("tier") })})`;
  if ("fault" in value) return `${of("track")}: ${of("fault")}`;
  if ("a" in value) return t("record.pair", { a: of("a"), b: of("b") });
  return JSON.stringify(value);
}

/** Who speaks: `EAST (EAST-TAC.duty)`, and it says so where no human spoke. */
export function whoText(leaf: LeafRead): string {
  if (leaf.party === "DESK") return leaf.position ? t("record.the_desks", { position: leaf.position }) : "openline";
  const position = [leaf.position, leaf.byHuman ? "" : t("record.a_machine")].filter(Boolean).join(", ");
  return `${leaf.party} (${position})`;
}
