// Every key of the console, in one table. A component says what an action does with `bind`.

import type { Word } from "../words/words.svelte";

export interface Key {
  readonly action: Action;
  /** `KeyboardEvent.key` values, one after the other. */
  readonly keys: readonly string[];
  readonly word: Word;
}

export type Action =
  | "help"
  | "answer"
  | "say"
  | "fire"
  | "fire.anywhere"
  | "resume"
  | "check"
  | "call"
  | "row.next"
  | "row.before"
  | "row.open"
  | "now"
  | "play"
  | "step.back"
  | "step.forward"
  | "measure"
  | "layers"
  | "fit"
  | "theme"
  | "search"
  | "things"
  | "press.confirm"
  | "press.drop"
  | "language"
  | "silence"
  | "escape"
  | `pane.${string}`;

export const KEYMAP: readonly Key[] = [
  // Sequences first: each of their keys alone may mean something else.
  { action: "pane.board", keys: ["g", "b"], word: "pane.board" },
  { action: "pane.lines", keys: ["g", "l"], word: "pane.lines" },
  { action: "pane.notices", keys: ["g", "n"], word: "pane.notices" },
  { action: "pane.ground", keys: ["g", "a"], word: "pane.ground" },
  { action: "pane.incidents", keys: ["g", "i"], word: "pane.incidents" },
  { action: "pane.alarms", keys: ["g", "s"], word: "pane.alarms" },
  { action: "pane.record", keys: ["g", "r"], word: "pane.record" },
  { action: "pane.press", keys: ["g", "p"], word: "pane.press" },
  { action: "pane.map", keys: ["g", "m"], word: "pane.map" },
  { action: "fire", keys: ["f"], word: "keys.fire" },
  { action: "fire.anywhere", keys: ["F8"], word: "keys.fire_anywhere" },
  { action: "resume", keys: ["r"], word: "keys.resume" },
  { action: "say", keys: ["s"], word: "keys.say" },
  { action: "answer", keys: ["a"], word: "keys.answer" },
  { action: "row.next", keys: ["j"], word: "keys.row_next" },
  { action: "row.before", keys: ["k"], word: "keys.row_before" },
  { action: "row.open", keys: ["o"], word: "keys.row_open" },
  { action: "check", keys: ["c"], word: "keys.check" },
  { action: "call", keys: ["v"], word: "keys.call" },
  { action: "now", keys: ["n"], word: "keys.now" },
  { action: "play", keys: ["p"], word: "keys.play" },
  { action: "step.back", keys: [","], word: "keys.step_back" },
  { action: "step.forward", keys: ["."], word: "keys.step_forward" },
  { action: "measure", keys: ["m"], word: "keys.measure" },
  { action: "layers", keys: ["y"], word: "keys.layers" },
  { action: "fit", keys: ["0"], word: "keys.fit" },
  { action: "silence", keys: ["q"], word: "keys.silence" },
  { action: "theme", keys: ["t"], word: "keys.theme" },
  { action: "language", keys: ["l"], word: "keys.language" },
  { action: "things", keys: ["d"], word: "keys.things" },
  { action: "search", keys: ["/"], word: "keys.search" },
  { action: "press.confirm", keys: ["e"], word: "keys.press_confirm" },
  { action: "press.drop", keys: ["x"], word: "keys.press_drop" },
  { action: "help", keys: ["?"], word: "keys.help" },
  { action: "escape", keys: ["Escape"], word: "keys.escape" },
];

const SEQUENCE_MS = 3_000;
const bound = new Map<Action, (() => void)[]>();
let pressed: string[] = [];
let pressedAt = 0;

/** Says what the action does, until the function returned is called. The latest to say so wins. */
export function bind(action: Action, run: () => void): () => void {
  const runs = bound.get(action) ?? [];
  bound.set(action, [...runs, run]);
  return () => bound.set(action, (bound.get(action) ?? []).filter((each) => each !== run));
}

/** How the action is reached by keys, as a person reads it. */
export function keysOf(action: Action): string {
  const key = KEYMAP.find((each) => each.action === action);
  return key === undefined ? "" : key.keys.map((each) => (each === "Escape" ? "Esc" : each.toUpperCase())).join(" ");
}

/** The keys that are ours wherever one is, in a field as well. */
const ALWAYS: readonly string[] = ["Escape", "F8"];

/** A key that somebody pressed once and by itself: with Control, Alt or ⌘ it is the browser's, held down it is no second word. */
export function isBare(event: KeyboardEvent): boolean {
  return !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat);
}

/**
 * For `window`'s keydown. Letters typed into a field are a field's, and while a form is open they are
 * the form's: behind it nothing may happen unseen.
 */
export function press(event: KeyboardEvent): void {
  if (!isBare(event)) return;
  const isOurs = ALWAYS.includes(event.key);
  if (!isOurs && (event.key.length > 1 || isTyping(event.target) || document.querySelector("dialog[open]"))) return;
  if (event.timeStamp - pressedAt > SEQUENCE_MS) pressed = [];
  pressed = [...pressed, event.key.length === 1 ? event.key.toLowerCase() : event.key];
  pressedAt = event.timeStamp;
  const found = KEYMAP.find((key) => endsWith(pressed, key.keys));
  const run = found && bound.get(found.action)?.at(-1);
  if (run === undefined) return;
  pressed = [];
  event.preventDefault();
  run();
}

function endsWith(all: readonly string[], last: readonly string[]): boolean {
  // A longer sequence is not cut short by a key that begins it: its own first key stands alone.
  return last.length <= all.length && last.every((key, at) => all[all.length - last.length + at] === key);
}

/** Nothing is typed into a box that is ticked: after it every key is ours again. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement && ["checkbox", "radio", "range"].includes(target.type)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}
