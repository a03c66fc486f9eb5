// The next version of a measure as it is typed: it begins as the last one stands, and keeps what it does not change.

import type { MeasureBody, MeasureKind, MeasureProposed } from "../api/said";
import type { Measure } from "../api/seen";
import { isoText, ms } from "../words/time";
import type { Shape } from "../state/draw.svelte";
import { numberText } from "../words/number";
import type { Footprint } from "./ground.svelte";

const AREA: readonly Shape[] = ["area", "place"];

/** What is drawn for each kind, its usual outline first; nothing for a buffer, which is around another measure. */
const SHAPES: Readonly<Record<MeasureKind, readonly Shape[]>> = {
  separation_line: ["way"],
  boundary: ["way"],
  corridor: ["way"],
  contact_ring: ["place"],
  no_fire_area: AREA,
  restrictive_fire_area: AREA,
  restricted_operations_zone: AREA,
  coordinating_altitude: AREA,
  buffer: [],
};

export function shapesOf(kind: MeasureKind): readonly Shape[] {
  return SHAPES[kind] ?? [];
}

/** Whether it is a line with two sides, which has no width. */
export function isLine(kind: MeasureKind): boolean {
  return kind === "separation_line" || kind === "boundary";
}

/** The outline that a version has. */
export function outlineOf(held: Measure | undefined): Shape | "" {
  const shape = held?.body?.footprint?.shape;
  return shape === undefined ? "" : shape === "circle" ? "place" : shape === "corridor" ? "way" : "area";
}

/** The ground of a version as text that reads back as the same points. */
export function groundText(held: Measure | undefined): string {
  const footprint = held?.body?.footprint;
  switch (footprint?.shape) {
    case "corridor":
      return footprint.path.map(([lon, lat]) => `${lat}, ${lon}`).join("\n");
    case "circle":
      return `${footprint.center.lat_deg}, ${footprint.center.lon_deg}`;
    case "polygon":
      return JSON.stringify({ type: "MultiPolygon", coordinates: footprint.rings });
    default:
      return "";
  }
}

/** The numbers and times of a version as text; empty where it has none. */
export function typedFrom(held: Measure | undefined) {
  const footprint = held?.body?.footprint;
  const number = (value: number | null | undefined) => (value ? numberText(value) : "");
  const when = (instant: string | null | undefined) => (instant == null ? "" : isoText(ms(instant)));
  return {
    starts: when(held?.starts_at),
    ends: when(held?.ends_at),
    extent: number(extentOf(footprint)),
    accuracy: number(accuracyOf(footprint)),
    within: number(held?.within_m),
    altitude: number(held?.body?.altitude_m),
  };
}

/** The ground as it stands, to the last digit, if neither its text nor its numbers were changed. */
export function groundKept(held: Measure | undefined, text: string, extent: string, accuracy: string): Footprint | null {
  const before = typedFrom(held);
  const same = text === groundText(held) && extent.trim() === before.extent && accuracy.trim() === before.accuracy;
  return same ? ((held?.body?.footprint as Footprint | null | undefined) ?? null) : null;
}

/** What the form has no field for: it stays as it was. */
export function unasked(held: Measure | undefined): Pick<MeasureProposed, "for_parties" | "site" | "published"> & { body: MeasureBody } {
  if (held === undefined) return { body: {} };
  const body = held.body === null ? {} : { heights: held.body.heights };
  return { for_parties: held.for_parties, site: held.site, published: held.published, body };
}

type Seen = NonNullable<Measure["body"]>["footprint"] | undefined;

/** A corridor's full width, a circle's radius, in metres. */
export function extentOf(footprint: Seen): number | null {
  if (footprint?.shape === "corridor") return footprint.width_m;
  return footprint?.shape === "circle" ? footprint.radius_m : null;
}

/** To how many metres the points are said to be true. */
export function accuracyOf(footprint: Seen): number | null {
  if (footprint == null) return null;
  return footprint.shape === "circle" ? footprint.center.accuracy_m : footprint.accuracy_m;
}
