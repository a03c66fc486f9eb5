// The party's view of the desk, kept as new as the stream says it must be. Every pane reads `desk`.

import { NoAnswer, Refused } from "../api/client";
import type { EntryTold, View } from "../api/seen";
import type { Heard } from "../api/stream";
import { clock } from "./clock.svelte";
import { past } from "./past.svelte";
import { presses } from "./pressing";
import { viewOf } from "./changes";
import { session } from "./session.svelte";
import { type Tracks, tracksOf } from "./tracks";

/** Entries come in bursts: so long at least lies between two readings of the whole view, unless one of them presses. */
const READ_AFTER_MS = 150;
/** A large view takes long to read: then it is read less often, but never later than this. */
const READ_AFTER_MOST_MS = 2_000;
const READINGS_APART = 3;
const TRACKS_EVERY_MS = 1_000;
const RETRY_FIRST_MS = 500;
const RETRY_MOST_MS = 4_000;

type Listener = (entry: EntryTold) => void;

class Desk {
  /** As of now; null before it was first read. */
  live = $state.raw<View | null>(null);
  tracks = $state.raw<Tracks | null>(null);
  /** The record's size by the last word of the desk: if the view has less, it is old. */
  size = $state(0);
  /** Why the desk answers and takes no statements; null if it takes them: whoever relies on it must know that. */
  halted = $state<string | null>(null);
  /** Protected sites whose place is not shown: a halted desk cannot record that one looked. */
  withheld = $state.raw<readonly string[]>([]);

  /** What the screen shows: the view as of now, or that of the past instant one looks at. */
  view = $derived(past.at === null ? this.live : past.view);
  /** The instant that the screen is about, in milliseconds since 1970; it stands still while the desk is not heard. */
  now = $derived(past.at ?? clock.now ?? (this.live === null ? 0 : Date.parse(this.live.as_of)));
  /** The same, but going on without the desk: for ages, which grow whether or not it is heard. */
  aged = $derived(past.at ?? clock.reckoned ?? this.now);
  /** Whether what is on the screen is as of now, and the desk is being heard. */
  isLive = $derived(past.at === null && clock.lostForMs === null && clock.now !== null && this.live !== null);
  /** Whether it was to be as of now and is not: nothing that others did meanwhile is known here. */
  isLost = $derived(past.at === null && clock.lostForMs !== null);

  private lastId: number | null = null;
  private aborting: AbortController | null = null;
  /** The desk's name for what is held as `live`. */
  private mark: string | null = null;
  private readings = new Readings(() => this.read(), restAfter);
  /** What presses is read beside a reading that takes long, and waits for none but its like. */
  private pressing = new Readings(() => this.read(), () => 0);
  private listeners = new Set<Listener>();

  /** Begins to listen, and goes on until `stop`: whatever breaks is tried again. */
  start(): void {
    clock.start();
    this.aborting = new AbortController();
    void this.keepTracking(this.aborting.signal);
    void this.keepListening(this.aborting.signal);
  }

  stop(): void {
    this.aborting?.abort();
    clock.stop();
    past.leave();
    this.live = null;
    this.mark = null;
    this.halted = null;
    this.withheld = [];
    this.tracks = null;
    this.lastId = null;
  }

  /** Tells of each entry as it comes; the function returned ends that. */
  onEntry(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Reads what is new in the view, and ends once that was read. While one reading is under way, all who call wait
   * for the one after it, and no other; with `atOnce` they wait for no rest, and for no reading that began before.
   */
  refresh(atOnce = false): Promise<void> {
    if (!atOnce) return this.readings.ask();
    this.readings.endRest();
    // With nothing held yet all of it must come: twice would take twice as long.
    return this.readings.isReading && this.mark !== null ? this.pressing.ask() : this.readings.ask();
  }

  private async read(): Promise<void> {
    const [held, mark, of] = [this.live, this.mark, this.aborting];
    if (of?.signal.aborted) return; // it was asked for by one who has left before its turn came
    const told = await session.api.changes(held === null ? null : mark);
    if (of !== this.aborting || of?.signal.aborted) return; // whoever asked has left
    const view = viewOf(told, held);
    if (this.live !== null && view.size < this.live.size) return;
    this.live = view;
    this.mark = told.mark;
    this.withheld = told.withheld;
  }

  /** The desk takes statements again, and something is still withheld here. */
  private get mayShowMore(): boolean {
    return this.halted === null && this.withheld.length > 0;
  }

  /** Asks for the tracks once a second, and for the next only after the last: a browser that cannot follow asks less. */
  private async keepTracking(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const began = performance.now();
      try {
        const told = await session.api.tracks(this.tracks?.digest ?? null);
        if (!signal.aborted) this.tracks = tracksOf(told, this.tracks);
      } catch (error) {
        // The stream says whether the desk is there; tracks grow old by themselves.
        if (!(error instanceof Refused || error instanceof NoAnswer)) throw error;
      }
      const tookMs = performance.now() - began;
      await pause(Math.max(TRACKS_EVERY_MS - tookMs, tookMs));
    }
  }

