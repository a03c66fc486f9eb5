// What a duty officer must see first, worked out of the view: pure, and of nothing but the view.
// Whether somebody may see a thing, or is late, the desk has decided already.

import type { BoardRow, Contact, Delivery, Line, Message, Precedence, Rung, View, WhyOwed } from "../api/seen";
import { isolated, label, t } from "../words/words.svelte";
import { textOf } from "../words/spoken";
import { ms } from "../words/time";
import { choicesOf } from "./open";

export const LADDER: readonly Rung[] = ["sent", "delivered", "acknowledged", "read_back", "passed_down", "in_force"];
/** In the order in which they are offered; that something was delivered, a machine says. */
const RUNGS: readonly Rung[] = ["read_back", "acknowledged", "passed_down", "in_force", "objected", "refused"];
const UNANSWERED: readonly Rung[] = ["sent", "delivered"];

/** One FLASH and everybody it went to; `silent` are those of whom no human has answered. */
export interface Flash {
  readonly subject: string;
  readonly title: string;
  readonly text: string;
  readonly origin: string;
  readonly told: readonly Delivery[];
  readonly silent: readonly Delivery[];
  /** The one among the silent that is this party's to answer, or else the longest silent. */
  readonly first: Delivery;
  readonly isMine: boolean;
  readonly sinceMs: number;
}

/** What silence leads to next, and when; null once every level has been called. */
export interface Escalation {
  readonly why: Extract<WhyOwed, "alternate" | "operational" | "strategic">;
  readonly atMs: number;
}

/** Whether a human has answered; for a FLASH nothing else ends the silence. */
export function humanAnswer(owed: Delivery): Delivery["climbed"][number] | undefined {
  return owed.climbed.find((climb) => climb.by_human && !UNANSWERED.includes(climb.rung));
}

/** The FLASHes that are open, those one must answer oneself first, then the longest silent. */
export function openFlashes(view: View): Flash[] {
  const open = new Set(view.open_now.flashes);
  const subjects = [...new Set(view.deliveries.filter((each) => open.has(each.id)).map((each) => each.subject))];
  return subjects
    .map((subject) => flashOf(view, subject, open))
    .sort((a, b) => Number(b.isMine) - Number(a.isMine) || a.sinceMs - b.sinceMs);
}

/** Of what has come by its entry alone, what the view does not show yet: not read, nor open in it for one to answer. */
export function unshown<T extends { readonly index: number; readonly subject: string }>(come: readonly T[], view: View | null): T[] {
  const ones = new Set(view === null ? [] : openFlashes(view).filter((each) => each.isMine).map((each) => each.subject));
  return come.filter((each) => view === null || (view.size <= each.index && !ones.has(each.subject)));
}

function flashOf(view: View, subject: string, open: ReadonlySet<string>): Flash {
  const told = view.deliveries
    .filter((each) => each.subject === subject && each.ended_at === null)
    .sort((a, b) => Number(open.has(b.id)) - Number(open.has(a.id)) || ms(a.owed_since) - ms(b.owed_since));
  const silent = told.filter((each) => open.has(each.id));
  const mine = silent.find((each) => each.recipient === view.party);
  const first = (mine ?? silent[0]) as Delivery;
  return {
    subject,
    title: titleOf(view, first),
    text: textOf(view.messages.find((each) => each.id === subject)),
    origin: first.origin,
    told,
    silent,
    first,
    isMine: mine !== undefined,
    sinceMs: Math.min(...silent.map((each) => ms(each.owed_since))),
  };
}

export function nextEscalation(view: View, owed: Delivery): Escalation | null {
  if (owed.rule === "inform") return null;
  const after = {
    alternate: view.rules.flash_alternate_after_s,
    operational: view.rules.flash_operational_after_s,
    strategic: view.rules.flash_strategic_after_s,
  };
  const steps = (Object.keys(after) as (keyof typeof after)[]).filter((why) => !owed.escalated.includes(why));
  const next = steps[0];
  return next === undefined ? null : { why: next, atMs: ms(owed.owed_since) + after[next] * 1000 };
}

