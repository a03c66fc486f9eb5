// What a message says: a coded phrase in the reader's own language with its code beside, or else what was written.

import type { Message } from "../api/seen";
import { isolated, t, words } from "./words.svelte";

/** The text to be shown, in the reader's language where it is a phrase of the book. */
export function textOf(message: Message | undefined): string {
  if (message === undefined) return "";
  const spoken = phraseOf(message);
  const written = message.body?.text ?? "";
  return [spoken, written].filter(Boolean).join(" ");
}

function phraseOf(message: Message): string {
  const says = message.phrase === null ? undefined : words.book[message.phrase];
  const slots = message.body?.slots;
  if (says === undefined || slots === undefined) return "";
  const filled = says.replace(/\{(\d+)\}/g, (_, slot: string) => isolated(slots[slot] ?? "–"));
  return `${filled} (${t("phrase.code", { code: message.phrase ?? "" })})`;
}
