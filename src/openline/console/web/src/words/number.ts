// A number that somebody typed, read only where it can be read in one way.

const DIGITS = /^[+-]?\d+(?:[.,]\d+)?$/;
/** `1,500` and `1.500` are one and a half to some and fifteen hundred to others. */
const AMBIGUOUS = /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/;
/** A space between groups of three is one everywhere: `12 500`. */
const GROUPED = /^[+-]?\d{1,3}(?:[\s\u00a0\u202f]\d{3})+(?=$|[.,])/;

/** The number; null where none was typed, or what was typed can be read in no way or in two. */
export function numberOf(text: string): number | null {
  const typed = latin(text.trim()).replace(GROUPED, (groups) => groups.replace(/[\s\u00a0\u202f]/g, ""));
  return !DIGITS.test(typed) || AMBIGUOUS.test(typed) ? null : Number(typed.replace(",", "."));
}

/** A number as text that `numberOf` reads as the same number: `12.3450`, for `12.345` may be read in two ways. */
export function numberText(number: number): string {
  const text = number.toLocaleString("en-US", { useGrouping: false, maximumFractionDigits: 20 });
  return AMBIGUOUS.test(text) ? `${text}0` : text;
}

/** Whether it says how many: whole, and none below zero. */
export function isCount(number: number): boolean {
  return Number.isInteger(number) && number >= 0;
}

/** Arabic and Persian digits, their decimal sign and the typographer's minus, as a keyboard's own. */
function latin(text: string): string {
  return text
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) % 16))
    .replace("\u066b", ".")
    .replace("\u2212", "-");
}
