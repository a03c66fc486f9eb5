// Held against what one may see, before it is filed: faults and lateness by the desk's judgement, and
// what it would meet by a question, which the desk counts and keeps.

import type { Kind, Volume4D } from "../api/said";
import type { Conflict, Finding, NotificationJudged, QuestionAnswered } from "../api/seen";
import { desk } from "../state/desk.svelte";
import { thingId } from "../state/naming";
import type { Saying } from "./saying.svelte";

export interface Judgement {
  readonly faults: readonly Finding[];
  readonly phrase: string | null;
  readonly timeliness: NotificationJudged["timeliness"];
  /** Why the desk did not answer what it would meet: the question was refused. It can be filed all the same. */
  readonly unasked: string | null;
  /** Null where the desk answered UNKNOWN, or did not answer. */
  readonly conflicts: readonly Conflict[] | null;
  readonly toldBy: number;
  readonly asOfMs: number;
  /** What was asked under: the desk calls it by this in each conflict. */
  readonly asked: string;
}

export class Judging {
  judgement = $state.raw<Judgement | null>(null);
  private of = "";

  /** Whether what is about to be filed is what was judged. */
  holds(content: unknown): boolean {
    return this.judgement !== null && this.of === JSON.stringify(content);
  }

  /** Judges it; false where the desk refused or did not answer, and `saying` says why. */
  async judge(saying: Saying, content: unknown, of: () => Promise<NotificationJudged | { volumes: readonly Volume4D[] }>, kind: Kind): Promise<boolean> {
    this.judgement = null;
    const judged = await saying.asking(of);
    if (judged === null) return false;
    const question = thingId("Q");
    const said = await saying.say("question.asked.v1", {
      question,
      asked: "would_meet",
      body: { volumes: judged.volumes as readonly Volume4D[], kind },
    });
    if (said === null && !saying.refused) return false;
    const unasked = said === null ? saying.trouble : null;
    saying.trouble = null;
    const answered = said?.concluded.find((each) => each.kind === "question.answered.v1")?.content as unknown as QuestionAnswered | undefined;
    this.of = JSON.stringify(content);
    this.judgement = {
      faults: "faults" in judged ? judged.faults : [],
      phrase: "check_phrase" in judged ? judged.check_phrase : null,
      timeliness: "timeliness" in judged ? judged.timeliness : null,
      unasked,
      conflicts: answered?.answer === "told" ? (answered.body?.conflicts ?? []) : null,
      toldBy: answered?.told_by ?? 0,
      asOfMs: desk.now,
      asked: `?${question}`,
    };
    return true;
  }
}
