// Instants and spans as people at a desk read them.

import { t } from "./words.svelte";

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

export function ms(instant: string): number {
  return Date.parse(instant);
}

const two = (each: number) => String(each).padStart(2, "0");

/** A date-time group: `160033Z SEP 17`. */
export function dtg(atMs: number): string {
  const at = new Date(atMs);
  const day = `${two(at.getUTCDate())}${two(at.getUTCHours())}${two(at.getUTCMinutes())}Z`;
  return `${day} ${MONTHS[at.getUTCMonth()]} ${two(at.getUTCFullYear() % 100)}`;
}

/** As it is said, and as it stands in a field: `2017-09-16T00:33:20Z`. */
export function isoText(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

const DTG = /^(\d{2})(\d{2})(\d{2})\s*([A-IK-Z])\s*(?:([A-Z]{3})\s*(\d{2}|\d{4}))?$/;
const AHEAD = /^\+\s*(?:(\d+)\s*H)?\s*(?:(\d+)\s*M?)?$/;
const ISO_DAY = /^(\d{4})-(\d\d)-(\d\d)T/;
const OFFSET = /(?:Z|[+-]\d\d:?\d\d)$/i;

/**
 * The instant that somebody typed: `160033Z SEP 17`, `160033Z` (of this month), `+2h30` from now, or
 * ISO 8601 with its offset. Null for anything else: the same local time is another instant elsewhere.
 */
export function instantOf(text: string, nowMs: number): number | null {
  const typed = text.trim().toUpperCase();
  const ahead = AHEAD.exec(typed);
  if (ahead !== null && typed.length > 1) return nowMs + (Number(ahead[1] ?? 0) * 60 + Number(ahead[2] ?? 0)) * 60_000;
  const group = DTG.exec(typed);
  if (group !== null) return groupOf(group, new Date(nowMs));
  const [, year, month, dayOfMonth] = (ISO_DAY.exec(typed) ?? []).map(Number);
  if (dayOfMonth === undefined || !OFFSET.test(typed)) return null;
  const day = new Date(Date.UTC(year as number, (month as number) - 1, dayOfMonth));
  const at = Date.parse(typed);
  return Number.isNaN(at) || day.getUTCDate() !== dayOfMonth ? null : at;
}

/** What was typed, with a span from now made an instant: it must not run on while one reads the form. */
export function fixedText(text: string, nowMs: number): string {
  const at = text.trim().startsWith("+") ? instantOf(text, nowMs) : null;
  return at === null ? text : isoText(at);
}

function groupOf(group: RegExpExecArray, now: Date): number | null {
  const [dayOfMonth, hour, minute] = group.slice(1, 4).map(Number) as [number, number, number];
  const month = group[5] === undefined ? now.getUTCMonth() : MONTHS.indexOf(group[5]);
  const year = group[6] === undefined ? now.getUTCFullYear() : Number(group[6]) + (group[6].length === 2 ? 2000 : 0);
  const at = new Date(Date.UTC(year, month, dayOfMonth, hour, minute));
  // A day, an hour or a minute that there is not would else be another one in silence.
  const isReal = month >= 0 && at.getUTCDate() === dayOfMonth && at.getUTCHours() === hour && at.getUTCMinutes() === minute;
  return isReal ? at.getTime() - zoneHours(group[4] as string) * 3_600_000 : null;
}

/** Hours east of Greenwich for a zone letter; J, the observer's own time, is not among them. */
function zoneHours(letter: string): number {
  const east = "ABCDEFGHIKLM".indexOf(letter);
  const west = "NOPQRSTUVWXY".indexOf(letter);
  return east >= 0 ? east + 1 : west >= 0 ? -(west + 1) : 0;
}

/** `16 SEP`. */
export function day(atMs: number): string {
  const at = new Date(atMs);
  return `${two(at.getUTCDate())} ${MONTHS[at.getUTCMonth()]}`;
}

/** `00:33:20Z`, or without seconds. */
export function clockText(atMs: number, seconds = true): string {
  const text = new Date(atMs).toISOString();
  return `${text.slice(11, seconds ? 19 : 16)}Z`;
}

/** The same instant by a cell's own clock: `03:33 +03`. */
export function localText(atMs: number, offsetMin: number): string {
  const text = new Date(atMs + offsetMin * 60_000).toISOString().slice(11, 16);
  const sign = offsetMin < 0 ? "−" : "+";
  const [hours, minutes] = [Math.floor(Math.abs(offsetMin) / 60), Math.abs(offsetMin) % 60];
  return `${text} ${sign}${two(hours)}${minutes === 0 ? "" : `:${two(minutes)}`}`;
}

/** Whether the day matters. */
export function isFar(atMs: number, nowMs: number): boolean {
  return Math.abs(atMs - nowMs) > 18 * 3_600_000;
}

/** A day and minute where the day matters, else the minute alone. */
export function whenText(atMs: number, nowMs: number): string {
  return isFar(atMs, nowMs) ? `${day(atMs)} ${clockText(atMs, false)}` : clockText(atMs, false);
}

/** A number with its unit, as the language has it. */
function of(count: number | string, unit: "s" | "min" | "h" | "d"): string {
  return `${count} ${t(`unit.${unit}`)}`;
}

/** How long, to a running clock's exactness: `03:20`, `2 h 05`, `3 d 04 h`. Never less than zero. */
export function spanText(spanMs: number): string {
  const seconds = Math.max(0, Math.floor(spanMs / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${of(Math.floor(hours / 24), "d")} ${of(two(hours % 24), "h")}`;
  if (hours >= 1) return `${of(hours, "h")} ${two(minutes % 60)}`;
  return `${two(minutes)}:${two(seconds % 60)}`;
}

/** How old, as roughly as it matters: `40 s`, `33 min`, `5 h`, `3 d`. */
export function ageText(ageMs: number): string {
  const seconds = Math.max(0, Math.floor(ageMs / 1000));
  if (seconds < 60) return of(seconds, "s");
  if (seconds < 3_600) return of(Math.floor(seconds / 60), "min");
  if (seconds < 172_800) return of(Math.floor(seconds / 3_600), "h");
  return of(Math.floor(seconds / 86_400), "d");
}
