// What differs between two versions of a measure, in sentences: pure.

import type { Measure, View } from "../api/seen";
import { accuracyOf, extentOf } from "../acts/measure";
import { inverse, type LonLat } from "../map/geodesy";
import { metresText } from "../map/things";
import { dtg, ms } from "../words/time";
import { label, t } from "../words/words.svelte";
import { openAct } from "./open";

/** What a version is called where the desk says what is open of it. */
export function keyOf(measure: Measure): string {
  return `${measure.id}/v${measure.version}`;
}

/** The versions that wait for one's own cosignature. */
export function awaitsMyWord(view: View): Measure[] {
  return view.measures.filter((each) => openAct(view, keyOf(each), "measure.cosigned.v1") !== undefined);
}

export function isDrawn(measure: Measure): boolean {
  return measure.body?.footprint != null || measure.of !== null || measure.body?.altitude_m != null;
}

/** Every difference that the two bodies show, most of all how far the ground has moved. */
export function differences(before: Measure, after: Measure): string[] {
  const found: string[] = [];
  const say = (what: string, was: string, is: string) => {
    if (was !== is) found.push(t("differs.from_to", { what, was, is }));
  };
  const when = (instant: string | null) => (instant === null ? t("differs.open") : dtg(ms(instant)));
  const height = (metres: number | null | undefined) => (metres == null ? t("differs.every") : metresText(metres));
  say(t("differs.starts"), when(before.starts_at), when(after.starts_at));
  say(t("differs.ends"), when(before.ends_at), when(after.ends_at));
  say(t("differs.parties"), before.parties.join(", "), after.parties.join(", "));
  say(t("measure.of"), before.of ?? "–", after.of ?? "–");
  say(t("differs.within"), metresText(before.within_m), metresText(after.within_m));
  say(t("differs.lower"), height(before.body?.heights.lower_m), height(after.body?.heights.lower_m));
  say(t("differs.upper"), height(before.body?.heights.upper_m), height(after.body?.heights.upper_m));
  say(t("differs.altitude"), height(before.body?.altitude_m), height(after.body?.altitude_m));
  say(t("differs.homes"), homesText(before), homesText(after));
  const [ground, later] = [before.body?.footprint, after.body?.footprint];
  const size = (metres: number | null) => (metres === null ? "–" : metresText(metres));
  say(t(later?.shape === "circle" ? "notice.radius" : "notice.width"), size(extentOf(ground)), size(extentOf(later)));
  say(t("notice.accuracy"), size(accuracyOf(ground)), size(accuracyOf(later)));
  const [was, is] = [verticesOf(before), verticesOf(after)];
  say(t("differs.points"), String(was.length), String(is.length));
  const moved = farthest(was, is);
  if (moved > 0.5) found.push(t("differs.moved", { distance: metresText(moved) }));
  return found;
}

function homesText(measure: Measure): string {
  const homes = Object.entries(measure.body?.homes ?? {});
  return homes.map(([party, side]) => `${party} ${label("side", side)}`).join(", ") || "–";
}

function verticesOf(measure: Measure): readonly LonLat[] {
  const footprint = measure.body?.footprint;
  switch (footprint?.shape) {
    case "corridor":
      return footprint.path;
    case "circle":
      return [[footprint.center.lon_deg, footprint.center.lat_deg]];
    case "polygon":
      return footprint.rings.flat(2);
    default:
      return [];
  }
}

/** How far the farthest vertex of either lies from the nearest of the other, in metres. */
function farthest(a: readonly LonLat[], b: readonly LonLat[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  const one = (from: readonly LonLat[], to: readonly LonLat[]) =>
    Math.max(...from.map((at) => Math.min(...to.map((other) => inverse(at, other).metres))));
  return Math.max(one(a, b), one(b, a));
}
