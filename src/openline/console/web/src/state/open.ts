// What the desk would take of one's party about a thing as it stands: by its own word in the view, and no rule of ours.

import type { Act, View } from "../api/seen";

const read = new WeakMap<View, ReadonlyMap<string, readonly Act[]>>();

/** That kind of statement about that thing, with what it leaves to choose from; undefined where it would be refused. */
export function openAct(view: View, thing: string, kind: string): Act | undefined {
  let acts = read.get(view);
  if (acts === undefined) read.set(view, (acts = new Map(view.open_acts.map((each) => [each.thing, each.acts]))));
  return acts.get(thing)?.find((each) => each.kind === kind);
}

/** What it leaves to choose from; nothing where it would be refused. */
export function choicesOf(view: View, thing: string, kind: string): readonly string[] {
  return openAct(view, thing, kind)?.choices ?? [];
}
