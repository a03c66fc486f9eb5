// One sound for each cause, made here: no file is fetched, and each is told from the others by rhythm alone.

import type { Cause } from "../api/seen";

/** A tone: its pitch in Hz (0 is a rest) and how long it lasts, in seconds. */
type Tone = readonly [hz: number, seconds: number];

const REST: Tone = [0, 0.09];

/** Higher and quicker is more urgent. None is like another in rhythm, for whoever hears no pitch. */
export const SOUNDS: Record<Cause, readonly Tone[]> = {
  flash: [[988, 0.12], [784, 0.12], [988, 0.12], [784, 0.12], [988, 0.12], [784, 0.12], REST, [988, 0.4]],
  silence: [[880, 0.35], REST, [880, 0.35]],
  crossing: [[740, 0.12], REST, [740, 0.12], REST, [740, 0.12]],
  overdue: [[659, 0.12], REST, [659, 0.35]],
  conflict: [[587, 0.35], REST, [587, 0.12], REST, [587, 0.12]],
  contact: [[523, 0.12], REST, [523, 0.12]],
  line: [[392, 0.5]],
};

const LOUDNESS = 0.25;
const FADE_S = 0.015;
/** Sounds that come at once follow one another, so that each can be told. */
let freeAt = 0;

/** The desk is not heard: falling, and longer than any other. */
const LOST: readonly Tone[] = [[440, 0.6], REST, [330, 0.6], REST, [247, 0.9]];

/** Plays the sound of a cause, or that of a desk not heard, after whatever is sounding. */
export function play(context: AudioContext, cause: Cause | "lost"): void {
  let at = Math.max(context.currentTime + 0.02, freeAt);
  for (const [hz, seconds] of cause === "lost" ? LOST : SOUNDS[cause]) {
    if (hz > 0) sound(context, hz, at, seconds);
    at += seconds;
  }
  freeAt = at + 0.4;
}

function sound(context: AudioContext, hz: number, at: number, seconds: number): void {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.type = "triangle";
  oscillator.frequency.value = hz;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(LOUDNESS, at + FADE_S);
  gain.gain.setValueAtTime(LOUDNESS, at + seconds - FADE_S);
  gain.gain.linearRampToValueAtTime(0, at + seconds);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + seconds);
}
