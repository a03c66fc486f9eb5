// The view as things on a map: pure. Each is a feature with what it is, whose, and what is said of it.

import type { Feature, Geometry } from "geojson";
import type { Circle, Corridor, FiledPlan, Level, Message, NotificationForm, Polygon, View, Volume4D } from "../api/seen";
import { openFlashes, partyColour, plainName } from "../state/duty";
import { ageText, clockText, dtg, isFar, ms, whenText } from "../words/time";
import { label, t, words } from "../words/words.svelte";
import { circle, leg, type LonLat } from "./geodesy";

export const LAYERS = ["conflict", "site", "plan", "measure", "edge", "claim", "track", "message"] as const;
export type Layer = (typeof LAYERS)[number];

/** What a feature says of itself, beside its shape. */
export interface Said {
  readonly layer: Layer;
  readonly thing: string;
  readonly party: string;
  /** A token of the theme, such as `party-3`. */
  readonly colour: string;
  readonly label: string;
  /** What the card says when one asks: a row each. */
  readonly facts: readonly string[];
  /** now, later or over: what is not of now is drawn fainter. */
  readonly when: "now" | "later" | "over";
  readonly shape: "area" | "path" | "band" | "point" | "accuracy" | "dot";
  /** A band's width in pixels at zoom 0; MapLibre doubles it with each zoom. */
  readonly width0?: number;
  /** One of so many that their names would hide each other. */
  readonly crowd?: boolean;
  /** At which levels it was said, for what was said over lines; empty for what lies on the ground. */
  readonly levels?: readonly Level[];
  /** It stands in a FLASH that nobody human has answered. */
  readonly urgent?: boolean;
}

export type Thing = Feature<Geometry, Said>;
type Base = Omit<Said, "shape">;

const PX_AT_ZOOM_0 = 512 / 40_075_016.686;
const BLOCK_MS = 6 * 3_600_000;
const DAY_MS = 86_400_000;
/** Beyond so many plans their names would hide each other. */
const CROWD = 300;

/** What was made of a plan the last time, and of what. */
type Made = Map<string, { readonly of: string; readonly things: readonly Thing[] }>;

/**
 * Everything of the view that lies somewhere, as of an instant; tracks apart. What would read as it did the
 * last time is the very same thing again: whoever draws need only draw what is new.
 */
export function thingsMaker(): (view: View, nowMs: number) => Thing[] {
  let made: Made = new Map();
  return (view, nowMs) => {
    const next: Made = new Map();
    const planned = plans(view, nowMs, made, next);
    made = next;
    const sited = sites(view, nowMs);
    return [
      ...claims(view, nowMs),
      ...measures(view),
      ...planned,
      ...sited,
      ...edges(view, nowMs),
      ...messages(view, nowMs),
      ...conflicts(view, nowMs, [...planned, ...sited]),
    ];
  };
}

function of(base: Base, shape: Said["shape"], geometry: Geometry, more: Partial<Said> = {}): Thing {
  return { type: "Feature", geometry, properties: { ...base, shape, ...more } };
}

const point = (at: LonLat): Geometry => ({ type: "Point", coordinates: [at[0], at[1]] });

function whole(path: readonly LonLat[]): [number, number][] {
  const [first, ...rest] = path;
  if (first === undefined) return [];
  let at = first;
  return [
    [first[0], first[1]],
    ...rest.flatMap((next) => {
      const points = leg(at, next);
      at = next;
      return points;
    }),
  ];
}

