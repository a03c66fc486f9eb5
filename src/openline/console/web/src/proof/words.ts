// What was proven, and why something was not.

import type { Word } from "../words/words.svelte";

/** It is not proven; `why` is a key of the words. Whether somebody lied or erred, this cannot say. */
export class NotProven extends Error {
  constructor(readonly why: Extract<Word, `proof.${string}`>) {
    super(why);
  }
}
