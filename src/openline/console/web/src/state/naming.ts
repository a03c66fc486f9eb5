// Ids that people can read to each other: whose, of when, and two letters so that no two are one.

import type { View } from "../api/seen";
import { clock } from "./clock.svelte";
import { openAct } from "./open";
import { session } from "./session.svelte";

const LETTERS = "ABCDEFGHKMNPQRSTVWXYZ23456789"; // none that is taken for another when read aloud

/** `M-EAST-160033-K7`: the desk refuses it in the rare case that it is taken. */
export function thingId(prefix: string): string {
  const at = new Date(clock.now ?? Date.now()).toISOString();
  const random = crypto.getRandomValues(new Uint32Array(2));
  const two = Array.from(random, (each) => LETTERS[each % LETTERS.length]).join("");
  return `${prefix}-${session.me?.party ?? ""}-${at.slice(8, 10)}${at.slice(11, 13)}${at.slice(14, 16)}-${two}`;
}

/** Whether this position may say such a thing at all, by what the desk told of it. */
export function mayI(kind: string): boolean {
  return session.me?.may.includes(kind) ?? false;
}

/** Whether it may say that of this thing as it stands: offered is what the desk would take, and nothing else. */
export function mayOf(view: View | null, thing: string, kind: string): boolean {
  const act = view === null ? undefined : openAct(view, thing, kind);
  return act !== undefined && mayI(kind) && (act.by.length === 0 || act.by.includes(session.me?.position ?? ""));
}
