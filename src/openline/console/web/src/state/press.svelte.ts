// The report at hand: its drafts, which of them were confirmed or dropped, and where one stands.

import { NoAnswer, Refused } from "../api/client";
import type { Contents } from "../api/said";
import type { Draft, Drafted } from "../api/seen";
import { Saying } from "../acts/saying.svelte";
import { base64 } from "../signing/encoding";
import { t } from "../words/words.svelte";
import { session } from "./session.svelte";
import { newId } from "./speak";

/** What became of a draft; what was dropped leaves no trace but this, and only here. */
export type Settled = "open" | "confirmed" | "dropped";

export class AtHand {
  settled = $state<Settled>("open");
  /** The same however often it is tried: what was heard already is taken once. */
  private readonly press = newId("press");
  readonly saying = new Saying();

  constructor(
    readonly draft: Draft,
    private readonly report: string,
    private readonly denied: string,
  ) {}

  /** One signed statement: the draft, and the report by its digest, and nothing else of it. */
  async confirm(): Promise<void> {
    if (this.settled !== "open") return;
    const said = await this.saying.say("report.confirmed.v1", this.content());
    if (said !== null) this.settled = "confirmed";
  }

  drop(): void {
    if (this.settled === "open" && !this.saying.busy) this.settled = "dropped";
  }

  private content(): Contents["report.confirmed.v1"] {
    const { draft } = this;
    const fixed = draft.lat !== null && draft.lon !== null;
    return {
      press: this.press,
      kind: draft.kind as Contents["report.confirmed.v1"]["kind"],
      body: {
        report: this.report,
        speaker: draft.speaker ?? "",
        speaker_party: draft.speaker_party ?? "",
        actor: draft.actor ?? "",
        target: draft.target ?? "",
        place_name: draft.place ?? "",
        place: fixed ? { lat_deg: draft.lat as number, lon_deg: draft.lon as number, accuracy_m: draft.accuracy_m ?? 0 } : null,
        when: draft.when ?? "",
        when_precision: draft.when_precision ?? "",
        denies: this.denied,
      },
    };
  }
}

class Press {
  read = $state.raw<Drafted | null>(null);
  drafts = $state.raw<readonly AtHand[]>([]);
  at = $state(0);
  busy = $state(false);
  trouble = $state<string | null>(null);

  /** Has the desk read a report; it keeps nothing of it. */
  async open(content: Uint8Array, name: string): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.trouble = null;
    try {
      const read = await session.api.reports(base64(content), name);
      this.read = read;
      this.drafts = read.drafts.map((draft) => new AtHand(draft, read.report.digest, deniedBy(read, draft)));
      this.at = 0;
    } catch (error) {
      if (error instanceof Refused) this.trouble = error.sentence;
      else if (error instanceof NoAnswer) this.trouble = error.sentence ?? t("press.no_answer");
      else throw error;
    } finally {
      this.busy = false;
    }
  }

  close(): void {
    this.read = null;
    this.drafts = [];
    this.trouble = null;
  }

  move(by: 1 | -1): void {
    this.at = Math.max(0, Math.min(this.drafts.length - 1, this.at + by));
  }

  async confirm(at = this.at): Promise<void> {
    await this.settle(at, (draft) => draft.confirm());
  }

  async drop(at = this.at): Promise<void> {
    await this.settle(at, (draft) => draft.drop());
  }

  private async settle(at: number, how: (draft: AtHand) => Promise<void> | void): Promise<void> {
    const draft = this.drafts[at];
    if (draft === undefined) return;
    this.at = at;
    await how(draft);
    if (draft.settled === "open" || this.at !== at) return;
    const next = this.drafts.findIndex((each, number) => number > at && each.settled === "open");
    if (next >= 0) this.at = next;
  }
}

/** What is denied, in few words: the draft's kind and whose, never its sentence. */
function deniedBy(read: Drafted, draft: Draft): string {
  if (typeof draft.denies !== "number") return draft.denies ?? "";
  const denied = read.drafts[draft.denies];
  return denied === undefined ? "" : [denied.kind, denied.speaker, denied.when].filter((each) => each !== null).join(", ");
}

export const press = new Press();
