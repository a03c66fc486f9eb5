// What the strip shows of the entries: how many in each column, and how much they matter.

import type { Moment } from "../api/client";
import { countUpto } from "../state/past.svelte";

/** From what is routine to what somebody must see. */
export type Weight = "routine" | "word" | "dispute" | "silence";

const WEIGHTS: readonly (readonly [RegExp, Weight])[] = [
  [/^(receipt\.overdue|escalated|line\.missed|contact\.missed|watch\.gap|conflict|conflicts\.found)/, "silence"],
  [/^(incident|crossing|probing|finding|fault)/, "dispute"],
  [/^(message|measure|assurance|meeting|plan|notification|edge|area)\./, "word"],
];

export function weightOf(kind: string): Weight {
  return WEIGHTS.find(([pattern]) => pattern.test(kind))?.[1] ?? "routine";
}

export interface Column {
  readonly count: number;
  readonly weight: Weight;
}

const ORDER: readonly Weight[] = ["routine", "word", "dispute", "silence"];

/** The entries between two instants, gathered in so many columns; null where there are none. */
export function columnsOf(
  moments: readonly Moment[],
  times: readonly number[],
  fromMs: number,
  uptoMs: number,
  columns: number,
): (Column | null)[] {
  const found: (Column | null)[] = new Array(columns).fill(null);
  const widthMs = (uptoMs - fromMs) / columns;
  for (let at = countUpto(times, fromMs - 1); at < times.length; at += 1) {
    const time = times[at] as number;
    if (time > uptoMs) break;
    const column = Math.min(columns - 1, Math.floor((time - fromMs) / widthMs));
    const before = found[column] ?? { count: 0, weight: "routine" as Weight };
    const weight = weightOf(moments[at]?.[2] ?? "");
    const heavier = ORDER.indexOf(weight) > ORDER.indexOf(before.weight) ? weight : before.weight;
    found[column] = { count: before.count + 1, weight: heavier };
  }
  return found;
}
