// What time it is at the desk. Every clock on the screen runs on this one, and it stands still when
// the desk has not been heard: then nothing on the screen may look as if it were of now.

/** A desk tells its time every two seconds; two of those missed, and the line to it is lost. */
export const LOST_AFTER_MS = 4_000;
const TICK_MS = 250;

class DeskClock {
  /** Milliseconds since 1970, by the desk; null before it has been heard. */
  now = $state<number | null>(null);
  /** What time it would be at the desk by now: it goes on while `now` stands still, for what may only grow older. */
  reckoned = $state<number | null>(null);
  /** How long the desk has not been heard, once that is long enough to count as lost; else null. */
  lostForMs = $state<number | null>(null);

  private toldMs = 0;
  private heardAt = 0;
  private heardAtWall = 0;
  private unreached = false;
  private ticking: ReturnType<typeof setInterval> | undefined;

  start(): void {
    this.heard();
    this.ticking = setInterval(this.tick, TICK_MS);
    // In a tab that is not looked at, timers hardly run.
    document.addEventListener("visibilitychange", this.tick);
  }

  stop(): void {
    clearInterval(this.ticking);
    document.removeEventListener("visibilitychange", this.tick);
    this.toldMs = 0;
    this.now = null;
    this.reckoned = null;
    this.lostForMs = null;
  }

  /** The desk said what time it is. */
  told(instant: string): void {
    this.toldMs = Date.parse(instant);
    this.heard();
    this.unreached = false;
    this.tick();
  }

  /** Somebody tried to reach the desk and could not: it is lost at once, until it is heard again. */
  missed(): void {
    this.unreached = true;
    this.tick();
  }

  private heard(): void {
    [this.heardAt, this.heardAtWall] = [performance.now(), Date.now()];
  }

  /** One of the two clocks may not run while a machine sleeps, the other may be set: the longer silence counts. */
  private tick = (): void => {
    const silentMs = Math.max(performance.now() - this.heardAt, Date.now() - this.heardAtWall);
    if (this.toldMs > 0) this.reckoned = this.toldMs + silentMs;
    if (this.unreached || silentMs > LOST_AFTER_MS) {
      this.lostForMs = silentMs;
    } else {
      this.lostForMs = null;
      this.now = this.reckoned;
    }
  };
}

export const clock = new DeskClock();
