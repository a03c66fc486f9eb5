// What every form shares: saying it once, and what became of that.

import { NoAnswer, Refused } from "../api/client";
import type { Contents } from "../api/said";
import type { Said } from "../api/seen";
import { newId, NotNow, say } from "../state/speak";
import { t } from "../words/words.svelte";

export class Saying {
  busy = $state(false);
  /** Why it was not said, in one sentence; null while nothing went wrong. */
  trouble = $state<string | null>(null);
  said = $state.raw<Said | null>(null);
  /** The same id however often it is tried: what was heard already is taken once. */
  private id: string | null = null;

  async say<K extends keyof Contents>(kind: K, content: Contents[K]): Promise<Said | null> {
    if (this.busy) return null;
    this.busy = true;
    this.trouble = null;
    this.id ??= newId(kind);
    try {
      this.said = await say(kind, content, this.id);
      this.id = null;
      return this.said;
    } catch (error) {
      if (error instanceof Refused) {
        this.trouble = error.sentence;
        this.id = null; // nothing stands under it, and what is mended is another statement
      } else if (error instanceof NoAnswer) this.trouble = error.sentence ?? t("say.no_answer");
      else if (error instanceof NotNow) this.trouble = t(error.why);
      else throw error;
      return null;
    } finally {
      this.busy = false;
    }
  }
}
