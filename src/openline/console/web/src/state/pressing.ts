// Which entries somebody must see at once, however long the last reading of the view took. Pure.

import type { EntryTold } from "../api/seen";

/**
 * What runs on a clock of minutes, or ends one: answers, what passes a call on, and what the desk finds of
 * silence. None of it says which precedence it has, so each may be about a FLASH.
 */
const KINDS: ReadonlySet<string> = new Set([
  "receipt.given.v1",
  "receipt.overdue.v1",
  "relay.forwarded.v1",
  "relay.opened.v1",
  "escalated.v1",
  "crossing.found.v1",
]);
const MESSAGES: ReadonlySet<unknown> = new Set(["CHECK_FIRE", "RESUME"]);

/** Whether an entry is a FLASH, CHECK FIRE or RESUME, owed to the party, or of a kind that may end or follow one. */
export function presses({ kind, content }: Pick<EntryTold, "kind" | "content">, party: string): boolean {
  if (KINDS.has(kind) || content.precedence === "FLASH") return true;
  if (kind === "message.sent.v1") return MESSAGES.has(content.kind);
  const owed = (content.delivery ?? null) as { precedence?: unknown; recipient?: unknown } | string | null;
  if (kind !== "delivery.owed.v1" || owed === null || typeof owed === "string") return false;
  return owed.precedence === "FLASH" || owed.recipient === party;
}
