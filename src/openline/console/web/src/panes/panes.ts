// What can be shown beside the map. A new pane is a component and a row here; its key stands in
// `keyboard/keymap.ts` as `pane.<id>`.

import type { Component } from "svelte";
import type { Notification, View } from "../api/seen";
import { isSilent } from "../state/duty";
import { awaitsMyWord } from "../state/measures";
import { openAct } from "../state/open";
import type { Word } from "../words/words.svelte";
import Alarms from "./Alarms.svelte";
import Board from "./Board.svelte";
import Ground from "./Ground.svelte";
import Incidents from "./Incidents.svelte";
import Lines from "./Lines.svelte";
import Notices from "./Notices.svelte";
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
    id: "notices",
    word: "pane.notices",
    component: Notices,
    pressing: (view) => view.notifications.filter((each) => isReturned(view, each) || awaitsValidation(view, each)).length,
  },
  {
    id: "ground",
    word: "pane.ground",
    component: Ground,
    pressing: (view) => awaitsMyWord(view).length,
  },
  {
    id: "incidents",
    word: "pane.incidents",
    component: Incidents,
    pressing: (view) => view.incidents.filter((each) => each.state === "open" || each.state === "disputed").length,
  },
  {
    id: "alarms",
    word: "pane.alarms",
    component: Alarms,
    pressing: (view) => view.alarms.filter((each) => each.silenced === null).length,
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

function isReturned(view: View, notice: Notification): boolean {
  return notice.status === "returned" && notice.submitter === view.party;
}

/** A conduit reads it next: until it has, nobody is told of it. */
function awaitsValidation(view: View, notice: Notification): boolean {
  return notice.submitter !== view.party && openAct(view, notice.id, "notification.validated.v1") !== undefined;
}
