// The bell: each alarm that begins sounds once, a FLASH until it is answered; silenced only with a reason.

import type { Alarm, Cause } from "../api/seen";
import { play } from "../sound/tones";
import { desk } from "./desk.svelte";

/** A FLASH that awaits this party's own answer goes on sounding; nothing else repeats. */
const REPEAT_MS = 20_000;
/** A desk not heard for so long is itself a reason to wake somebody: no FLASH could be heard of. */
const LOST_SOUNDS_AFTER_MS = 15_000;
const LOST_AGAIN_MS = 60_000;

/** One beginning of an alarm: the same thing that begins again later is another. */
export function beginningOf(alarm: Pick<Alarm, "alarm" | "since">): string {
  return `${alarm.alarm} ${alarm.since}`;
}

/** The causes to sound now: those of alarms not heard before, each cause once however many there are. */
export function causesToSound(heard: ReadonlySet<string>, standing: readonly Alarm[]): Cause[] {
  const begun = standing.filter((each) => each.silenced === null && !heard.has(beginningOf(each)));
  return [...new Set(begun.map((each) => each.cause))];
}

/** The one that silencing is about, unless another is chosen: the most urgent that sounds. */
export function firstToSilence(standing: readonly Alarm[]): Alarm | undefined {
  return standing.find((each) => each.silenced === null);
}

class Bell {
  /** No browser sounds before somebody has pressed or touched something: until then this is true. */
  muted = $state(true);

  private context: AudioContext | null = null;
  private heard = new Set<string>();
  /** What was sounded before the view told of it. */
  private ahead = new Set<string>();
  private repeating: ReturnType<typeof setInterval> | undefined;
  private lostSounded = 0;

  start(): () => void {
    const wake = () => void this.wake();
    wake();
    window.addEventListener("pointerdown", wake);
    window.addEventListener("keydown", wake);
    this.repeating = setInterval(() => this.repeat(), REPEAT_MS);
    return () => {
      window.removeEventListener("pointerdown", wake);
      window.removeEventListener("keydown", wake);
      clearInterval(this.repeating);
      this.heard.clear();
      this.ahead.clear();
    };
  }

  /** What stands now is sounded as far as it is new. Heard is only what could be sounded. */
  hear(standing: readonly Alarm[]): void {
    if (this.muted || this.context === null) return;
    const heard = new Set([...this.heard, ...this.ahead]);
    for (const cause of causesToSound(heard, standing)) play(this.context, cause);
    this.heard = new Set(standing.map(beginningOf));
    for (const each of this.heard) this.ahead.delete(each);
  }

  /** A FLASH of which the view does not tell yet sounds now, and no second time once it does. */
  soundAhead(flash: Pick<Alarm, "alarm" | "since">): void {
    const beginning = beginningOf(flash);
    if (this.muted || this.context === null || this.heard.has(beginning) || this.ahead.has(beginning)) return;
    this.ahead.add(beginning);
    play(this.context, "flash");
  }

  /** The desk has not been heard for so long; null while it is heard. Sounds after a quarter of a minute, then once a minute. */
  lost(forMs: number | null): void {
    const due = forMs === null || forMs < LOST_SOUNDS_AFTER_MS ? 0 : 1 + Math.floor((forMs - LOST_SOUNDS_AFTER_MS) / LOST_AGAIN_MS);
    if (due > this.lostSounded && this.context !== null && !this.muted) play(this.context, "lost");
    this.lostSounded = due;
  }

  /** The sound of a cause, for whoever wants to know it. */
  tryOut(cause: Cause | "lost"): void {
    if (this.context !== null) play(this.context, cause);
  }

  private repeat(): void {
    const flash = desk.live?.alarms.some((each) => each.cause === "flash" && each.silenced === null);
    if (flash && this.context !== null && desk.isLive) play(this.context, "flash");
  }

  private async wake(): Promise<void> {
    if (!this.muted) return;
    this.context ??= new AudioContext();
    // Without a gesture this never settles: then the next gesture tries again.
    void this.context.resume().then(() => this.woken());
    this.woken();
  }

  private woken(): void {
    this.muted = this.context?.state !== "running";
    if (!this.muted) this.hear(desk.live?.alarms ?? []);
  }
}

export const bell = new Bell();
