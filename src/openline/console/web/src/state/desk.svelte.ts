// The party's view of the desk, kept as new as the stream says it must be. Every pane reads `desk`.

import { NoAnswer, Refused } from "../api/client";
import type { EntryTold, View } from "../api/seen";
import type { Heard } from "../api/stream";
import { clock } from "./clock.svelte";
import { past } from "./past.svelte";
import { presses } from "./pressing";
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

  /** What the screen shows: the view as of now, or that of the past instant one looks at. */
  view = $derived(past.at === null ? this.live : past.view);
  /** The instant that the screen is about, in milliseconds since 1970. */
  now = $derived(past.at ?? clock.now ?? (this.live === null ? 0 : Date.parse(this.live.as_of)));
  /** Whether what is on the screen is as of now, and the desk is being heard. */
  isLive = $derived(past.at === null && clock.lostForMs === null && this.live !== null);

  private lastId: number | null = null;
  private aborting: AbortController | null = null;
  /** Ends with the last reading that was begun, and the rest after it. */
  private turn: Promise<void> = Promise.resolve();
  /** The reading that waits for its turn. */
  private next: Promise<void> | null = null;
  private rest = new Rest();
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
    this.tracks = null;
    this.lastId = null;
  }

  /** Tells of each entry as it comes; the function returned ends that. */
  onEntry(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Reads the view anew, and ends once that was read. While one reading is under way, all who call wait for the
   * one after it, and no other; `atOnce` leaves no rest between the two.
   */
  refresh(atOnce = false): Promise<void> {
    if (atOnce) this.rest.end();
    if (this.next !== null) return this.next;
    const reading = this.turn.then(() => this.read());
    this.next = reading.then(() => undefined);
    this.turn = reading.then(
      (tookMs) => this.rest.take(Math.min(READ_AFTER_MOST_MS, Math.max(READ_AFTER_MS, READINGS_APART * tookMs))),
      () => undefined,
    );
    return this.next;
  }

  /** How long it took, in milliseconds. */
  private async read(): Promise<number> {
    this.next = null;
    this.rest = new Rest();
    const began = performance.now();
    const view = await session.api.view();
    if (this.live === null || view.size >= this.live.size) this.live = view;
    return performance.now() - began;
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
        await this.refresh();
        // What came between the view and the stream is asked for again: nothing is missed.
        this.lastId ??= (this.live?.size ?? 1) - 1;
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
        if (this.live !== null && heard.size > this.live.size) this.refreshSoon();
        return;
      case "entry":
        this.lastId = heard.id;
        this.listeners.forEach((listener) => listener(heard.entry));
        this.refreshSoon(presses(heard.entry, session.me?.party ?? ""));
        return;
      case "reset":
        this.lastId = heard.id;
        this.live = heard.view;
    }
  }

  private refreshSoon(atOnce = false): void {
    this.refresh(atOnce).catch((error: unknown) => {
      // The stream goes on or breaks by itself, and then the view is read again.
      if (!(error instanceof Refused || error instanceof NoAnswer)) throw error;
    });
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
    const timer = setTimeout(this.over, ms);
    await this.ended;
    clearTimeout(timer);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export const desk = new Desk();
