// What is said with one button, and at most a reason: each is a row here and its words in `words/en.ts`.

import type { Contents, ReasonBody } from "../api/said";
import type { Word } from "../words/words.svelte";

export interface Plain {
  readonly kind: keyof Contents;
  readonly title: Word;
  readonly button: Word;
  /** What it leads to, where that is not plain from its name. */
  readonly lead?: Word;
  readonly reason?: "may" | "must";
  readonly content: (thing: string, version: number, body: ReasonBody | null) => Contents[keyof Contents];
}

function plain<K extends keyof Contents>(
  kind: K,
  word: string,
  content: (thing: string, version: number, body: ReasonBody | null) => Contents[K],
  rest: Pick<Plain, "reason" | "lead"> = {},
): Plain {
  return { kind, title: `plain.${word}_title` as Word, button: `plain.${word}` as Word, content, ...rest };
}

export const PLAIN: Readonly<Record<string, Plain>> = {
  "notice.validate": plain("notification.validated.v1", "validate", (notification, version) => ({ notification, version }), { lead: "plain.validate_lead" }),
  "notice.return": plain("notification.returned.v1", "return", (notification, version, body) => ({ notification, version, body }), { reason: "must", lead: "plain.return_lead" }),
  "notice.cancel": plain("notification.cancelled.v1", "cancel", (notification, _, body) => ({ notification, body }), { reason: "may", lead: "plain.cancel_lead" }),
  "notice.withdraw": plain("notification.withdrawn.v1", "withdraw_notice", (notification, _, body) => ({ notification, body }), { reason: "may", lead: "plain.untold" }),
  "notice.object": plain("notification.objected.v1", "object", (notification, version, body) => ({ notification, version, body }), { reason: "must", lead: "plain.object_lead" }),
  "notice.suspend": plain("notification.suspended.v1", "suspend", (notification, _, body) => ({ notification, body }), { reason: "may" }),
  "notice.resume": plain("notification.resumed.v1", "resume", (notification) => ({ notification })),
  "notice.complete": plain("notification.completed.v1", "complete", (notification) => ({ notification })),
  "notice.reverify": plain("notification.reverified.v1", "reverify", (notification, version) => ({ notification, version })),
  "plan.withdraw": plain("plan.withdrawn.v1", "withdraw_plan", (plan) => ({ plan }), { lead: "plain.untold" }),
  "measure.object": plain("measure.objected.v1", "object", (measure, version, body) => ({ measure, version, body }), { reason: "may" }),
  "measure.withdraw": plain("measure.withdrawn.v1", "withdraw_measure", (measure, version) => ({ measure, version }), { lead: "plain.withdraw_measure_lead" }),
  "measure.suspend": plain("measure.suspended.v1", "suspend", (measure, version) => ({ measure, version })),
  "measure.resume": plain("measure.resumed.v1", "resume", (measure, version) => ({ measure, version })),
  "line.suspend": plain("line.state_set.v1", "line_suspend", (line) => ({ line, state: "suspended" })),
  "line.down": plain("line.state_set.v1", "line_down", (line) => ({ line, state: "down" })),
  "line.open": plain("line.state_set.v1", "line_open", (line) => ({ line, state: "open" })),
  "incident.close": plain("incident.closing.v1", "close", (incident) => ({ incident }), { lead: "plain.close_lead" }),
};
