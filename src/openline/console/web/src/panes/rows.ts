// Going through the rows of a pane by key: to the next, to the one before, and its first act.

import { bind } from "../keyboard/keymap";

/** An attachment for what holds the rows: each of them is a `[data-row]`, and can have the focus. */
export function rows(container: HTMLElement): () => void {
  const all = () => [...container.querySelectorAll<HTMLElement>("[data-row]")];
  const at = () => all().findIndex((row) => row.contains(document.activeElement));
  const move = (by: 1 | -1) => {
    const there = all();
    there[Math.min(there.length - 1, Math.max(0, at() + by))]?.focus();
  };
  const unbind = [
    bind("row.next", () => move(1)),
    bind("row.before", () => move(-1)),
    bind("row.open", () => all()[Math.max(0, at())]?.querySelector<HTMLButtonElement>("button:enabled")?.click()),
  ];
  return () => unbind.forEach((end) => end());
}
