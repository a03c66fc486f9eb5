// One value, one text: JSON as RFC 8785 canonicalizes it.

/** What JSON can say. A member that is `undefined` is left out, as in `JSON.stringify`. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined };

/**
 * The one JSON text of a value. ECMAScript's own texts for strings and numbers are those of
 * RFC 8785; what is left is the order of names: by UTF-16 code units, which is how strings sort.
 *
 * Throws a RangeError for numbers that JSON cannot say exactly.
 */
export function canonical(value: Json): string {
  if (typeof value === "number" && (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER)) {
    throw new RangeError("a number beyond 2^53 cannot be signed");
  }
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const members = Object.entries(value as Record<string, Json | undefined>)
    .filter((member): member is [string, Json] => member[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`).join(",")}}`;
}