/** A footprint drawn: an area, or a path with its width. */
function drawn(base: Base, footprint: Circle | Polygon | Corridor, withLabel = true): Thing[] {
  const quiet = withLabel ? base : { ...base, label: "" };
  switch (footprint.shape) {
    case "circle": {
      const { lat_deg, lon_deg, accuracy_m } = footprint.center;
      const center: LonLat = [lon_deg, lat_deg];
      const found = [of(quiet, "point", point(center))];
      if (footprint.radius_m > 0) found.unshift(of({ ...base, label: "" }, "area", { type: "Polygon", coordinates: [circle(center, footprint.radius_m)] }));
      if (accuracy_m > footprint.radius_m / 20) found.push(accuracy(base, center, footprint.radius_m + accuracy_m));
      return found;
    }
    case "polygon": {
      const coordinates = footprint.rings.map((rings) => rings.map((ring) => whole(closed(ring))));
      return [of(quiet, "area", { type: "MultiPolygon", coordinates })];
    }
    case "corridor": {
      const coordinates = whole(footprint.path);
      if (coordinates.length < 2) return coordinates[0] ? [of(quiet, "point", point(coordinates[0]))] : [];
      return [...band(base, coordinates, footprint.width_m), of(quiet, "path", { type: "LineString", coordinates })];
    }
  }
}

/** What is too small to be seen from afar stands there as a dot on its own ground; a circle has its middle for that. */
function dot(base: Base, footprint: Circle | Polygon | Corridor): Thing[] {
  const places = footprint.shape === "polygon" ? footprint.rings.map(([outer]) => outer?.[0]) : footprint.shape === "corridor" ? [footprint.path[footprint.path.length >> 1]] : [];
  return places.flatMap((at) => (at === undefined ? [] : [of({ ...base, label: "" }, "dot", point(at))]));
}

function closed(ring: readonly LonLat[]): readonly LonLat[] {
  const [first, last] = [ring[0], ring.at(-1)];
  return first && last && (first[0] !== last[0] || first[1] !== last[1]) ? [...ring, first] : ring;
}

function band(base: Base, coordinates: [number, number][], widthM: number): Thing[] {
  if (widthM <= 0) return [];
  const lat = coordinates[Math.floor(coordinates.length / 2)]?.[1] ?? 0;
  const width0 = (widthM * PX_AT_ZOOM_0) / Math.cos((lat * Math.PI) / 180);
  return [of({ ...base, label: "" }, "band", { type: "LineString", coordinates }, { width0 })];
}

function accuracy(base: Base, center: LonLat, metres: number): Thing {
  return of({ ...base, label: "" }, "accuracy", { type: "LineString", coordinates: circle(center, metres) });
}

function plans(view: View, nowMs: number, before: Made, made: Made): Thing[] {
  const crowd = view.plans.length > CROWD;
  return view.plans.flatMap((plan) => {
    const [starts, ends] = [ms(plan.starts_at), ms(plan.ends_at)];
    const holds = when(starts, ends, nowMs);
    const colour = `party-${partyColour(view, plan.party)}`;
    const name = plainName(view, plan.party);
    const far = [starts, ends].map((each) => isFar(each, nowMs));
    const of = [plan.version, plan.body === null, starts, ends, holds, far, colour, name, crowd, words.language].join();
    const last = before.get(plan.id);
    const things = last?.of === of ? last.things : planThings(plan, { holds, colour, name, crowd }, nowMs);
    made.set(plan.id, { of, things });
    return things;
  });
}

function planThings(plan: FiledPlan, seen: { holds: Said["when"]; colour: string; name: string; crowd: boolean }, nowMs: number): Thing[] {
  const [starts, ends] = [ms(plan.starts_at), ms(plan.ends_at)];
  const base: Base = {
    layer: "plan",
    thing: plan.id,
    party: plan.party,
    colour: seen.colour,
    label: `${plan.id}\n${whenText(starts, nowMs)}–${whenText(ends, nowMs)}`,
    facts: [seen.name, `${dtg(starts)} – ${dtg(ends)}`, `v${plan.version}`],
    when: seen.holds,
    crowd: seen.crowd,
  };
  return volumes(base, plan.body?.volumes ?? []);
}

function volumes(base: Base, held: readonly Volume4D[]): Thing[] {
  return held.flatMap((volume, at) => [...drawn(base, volume.footprint, at === 0), ...(base.crowd ? dot(base, volume.footprint) : [])]);
}

function when(startsMs: number, endsMs: number, nowMs: number): Said["when"] {
  if (nowMs < startsMs) return "later";
  return nowMs > endsMs ? "over" : "now";
}

