// The ground that somebody pastes or draws for a form: text first, as the desk's own readers read it.

import { NoAnswer, Refused } from "../api/client";
import type { Circle, Corridor, Polygon, Volume4D } from "../api/said";
import type { GeometryRead, Waypoint } from "../api/seen";
import type { LonLat } from "../map/geodesy";
import type { Shape } from "../state/draw.svelte";
import { session } from "../state/session.svelte";
import { t } from "../words/words.svelte";
import { LONG } from "./pasted";

export type Footprint = Circle | Polygon | Corridor;

const AFTER_TYPING_MS = 350;
/** So much the desk reads at once; ground has a thousand corners at most, which is a small part of that. */
const MOST_CHARACTERS = 1_000_000;
const NOTHING: GeometryRead = { waypoints: [], volumes: [], faults: [] };

/** What was pasted, and what the desk reads in it; read anew a little after each change. */
export class PastedGround {
  text = $state("");
  read = $state.raw<GeometryRead>(NOTHING);
  trouble = $state<string | null>(null);
  /** The text that `read` is of: while they differ, nothing may be made of it. */
  private readText = "";
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private reading: Promise<void> = Promise.resolve();

  /** It is too long to be looked at in a field. */
  get isLong(): boolean {
    return this.text.length > LONG;
  }

  paste(text: string): void {
    this.text = text;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => void this.settle(), AFTER_TYPING_MS);
  }

  /** Why nothing may be made of it, in one sentence; null where it was read whole. */
  flaw = $derived(this.trouble ?? leftOut(this.read) ?? (isMixed(this.read) ? t("ground.mixed") : null));

  /** Reads it now if it has changed; true if all of what stands there was read. */
  async settle(): Promise<boolean> {
    clearTimeout(this.waiting);
    this.reading = this.reading.then(() => this.readNow());
    await this.reading;
    return this.readText === this.text && this.flaw === null;
  }

  private async readNow(): Promise<void> {
    const text = this.text;
    if (text === this.readText && this.trouble === null) return;
    if (text.length > MOST_CHARACTERS) {
      [this.read, this.readText] = [NOTHING, ""];
      this.trouble = t("ground.too_long", { size: megabytes(text), most: megabytes(" ".repeat(MOST_CHARACTERS)) });
      return;
    }
    try {
      this.read = text.trim() === "" ? NOTHING : await session.api.geometry(text);
      this.trouble = null;
      this.readText = text;
    } catch (error) {
      if (!(error instanceof Refused || error instanceof NoAnswer)) throw error;
      this.trouble = error.sentence ?? t("say.no_answer");
    }
  }

  /** Takes the place of the text with points that were drawn. */
  drawn(shape: Shape, points: readonly LonLat[]): void {
    const rows = points.map(([lon, lat]) => `${lat.toFixed(5)}, ${lon.toFixed(5)}`);
    const ring = [...points, points[0] as LonLat].map(([lon, lat]) => [Number(lon.toFixed(5)), Number(lat.toFixed(5))]);
    this.paste(shape === "area" ? JSON.stringify({ type: "Polygon", coordinates: [ring] }) : rows.join("\n"));
    void this.settle();
  }
}

/** How long a text is, as files are told. */
export function megabytes(text: string): string {
  return (text.length / 1_000_000).toFixed(text.length < 100_000 ? 2 : 1);
}

/** Ground of which a row is missing is other ground: a way would go past it, and nobody would know. */
function leftOut(read: GeometryRead): string | null {
  const fault = read.faults.find((each) => each.left_out);
  return fault === undefined ? null : t("ground.left_out", { sentence: fault.sentence });
}

/** Areas and points beside them: the one would be taken, and the other lost. */
function isMixed(read: GeometryRead): boolean {
  return read.volumes.length > 0 && read.waypoints.length > 0;
}

/** The points read, each at least as uncertain as is said of them all. */
export function waypointsOf(read: GeometryRead, accuracyM: number): Waypoint[] {
  return read.waypoints.map((each) => ({
    ...each,
    position: { ...each.position, accuracy_m: Math.max(each.position.accuracy_m, accuracyM) },
  }));
}

/** The footprints of what was read: its own where it bounds ground, else its points as one shape. */
export function footprintsOf(read: GeometryRead, shape: Shape, extentM: number, accuracyM: number): Footprint[] {
  if (read.volumes.length > 0) return read.volumes.map((each) => noTruer(each.footprint as Footprint, accuracyM));
  const points = waypointsOf(read, accuracyM);
  const accuracy_m = Math.max(0, ...points.map((each) => each.position.accuracy_m));
  const path = points.map((each): [number, number] => [each.position.lon_deg, each.position.lat_deg]);
  if (path.length === 0) return [];
  switch (shape) {
    case "place":
      return points.map((each) => ({ shape: "circle", center: each.position, radius_m: extentM }));
    case "way": {
      const times = points.flatMap((each) => (each.eta === null ? [] : [each.eta]));
      return [{ shape: "corridor", path, width_m: extentM, accuracy_m, ...(times.length === path.length ? { times } : {}) }];
    }
    case "area":
      return [{ shape: "polygon", rings: [[path]], accuracy_m }];
  }
}

/** Whether what was read bounds the ground by itself, so that a width or a radius would say nothing of it. */
export function boundsGround(read: GeometryRead, shape: Shape): boolean {
  return read.volumes.length > 0 || (shape === "area" && read.waypoints.length > 0);
}

/** A footprint with its points no truer than is said of them all. */
function noTruer(footprint: Footprint, accuracyM: number): Footprint {
  const least = (accuracy_m: number | undefined) => Math.max(accuracy_m ?? 0, accuracyM);
  if (footprint.shape !== "circle") return { ...footprint, accuracy_m: least(footprint.accuracy_m) };
  return { ...footprint, center: { ...footprint.center, accuracy_m: least(footprint.center.accuracy_m) } };
}

export function volumesOf(footprints: readonly Footprint[]): Volume4D[] {
  return footprints.map((footprint) => ({ footprint }));
}
