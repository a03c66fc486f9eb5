// A view made of the one that is held and of what the desk told is new in it. Pure.

import type { Piece, View, ViewChanges } from "../api/seen";

/** The view as of now; the very same as `held` where nothing is new. Rows that are as they were are the same values. */
export function viewOf(told: ViewChanges, held: View | null): View {
  const base = told.since === null ? null : held;
  if (base !== null && Object.keys(told.parts).length + Object.keys(told.lists).length === 0) return base;
  if (told.since !== null && base === null) throw new TypeError("changes of a view that is not held");
  const rows = base as unknown as Record<string, readonly unknown[]> | null;
  const lists = Object.entries(told.lists).map(([name, pieces]) => [name, joined(pieces, rows?.[name] ?? [])]);
  return { ...base, ...told.parts, ...Object.fromEntries(lists) } as View;
}

function joined(pieces: readonly Partial<Piece>[], was: readonly unknown[]): unknown[] {
  return pieces.flatMap(({ first = 0, count = 0, rows = [] }) => (count > 0 ? was.slice(first, first + count) : [...rows]));
}
