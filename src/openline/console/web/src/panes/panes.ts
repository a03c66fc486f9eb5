// What can be shown beside the map. A new pane is a component and a row here; its key stands in
// `keyboard/keymap.ts` as `pane.<id>`.

import type { Component } from "svelte";
import type { View } from "../api/seen";
import { isSilent } from "../state/duty";
import type { Word } from "../words/words.svelte";
import Board from "./Board.svelte";
import Lines from "./Lines.svelte";
import Press from "./Press.svelte";
import RecordPane from "./RecordPane.svelte";

export interface Pane {
  readonly id: string;
  readonly word: Word;
  readonly component: Component;
  /** How many things in it want somebody's eye; 0 is nothing. */
  readonly pressing: (view: View, nowMs: number) => number;
}

export const PANES: readonly Pane[] = [
  {
    id: "board",
    word: "pane.board",
    component: Board,
    pressing: (view, nowMs) => view.board.filter((row) => isSilent(row, nowMs)).length,
  },
  {
    id: "lines",
    word: "pane.lines",
    component: Lines,
    pressing: (view) => view.lines.filter((line) => line.state !== "open").length,
  },
  {
    id: "record",
    word: "pane.record",
    component: RecordPane,
    pressing: () => 0,
  },
  {
    id: "press",
    word: "pane.press",
    component: Press,
    pressing: () => 0,
  },
];
