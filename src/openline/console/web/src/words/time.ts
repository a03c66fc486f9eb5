// Instants and spans as people at a desk read them.

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
  const hours = Math.abs(offsetMin) / 60;
  return `${text} ${sign}${Number.isInteger(hours) ? two(hours) : hours.toFixed(1)}`;
}

/** A day and minute where the day matters, else the minute alone. */
export function whenText(atMs: number, nowMs: number): string {
  const far = Math.abs(atMs - nowMs) > 18 * 3_600_000;
  return far ? `${day(atMs)} ${clockText(atMs, false)}` : clockText(atMs, false);
}

/** How long, to a running clock's exactness: `03:20`, `2 h 05`, `3 d 04 h`. Never less than zero. */
export function spanText(spanMs: number): string {
  const seconds = Math.max(0, Math.floor(spanMs / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} d ${two(hours % 24)} h`;
  if (hours >= 1) return `${hours} h ${two(minutes % 60)}`;
  return `${two(minutes)}:${two(seconds % 60)}`;
}

/** How old, as roughly as it matters: `40 s`, `33 min`, `5 h`, `3 d`. */
export function ageText(ageMs: number): string {
  const seconds = Math.max(0, Math.floor(ageMs / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