/** What something owed is, in the words people say: `CHECK FIRE`, `movement N-007`. */
export function titleOf(view: View, owed: Pick<BoardRow, "subject" | "subject_kind">): string {
  const { subject, subject_kind: kind } = owed;
  const message = view.messages.find((each) => each.id === subject);
  if (message !== undefined) return label("said", message.kind);
  const notice = [...view.notifications, ...view.told_notifications].find((each) => each.id === subject);
  if (notice !== undefined) return `${label("kind", notice.kind)} ${subject}`;
  const measure = view.measures.find((each) => each.id === subject);
  if (measure !== undefined) return `${label("measure", measure.kind)} ${subject}`;
  return `${label("subject", kind)} ${subject}`;
}

/** Whether whoever looks is no party to anything: an observer, who is shown numbers and what holds. */
export function isSpectator(view: View): boolean {
  return view.parties.find((each) => each.id === view.party)?.kind === "observer";
}

const THE_DESK = "DESK";

/** What a party is called on the screen, kept whole whichever way the words around it run. */
export function partyName(view: View, party: string): string {
  return isolated(plainName(view, party));
}

/** The same, for where no direction can be marked. */
export function plainName(view: View, party: string): string {
  return view.parties.find((each) => each.id === party)?.names?.label || (party === THE_DESK ? t("party.desk") : party);
}

/** The colour a party has on this desk: by its place among all, the same for everybody. */
export function partyColour(view: View, party: string): number {
  const at = view.parties.findIndex((each) => each.id === party);
  return at < 0 ? 7 : at % 8;
}

/** Whom to ring about something silent: its own watch, or where one has no line to it who carries it. */
export function whomToRing(view: View, owed: Delivery): { cell: string; line: string | null; carrier: string | null } {
  const direct = view.lines.find((line) => line.id === owed.line);
  if (direct !== undefined || owed.sender === view.party) return { cell: owed.cell, line: owed.line, carrier: null };
  const line = view.lines.find((each) => each.ends.some((end) => end.party === owed.sender));
  const end = line?.ends.find((each) => each.party === owed.sender);
  return { cell: end?.cell ?? owed.sender, line: line?.id ?? null, carrier: owed.sender };
}

/** Whom one speaks to on a line: the hub where it has one, unless one is that; else every other end. */
export function othersOn(view: View, line: Line): readonly string[] {
  if (line.hub !== null && line.hub !== view.party) return [line.hub];
  return [...new Set(line.ends.map((end) => end.party))].filter((party) => party !== view.party);
}

/** How to ring the watch that is owed something, as far as one may know it. */
export function contactsOf(view: View, cell: string): readonly Contact[] {
  return view.cells.find((each) => each.id === cell)?.reach?.contacts ?? [];
}

export function isMine(view: View, row: BoardRow): boolean {
  return row.recipient === view.party && UNANSWERED.includes(row.rung);
}

export function isSilent(row: BoardRow, nowMs: number): boolean {
  return row.due_at !== null && ms(row.due_at) <= nowMs;
}

const PRECEDENCES: readonly Precedence[] = ["FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE"];

/**
 * The board in the order of need: who is silent, by precedence and then longest; then what is due next; then the
 * rest, the latest first.
 */
export function boardRows(view: View, nowMs: number): BoardRow[] {
  const since = new Map(view.deliveries.map((each) => [each.id, each.owed_since]));
  const rankOf = (row: BoardRow) => (isSilent(row, nowMs) ? 0 : row.due_at !== null ? 1 : isMine(view, row) ? 2 : 3);
  const ranked = view.board.map((row) => ({
    row,
    rank: rankOf(row),
    urgency: isSilent(row, nowMs) ? PRECEDENCES.indexOf(row.precedence) : 0,
    dueMs: row.due_at === null ? 0 : ms(row.due_at),
    since: since.get(row.delivery) ?? "",
  }));
  ranked.sort(
    (a, b) => a.rank - b.rank || a.urgency - b.urgency || a.dueMs - b.dueMs || (a.since === b.since ? (a.row.delivery < b.row.delivery ? -1 : 1) : a.since > b.since ? -1 : 1),
  );
  return ranked.map((each) => each.row);
}

/** The rungs one may climb to next with something one is owed: reading back comes first, and what sets it aside last. */
export function climbsFrom(view: View, delivery: string): Rung[] {
  const open = choicesOf(view, delivery, "receipt.given.v1");
  return RUNGS.filter((each) => open.includes(each));
}

