// Held against what one may see, before it is filed: faults and lateness by the desk's judgement, and
// what it would meet by a question, which the desk counts and keeps.

import type { Kind, MeasureProposed, Volume4D } from "../api/said";
import type { Conflict, Finding, MeasureJudged, NotificationJudged, QuestionAnswered } from "../api/seen";
import { desk } from "../state/desk.svelte";
import { thingId } from "../state/naming";
import { session } from "../state/session.svelte";
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
  /** How what it would meet is told: a measure keeps out, a plan comes near. */
  readonly meets: "judged.conflicts" | "judged.measure_meets";
}

/** The ground that is asked about, and how whatever will be there moves. */
interface Asked {
  readonly volumes: readonly Volume4D[];
  readonly kind: Kind;
}

export class Judging {
  judgement = $state.raw<Judgement | null>(null);
  private of = "";

  /** Whether what is about to be filed is what was judged. */
  holds(content: unknown): boolean {
    return this.judgement !== null && this.of === JSON.stringify(content);
  }

  /** Judges it; false where the desk refused or did not answer, and `saying` says why. */
  async judge(saying: Saying, content: unknown, of: () => Promise<NotificationJudged | Asked>): Promise<boolean> {
    this.judgement = null;
    const judged = await saying.asking(of);
    if (judged === null) return false;
    const question = thingId("Q");
    const said = await saying.say("question.asked.v1", {
      question,
      asked: "would_meet",
      body: { volumes: judged.volumes as readonly Volume4D[], kind: judged.kind },
    });
    // A question that the desk does not take leaves it UNKNOWN; ground that is none would not be taken either.
    if (said === null && (saying.refused === null || saying.refused === "malformed")) return false;
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
      meets: "judged.conflicts",
    };
    return true;
  }

  /** The same for a measure: nothing is asked that is counted, for only what one sees is held against it. */
  async judgeMeasure(saying: Saying, content: MeasureProposed): Promise<void> {
    this.judgement = null;
    const judged = await saying.asking<MeasureJudged>(() => session.api.judgeMeasure(content));
    if (judged === null) return;
    this.of = JSON.stringify(content);
    this.judgement = {
      faults: [],
      phrase: judged.check_phrase,
      timeliness: null,
      unasked: null,
      conflicts: judged.met,
      toldBy: judged.told_by,
      asOfMs: desk.now,
      asked: content.measure,
      meets: "judged.measure_meets",
    };
  }
}
