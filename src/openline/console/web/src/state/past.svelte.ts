// Looking back: the view as it was, and the story replayed at any speed. `leave` is now again.

import type { Moment } from "../api/client";
import type { View } from "../api/seen";
import { session } from "./session.svelte";

export const SPEEDS = [1, 60, 600, 3_600, 21_600, 86_400] as const;
const FRAME_MS = 100;

class Past {
  /** The instant one looks at, in milliseconds since 1970; null is now. */
  at = $state<number | null>(null);
  /** The view as of that instant; the one before it while the next is on its way. */
  view = $state.raw<View | null>(null);
  /** Every entry that one may read, oldest first. */
  moments = $state.raw<readonly Moment[]>([]);
  /** Their instants, in milliseconds. */
  times = $state.raw<readonly number[]>([]);
  playing = $state(false);
  speed = $state<number>(3_600);

  private wanted: number | null = null;
  private fetching = false;
  private reachedIndex = 0;
  private timer: ReturnType<typeof setInterval> | undefined;

  /** Reads the marks that are new since the last time. */
  async readMoments(): Promise<void> {
    const found: Moment[] = [];
    for (;;) {
      const page = await session.api.moments(this.reachedIndex);
      found.push(...page.moments);
      this.reachedIndex = page.upto;
      if (page.upto >= page.size) break;
    }
    if (found.length === 0) return;
    this.moments = [...this.moments, ...found];
    this.times = this.moments.map(([, recordedAt]) => Date.parse(recordedAt));
  }

  /** Looks at an instant. Beyond the last entry it is now. */
  look(atMs: number): void {
    this.at = atMs;
    const upto = countUpto(this.times, atMs);
    const index = upto === 0 ? 0 : (this.moments[upto - 1]?.[0] ?? 0);
    this.wanted = index + 1;
    void this.fetch();
  }

  /** The mark before or after the instant one looks at, or `from` if that is now. */
  step(by: 1 | -1, from: number): void {
    const at = this.at ?? from;
    const upto = countUpto(this.times, at);
    let next = by > 0 ? upto : upto - 1;
    while (by < 0 && next >= 0 && (this.times[next] ?? 0) >= at) next -= 1;
    const instant = this.times[next];
    if (instant !== undefined) this.look(instant);
    else if (by > 0) this.leave();
  }

  play(from: number, upto: () => number): void {
    this.playing = true;
    if (this.at === null) this.look(from);
    clearInterval(this.timer);
    this.timer = setInterval(() => {
      const next = (this.at ?? from) + this.speed * FRAME_MS;
      if (next >= upto()) this.leave();
      else this.look(next);
    }, FRAME_MS);
  }

  pause(): void {
    clearInterval(this.timer);
    this.playing = false;
  }

  /** Now again. */
  leave(): void {
    this.pause();
    this.at = null;
    this.wanted = null;
    this.view = null;
  }

  reset(): void {
    this.leave();
    this.moments = [];
    this.times = [];
    this.reachedIndex = 0;
  }

  /** One question at a time; the newest wish wins, so that scrubbing never queues. */
  private async fetch(): Promise<void> {
    if (this.fetching) return;
    this.fetching = true;
    try {
      while (this.wanted !== null && this.wanted !== this.view?.size) {
        const size = this.wanted;
        const view = await session.api.past(size);
        if (this.at !== null) this.view = view;
        if (this.wanted === size) break;
      }
    } catch {
      this.pause(); // what is shown stays; the next look asks again
    } finally {
      this.fetching = false;
    }
  }
}

/** How many of the ascending numbers are no greater than the given one. */
export function countUpto(ascending: readonly number[], most: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? Infinity) <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const past = new Past();
