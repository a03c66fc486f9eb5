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
  /** The desk's time less this machine's, in milliseconds. */
  offMs = $state(0);

  private toldMs = 0;
  private heardAt = 0;
  private unreached = false;
  private ticking: ReturnType<typeof setInterval> | undefined;

  start(): void {
    this.heardAt = performance.now();
    this.ticking = setInterval(() => this.tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.ticking);
    this.now = null;
    this.reckoned = null;
    this.lostForMs = null;
  }

  /** The desk said what time it is. */
  told(instant: string): void {
    this.toldMs = Date.parse(instant);
    this.heardAt = performance.now();
    this.unreached = false;
    this.offMs = this.toldMs - Date.now();
    this.tick();
  }

  /** Somebody tried to reach the desk and could not: it is lost at once, until it is heard again. */
  missed(): void {
    this.unreached = true;
    this.tick();
  }

  private tick(): void {
    const silentMs = performance.now() - this.heardAt;
    if (this.toldMs > 0) this.reckoned = this.toldMs + silentMs;
    if (this.unreached || silentMs > LOST_AFTER_MS) {
      this.lostForMs = silentMs;
    } else {
      this.lostForMs = null;
      this.now = this.reckoned;
    }
  }
}

export const clock = new DeskClock();
