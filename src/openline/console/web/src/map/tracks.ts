// One's own tracks on the map: where each is drawn, which are named, and what is said of one. Pure.

import type { View } from "../api/seen";
import { partyColour, plainName } from "../state/duty";
import type { Tracks } from "../state/tracks";
import { ageText } from "../words/time";
import { t } from "../words/words.svelte";
import { outwards, type LonLat } from "./geodesy";
import type { Said, Thing } from "./things";

/** Beyond so many tracks their names would hide each other: then those in the middle are named, from near. */
export const CROWD = 300;
const NAMED_FROM_ZOOM = 9;

/** What the one who draws is given of all tracks. */
export interface Drawn {
  /** What the legs count from, in the square of the map: near to what is seen they are exact. */
  readonly middle: LonLat;
  /** Four numbers a track: x and y of where it is, and of where it goes. */
  readonly legs: Float32Array;
  /** 1 where the fix is stale, else 0. */
  readonly stale: Float32Array;
  readonly colour: string;
  readonly crowd: boolean;
}

export const LEG = 4;

/** What one sees: the middle, the sides, and how near one is. */
export interface Window {
  readonly middle: LonLat;
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
  readonly zoom: number;
}

/** A position in the square of the map: 0 to 1, from the north-west. */
export function square([lon, lat]: LonLat): [number, number] {
  const y = Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
  return [lon / 360 + 0.5, 0.5 - y / (2 * Math.PI)];
}

/** Every track there is: none is left out, however many there are. */
export function drawTracks(view: View, tracks: Tracks, nowMs: number, middle: LonLat): Drawn {
  const [legs, stale] = [new Float32Array(LEG * tracks.names.length), new Float32Array(tracks.names.length)];
  const [x0, y0] = square(middle);
  const olderByS = (nowMs - tracks.asOfMs) / 1000;
  const { stale_after_s, track_look_ahead_s } = view.rules;
  for (let row = 0; row < tracks.names.length; row += 1) {
    const at = placeOf(tracks, row);
    const [x, y] = square(at);
    const isStale = (tracks.ageS[row] as number) + olderByS > stale_after_s;
    const wayM = isStale ? 0 : (tracks.speedMps[row] as number) * track_look_ahead_s;
    const [toX, toY] = wayM > 0 ? square(outwards(at)(tracks.courseDeg[row] as number, wayM)) : [x, y];
    stale[row] = Number(isStale);
    legs[LEG * row] = x - x0;
    legs[LEG * row + 1] = y - y0;
    legs[LEG * row + 2] = toX - x0;
    legs[LEG * row + 3] = toY - y0;
  }
  return { middle, legs, stale, colour: `party-${partyColour(view, view.party)}`, crowd: isCrowd(tracks) };
}

export function isCrowd(tracks: Tracks): boolean {
  return tracks.names.length > CROWD;
}

export function placeOf(tracks: Tracks, row: number): LonLat {
  return [tracks.lonDeg[row] as number, tracks.latDeg[row] as number];
}

/** The tracks whose names are shown: all of a few; of a crowd those nearest to the middle, once one is near. */
export function namedOf(tracks: Tracks, seen: Window | null): number[] {
  const rows = tracks.names.map((_, row) => row);
  if (!isCrowd(tracks)) return rows;
  if (seen === null || seen.zoom < NAMED_FROM_ZOOM) return [];
  const away = (row: number) => {
    const [lon, lat] = placeOf(tracks, row);
    return (wrap(lon - seen.middle[0]) * Math.cos((lat * Math.PI) / 180)) ** 2 + (lat - seen.middle[1]) ** 2;
  };
  const inside = rows.filter((row) => {
    const [lon, lat] = placeOf(tracks, row);
    return lat >= seen.south && lat <= seen.north && Math.abs(wrap(lon - (seen.west + seen.east) / 2)) <= (seen.east - seen.west) / 2;
  });
  if (inside.length <= CROWD) return inside;
  const distances = new Map(inside.map((row) => [row, away(row)]));
  return inside.sort((a, b) => (distances.get(a) as number) - (distances.get(b) as number)).slice(0, CROWD);
}

const wrap = (lon: number) => ((((lon + 180) % 360) + 360) % 360) - 180;

/** What a card says of a track, with its age as of now. */
export function trackSaid(view: View, tracks: Tracks, row: number, nowMs: number): Said {
  const ageMs = (tracks.ageS[row] as number) * 1000 + nowMs - tracks.asOfMs;
  const stale = ageMs > view.rules.stale_after_s * 1000;
  const aged = t(stale ? "map.stale" : "map.age", { age: ageText(ageMs) });
  const [course, speed, height] = [tracks.courseDeg, tracks.speedMps, tracks.heightM].map((each) => each[row] as number) as [number, number, number];
  return {
    layer: "track",
    thing: tracks.names[row] as string,
    party: view.party,
    colour: `party-${partyColour(view, view.party)}`,
    label: `${tracks.names[row]}\n${aged}`,
    facts: [
      plainName(view, view.party),
      aged,
      `${Math.round(course)}° · ${speed.toFixed(0)} m/s${Number.isNaN(height) ? "" : ` · ${height.toFixed(0)} m`}`,
    ],
    when: stale ? "over" : "now",
    shape: "point",
  };
}

/** A track as a thing among things: for the list, and for its name on the map. */
export function trackThing(view: View, tracks: Tracks, row: number, nowMs: number): Thing {
  const [lon, lat] = placeOf(tracks, row);
  return { type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties: trackSaid(view, tracks, row, nowMs) };
}