function sites(view: View, nowMs: number): Thing[] {
  const own = view.notifications.map((each) => ({ ...each, form: each.body, submitter: each.submitter }));
  const told = view.told_notifications.map((each) => ({ ...each, submitter: "" }));
  return [...own, ...told].flatMap((each) => {
    const [starts, ends] = [each.starts_at, each.ends_at];
    const times = starts === null ? "" : `\n${whenText(ms(starts), nowMs)}–${ends === null ? "…" : whenText(ms(ends), nowMs)}`;
    const base: Base = {
      layer: "site",
      thing: each.id,
      party: each.submitter,
      colour: "site",
      label: `${each.form?.name || each.id}${times}`,
      facts: factsOfSite(view, each),
      when: starts === null || ends === null ? "now" : when(ms(starts), ms(ends), nowMs),
    };
    return each.form === null ? [] : siteShapes(base, each.form, nowMs);
  });
}

function factsOfSite(view: View, each: { id: string; kind: string; status: string; submitter: string; form: NotificationForm | null; escort: string }): string[] {
  const facts = [`${label("kind", each.kind)} ${each.id}`, label("status", each.status)];
  if (each.form?.name) facts.unshift(each.form.name);
  if (each.submitter) facts.unshift(plainName(view, each.submitter));
  if (each.form?.type) facts.push(label("type", each.form.type));
  if (each.form?.mgrs) facts.push(each.form.mgrs);
  if (each.form?.invented) facts.push(t("map.invented"));
  return facts;
}

function siteShapes(base: Base, form: NotificationForm, nowMs: number): Thing[] {
  const found = volumes({ ...base, label: "" }, form.volumes);
  if (form.position !== null) {
    const { lat_deg, lon_deg, accuracy_m } = form.position;
    const radius_m = form.radius_m ?? 0;
    found.push(...drawn(base, { shape: "circle", center: { lat_deg, lon_deg, accuracy_m }, radius_m }));
  }
  const path = form.waypoints.map((each): LonLat => [each.position.lon_deg, each.position.lat_deg]);
  if (path.length > 1) {
    const coordinates = whole(path);
    found.push(...band(base, coordinates, form.width_m ?? 0), of(form.position === null ? base : { ...base, label: "" }, "path", { type: "LineString", coordinates }));
  }
  for (const each of form.waypoints) {
    const eta = each.eta === null ? "" : ` ${whenText(ms(each.eta), nowMs)}`;
    found.push(of({ ...base, label: `${each.name}${eta}` }, "point", point([each.position.lon_deg, each.position.lat_deg])));
  }
  return found;
}

function measures(view: View): Thing[] {
  return view.measures.flatMap((measure) => {
    const holds = measure.state === "in_force";
    const name = `${label("measure", measure.kind)} ${measure.id}`;
    const base: Base = {
      layer: "measure",
      thing: measure.id,
      party: measure.author,
      colour: "measure",
      label: holds ? name : `${name} (${label("measure_state", measure.state)})`,
      facts: [
        `${name} v${measure.version}`,
        measure.by_agreement ? label("measure_state", measure.state) : t("map.not_agreed", { party: plainName(view, measure.author) }),
        measure.cosigned.map((party) => plainName(view, party)).join(", "),
      ],
      when: holds ? "now" : "later",
    };
    const around = measure.of === null ? undefined : view.measures.find((each) => each.id === measure.of);
    const path = around?.body?.footprint;
    if (measure.within_m > 0 && path?.shape === "corridor") return band(base, whole(path.path), 2 * measure.within_m);
    return measure.body?.footprint ? drawn(base, measure.body.footprint) : [];
  });
}

