// What was said last from here, for a moment: that it stands, where in the record, and on whose word.

import type { Said } from "../api/seen";

const SHOWN_MS = 8_000;

export interface Spoken {
  readonly said: Said;
  readonly what: string;
  readonly signed: boolean;
}

class LastSpoken {
  last = $state.raw<Spoken | null>(null);
  private over: ReturnType<typeof setTimeout> | undefined;

  note(spoken: Spoken): void {
    this.last = spoken;
    clearTimeout(this.over);
    this.over = setTimeout(() => (this.last = null), SHOWN_MS);
  }
}

export const spoken = new LastSpoken();