  private async keepListening(signal: AbortSignal): Promise<void> {
    let wait = RETRY_FIRST_MS;
    while (!signal.aborted) {
      try {
        // Neither waits for the other: what is urgent is heard of while a large view is still being read.
        this.refreshSoon();
        this.lastId ??= (session.me?.size ?? 1) - 1;
        for await (const heard of session.api.listen(this.lastId, signal)) {
          wait = RETRY_FIRST_MS;
          this.hear(heard);
        }
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof Refused && error.status === 401) await session.renew();
        else if (error instanceof NoAnswer || error instanceof TypeError) clock.missed();
        else if (!(error instanceof Refused)) throw error;
      }
      await pause(wait);
      wait = Math.min(wait * 2, RETRY_MOST_MS);
    }
  }

  private hear(heard: Heard): void {
    switch (heard.event) {
      case "now":
        clock.told(heard.now);
        this.size = heard.size;
        this.halted = heard.halted;
        if (this.live === null || heard.size > this.live.size || this.mayShowMore) this.refreshSoon();
        return;
      case "entry":
        this.lastId = heard.id;
        this.listeners.forEach((listener) => listener(heard.entry));
        this.refreshSoon(presses(heard.entry, session.me?.party ?? ""));
        return;
      case "reset":
        this.lastId = heard.id;
        this.live = heard.view;
        this.mark = null;
    }
  }

  private refreshSoon(atOnce = false): void {
    this.refresh(atOnce).catch((error: unknown) => {
      // The stream goes on or breaks by itself, and then the view is read again.
      if (!(error instanceof Refused || error instanceof NoAnswer)) throw error;
    });
  }
}

/** How long to rest after a reading that took so long. */
function restAfter(tookMs: number): number {
  return Math.min(READ_AFTER_MOST_MS, Math.max(READ_AFTER_MS, READINGS_APART * tookMs));
}

/** Readings one after the other, with a rest between two that can be ended. */
class Readings {
  isReading = false;
  /** Ends with the last reading that was begun, and the rest after it. */
  private turn: Promise<void> = Promise.resolve();
  /** The reading that waits for its turn. */
  private next: Promise<void> | null = null;
  private rest = new Rest();

  constructor(
    private readonly read: () => Promise<void>,
    private readonly restAfter: (tookMs: number) => number,
  ) {}

  /** Ends with a reading that begins after this: all who ask meanwhile share it. */
  ask(): Promise<void> {
    if (this.next !== null) return this.next;
    const reading = this.turn.then(() => this.timed());
    this.next = reading.then(() => undefined);
    this.turn = reading.then(
      (tookMs) => this.rest.take(this.restAfter(tookMs)),
      () => undefined,
    );
    return this.next;
  }

  endRest(): void {
    this.rest.end();
  }

  private async timed(): Promise<number> {
    this.next = null;
    this.rest = new Rest();
    this.isReading = true;
    const began = performance.now();
    try {
      await this.read();
    } finally {
      this.isReading = false;
    }
    return performance.now() - began;
  }
}

/** The time in which nothing is read, that readings of a large view do not fill the whole day; it can be ended. */
class Rest {
  private over: () => void = () => undefined;
  private readonly ended = new Promise<void>((resolve) => (this.over = resolve));

  /** Now; or, if it was not begun yet, as soon as it begins. */
  end(): void {
    this.over();
  }

  async take(ms: number): Promise<void> {
    if (ms === 0) return;
    const timer = setTimeout(this.over, ms);
    await this.ended;
    clearTimeout(timer);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export const desk = new Desk();