function edges(view: View, nowMs: number): Thing[] {
  return view.edges.flatMap((edge) => {
    if (edge.report === null) return [];
    const age = ageText(nowMs - ms(edge.as_of));
    const base: Base = {
      layer: "edge",
      thing: edge.id,
      party: edge.party,
      colour: `party-${partyColour(view, edge.party)}`,
      label: `${plainName(view, edge.party)}\n${t("map.age", { age })}`,
      facts: [plainName(view, edge.party), t("map.age", { age }), t("map.accuracy", { metres: metresText(edge.report.accuracy_m) })],
      when: "now",
    };
    const [first] = edge.report.path;
    if (first === undefined) return [];
    const rings = edge.report.path.map((at) => accuracy(base, at, edge.report?.accuracy_m ?? 0));
    if (edge.report.path.length === 1) return [...rings, of(base, "point", point(first))];
    return [...rings, of(base, "path", { type: "LineString", coordinates: whole(edge.report.path) })];
  });
}

function claims(view: View, nowMs: number): Thing[] {
  return view.claims.flatMap((claim) => {
    if (claim.body === null) return [];
    const holder = claim.claimant === null ? t("map.unanswered_ground") : plainName(view, claim.claimant);
    const contested = claim.contested_by.length > 0 ? ` (${t("map.contested")})` : "";
    const base: Base = {
      layer: "claim",
      thing: claim.id,
      party: claim.claimant ?? "",
      colour: claim.claimant === null ? "unknown" : `party-${partyColour(view, claim.claimant)}`,
      label: `${holder}${contested}`,
      facts: [holder, claim.body.name, t("map.age", { age: ageText(nowMs - ms(claim.since)) })],
      when: "now",
    };
    return drawn(base, claim.body.footprint);
  });
}

/** Positions in messages of the last day, and in every FLASH that is open. */
function messages(view: View, nowMs: number): Thing[] {
  const open = new Set(openFlashes(view).map((flash) => flash.subject));
  return view.messages
    .filter((message) => open.has(message.id) || nowMs - ms(message.sent_at) < DAY_MS)
    .flatMap((message) =>
      (message.body?.positions ?? []).map((at) =>
        of(
          {
            layer: "message",
            thing: message.id,
            party: message.author,
            colour: `party-${partyColour(view, message.author)}`,
            label: `${label("said", message.kind)} ${clockText(ms(message.sent_at), false)}`,
            facts: [plainName(view, message.author), message.body?.text ?? "", dtg(ms(message.sent_at))],
            when: "now",
          },
          "point",
          point(at),
          { urgent: open.has(message.id), levels: levelsOf(view, message) },
        ),
      ),
    );
}

/** The levels at which it was said: those of its lines, and of the cells that it went to. */
function levelsOf(view: View, message: Message): Level[] {
  const lines = view.lines.filter((line) => message.lines.includes(line.id)).map((line) => line.level);
  const cells = view.deliveries.filter((owed) => owed.subject === message.id).map((owed) => owed.level);
  return [...new Set([...lines, ...cells])];
}

/** One's own half of each conflict, drawn around one's own thing: nothing of the other's is known. */
function conflicts(view: View, nowMs: number, own: readonly Thing[]): Thing[] {
  const middles = new Map<string, LonLat>();
  for (const { properties, geometry } of own) {
    const at = middles.has(properties.thing) ? null : middleOf(geometry);
    if (at !== null) middles.set(properties.thing, at);
  }
  return view.conflicts.flatMap((each) => {
    const starts = ms(each.block_starts_at);
    const said = t("map.conflict_in", { from: whenText(starts, nowMs), to: clockText(starts + BLOCK_MS, false) });
    const at = middles.get(each.own);
    if (at === undefined) return [];
    const base: Base = {
      layer: "conflict",
      thing: each.own,
      party: view.party,
      colour: "late",
      label: `${each.own}\n${said}`,
      facts: [each.own, said],
      when: "now",
    };
    return [of(base, "point", point(at))];
  });
}

function middleOf(geometry: Geometry): LonLat | null {
  if (geometry.type === "Point") return geometry.coordinates as [number, number];
  if (geometry.type === "LineString") return (geometry.coordinates[geometry.coordinates.length >> 1] as [number, number]) ?? null;
  return null;
}

export function metresText(metres: number): string {
  if (metres < 1_000) return `${metres.toFixed(0)} m`;
  return `${(metres / 1_000).toFixed(metres < 10_000 ? 2 : 1)} km`;
}
