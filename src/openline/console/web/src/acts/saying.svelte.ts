// What every form shares: saying it once, and what became of that.

import { NoAnswer, Refused } from "../api/client";
import type { Contents } from "../api/said";
import type { Said } from "../api/seen";
import { session } from "../state/session.svelte";
import { newId, NotNow, say } from "../state/speak";
import { spoken } from "../state/spoken.svelte";
import { t } from "../words/words.svelte";

export class Saying {
  busy = $state(false);
  /** Why it was not said, in one sentence; null while nothing went wrong. */
  trouble = $state<string | null>(null);
  said = $state.raw<Said | null>(null);
  /** Why the desk, which heard it, refused it: trying the same again will not help. Null where it did not. */
  refused: string | null = null;
  /** The same id however often it is tried: what was heard already is taken once. */
  private id: string | null = null;
  private told = "";

  /** Says it. `what` is what the screen then says was said; without it, nothing is shown. */
  async say<K extends keyof Contents>(kind: K, content: Contents[K], what = ""): Promise<Said | null> {
    if (this.busy) return null;
    const told = JSON.stringify([kind, content]);
    if (told !== this.told) this.id = null; // what is mended is another statement
    this.told = told;
    const id = (this.id ??= newId(kind));
    const said = await this.asking(() => say(kind, content, id));
    if (said === null) return null;
    this.said = said;
    this.id = null;
    if (what !== "") spoken.note({ said, what, signed: session.key !== null });
    return said;
  }

  /** Asks something of the desk; null, and the trouble, where it refused or did not answer. */
  async asking<T>(ask: () => Promise<T>): Promise<T | null> {
    this.busy = true;
    this.trouble = null;
    this.refused = null;
    try {
      return await ask();
    } catch (error) {
      if (error instanceof Refused) {
        this.trouble = error.sentence;
        this.refused = error.slug;
        this.id = null; // nothing stands under it
      } else if (error instanceof NoAnswer) this.trouble = error.sentence ?? t("say.no_answer");
      else if (error instanceof NotNow) this.trouble = t(error.why);
      else throw error;
      return null;
    } finally {
      this.busy = false;
    }
  }
}