/** The one next thing to do, when no FLASH is open. */
export interface Next {
  readonly kind: "answer" | "waiting" | "check" | "contact";
  readonly row?: BoardRow;
  readonly line?: Line;
  readonly others: readonly string[];
  readonly dueMs: number | null;
}

export function nextThing(view: View, nowMs: number): Next | null {
  const rows = boardRows(view, nowMs);
  const things: Next[] = [];
  for (const row of rows) {
    if (isMine(view, row)) {
      things.push({ kind: "answer", row, others: [row.origin], dueMs: row.due_at && ms(row.due_at) } as Next);
    } else if (isSilent(row, nowMs)) {
      things.push({ kind: "waiting", row, others: [row.recipient], dueMs: ms(row.due_at as string) });
    }
  }
  for (const line of view.lines) {
    if (line.check_due_at === null || line.state === "suspended") continue;
    things.push({ kind: "check", line, others: othersOn(view, line), dueMs: ms(line.check_due_at) });
  }
  for (const each of view.cadences) {
    if (each.a !== view.party && each.b !== view.party) continue;
    const other = each.a === view.party ? each.b : each.a;
    things.push({ kind: "contact", others: [other], dueMs: ms(each.contact_due_at) });
  }
  // Of what is late the most urgent comes first; of all else what is due first.
  const lateness = (thing: Next) => (thing.row !== undefined && isSilent(thing.row, nowMs) ? PRECEDENCES.indexOf(thing.row.precedence) : PRECEDENCES.length);
  const soonest = (thing: Next) => thing.dueMs ?? Number.MAX_SAFE_INTEGER;
  return things.sort((a, b) => lateness(a) - lateness(b) || soonest(a) - soonest(b))[0] ?? null;
}

/** Whom a CHECK FIRE is for unless one says else: the forces that one neither is nor stands behind. */
export function forcesConcerned(view: View): readonly string[] {
  const mine = (party: View["parties"][number]) => party.id === view.party || party.backers.includes(view.party);
  return view.parties.filter((each) => each.kind === "force" && !mine(each)).map((each) => each.id);
}

/** A CHECK FIRE that nobody has lifted, as far as one may see who answered it. */
export interface Holding {
  readonly message: Message;
  readonly owed: readonly Delivery[];
  readonly answered: number;
  /** Until when the stopwatch ran: null while somebody is silent. */
  readonly allAnsweredMs: number | null;
}

export function checkFires(view: View): Holding[] {
  const lifted = new Set(view.messages.filter((each) => each.kind === "RESUME").map((each) => each.in_reply_to));
  return view.messages
    .filter((each) => each.kind === "CHECK_FIRE" && !lifted.has(each.id))
    .map((message) => holdingOf(view, message))
    .sort((a, b) => ms(b.message.sent_at) - ms(a.message.sent_at));
}

function holdingOf(view: View, message: Message): Holding {
  const owed = view.deliveries.filter((each) => each.subject === message.id && each.rule !== "inform");
  const answers = owed.map((each) => humanAnswer(each)).filter((each) => each !== undefined);
  // Heard by one path, a party is silent by no other.
  const heard = owed.filter((each) => humanAnswer(each) !== undefined || (each.heard_on ?? null) !== null);
  const isOver = heard.length === owed.length && message.closed_at !== null;
  const latest = Math.max(ms(message.closed_at ?? message.sent_at), ...answers.map((each) => ms(each.at)));
  return {
    message,
    owed,
    answered: heard.length,
    allAnsweredMs: isOver ? latest : null,
  };
}

/** To whom one may pass on a message that one carries: to whom it is for, or else to the backers on the way. */
export function onwardFrom(view: View, owed: Delivery): readonly string[] {
  const message = view.messages.find((each) => each.id === owed.subject);
  if (message === undefined || owed.hop >= owed.hops) return [];
  const open = choicesOf(view, owed.id, "relay.forwarded.v1");
  const direct = open.filter((each) => message.recipients.includes(each));
  const behind = view.parties.filter((each) => message.recipients.includes(each.id)).flatMap((each) => each.backers);
  return direct.length > 0 ? direct : open.filter((each) => behind.includes(each));
}
