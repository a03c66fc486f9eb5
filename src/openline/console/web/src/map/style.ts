// How the map looks: layers over the basemap and over the things, in the colours of the theme.

import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { token } from "../theme/theme.svelte";

const EMPTY = { type: "FeatureCollection" as const, features: [] };
/** Base sources first; `things` are all but the tracks, of which `tracks` holds those that are named. */
export const SOURCES = ["land", "lakes", "rivers", "borders", "towns", "things", "tracks", "measuring"] as const;
export const TOKENS = ["site", "measure", "unknown", "late", ...Array.from({ length: 8 }, (_, at) => `party-${at}`)];

const shape = (each: string): ExpressionSpecification => ["==", ["get", "shape"], each];
const faint: ExpressionSpecification = ["match", ["get", "when"], "now", 1, "later", 0.75, 0.4];
const isClaim: ExpressionSpecification = ["==", ["get", "layer"], "claim"];
const isMeasure: ExpressionSpecification = ["==", ["get", "layer"], "measure"];

const NEAR_ZOOM = 9;
/** What comes in hundreds is named once one is near enough to read it; the list and a click name it before. */
const uncrowded: ExpressionSpecification = ["any", ["!=", ["get", "crowd"], true], [">=", ["zoom"], NEAR_ZOOM]];

/** What lies over what: by kind, whatever came when. */
const order: ExpressionSpecification = ["match", ["get", "layer"], "claim", 0, "measure", 1, "plan", 2, "site", 3, 4];

/** The colour a thing names, as the theme has it now. */
function colour(): ExpressionSpecification {
  const pairs = TOKENS.flatMap((name) => [name, token(name)]);
  return ["match", ["get", "colour"], ...pairs, token("ink-2")] as unknown as ExpressionSpecification;
}

function metresWide(): ExpressionSpecification {
  // A width in metres doubles in pixels with each zoom.
  return ["interpolate", ["exponential", 2], ["zoom"], 0, ["get", "width0"], 24, ["*", ["get", "width0"], 2 ** 24]];
}

/** Plain shapes, or frames of the military standard, all of them neutral. */
export type Symbols = "plain" | "military";

export function styleOf(symbols: Symbols): StyleSpecification {
  const sources = Object.fromEntries(SOURCES.map((name) => [name, { type: "geojson" as const, data: EMPTY, tolerance: 0.2 }]));
  return { version: 8, sources, layers: [...baseLayers(), ...thingLayers(symbols), names("tracks"), ...measuringLayers()] };
}

function baseLayers(): LayerSpecification[] {
  return [
    { id: "water", type: "background", paint: { "background-color": token("water") } },
    { id: "land", type: "fill", source: "land", paint: { "fill-color": token("land"), "fill-antialias": false } },
    { id: "coast", type: "line", source: "land", paint: { "line-color": token("coast"), "line-width": 0.8 } },
    { id: "lakes", type: "fill", source: "lakes", paint: { "fill-color": token("water") } },
    {
      id: "rivers",
      type: "line",
      source: "rivers",
      filter: ["<=", ["get", "rank"], ["+", ["zoom"], 1]],
      layout: { "line-join": "round", "line-cap": "round" },
      paint: {
        "line-color": token("river"),
        "line-width": ["interpolate", ["linear"], ["zoom"], 3, 0.4, 8, ["-", 2.4, ["*", 0.2, ["get", "rank"]]], 12, 4],
      },
    },
    {
      id: "borders",
      type: "line",
      source: "borders",
      paint: { "line-color": token("border"), "line-width": 1, "line-dasharray": [4, 3] },
    },
    {
      id: "towns",
      type: "symbol",
      source: "towns",
      filter: ["<=", ["get", "rank"], ["-", ["zoom"], 0.5]],
      layout: {
        "text-field": ["get", "name"],
        "text-size": ["interpolate", ["linear"], ["zoom"], 4, 10, 10, 13],
        "text-padding": 8,
        "symbol-sort-key": ["get", "rank"],
      },
      paint: { "text-color": token("town"), "text-halo-color": token("land"), "text-halo-width": 1.2 },
    },
  ];
}

/** Plans in thousands, seen from afar: a dot each, which needs no room of its own to be reckoned. */
function dots(id: string, source: string): LayerSpecification {
  return {
    id,
    type: "circle",
    source,
    maxzoom: NEAR_ZOOM,
    filter: ["all", ["match", ["get", "shape"], ["point", "dot"], true, false], ["==", ["get", "crowd"], true]],
    paint: { "circle-radius": 2.5, "circle-color": colour(), "circle-opacity": faint },
  };
}

function icons(id: string, source: string, symbols: Symbols): LayerSpecification {
  return {
    id,
    type: "symbol",
    source,
    filter: ["all", shape("point"), ["!=", ["get", "layer"], "conflict"], uncrowded],
    layout: { "icon-image": ["concat", `${symbols}-`, ["get", "layer"]], "icon-allow-overlap": true, "icon-ignore-placement": true },
    paint: { "icon-color": colour(), "icon-halo-color": token("panel"), "icon-halo-width": 1, "icon-opacity": faint },
  };
}

function thingLayers(symbols: Symbols): LayerSpecification[] {
  const source = "things";
  const id = (name: string) => `${source}-${name}`;
  const rounded = { "line-join": "round" as const, "line-cap": "round" as const };
  return [
    {
      id: id("area"),
      type: "fill",
      source,
      filter: shape("area"),
      layout: { "fill-sort-key": order },
      paint: { "fill-color": colour(), "fill-opacity": ["*", faint, ["case", isClaim, 0.1, 0.2]] },
    },
    {
      id: id("band"),
      type: "line",
      source,
      filter: shape("band"),
      layout: rounded,
      paint: { "line-color": colour(), "line-width": metresWide(), "line-opacity": ["*", faint, ["case", isMeasure, 0.14, 0.22]] },
    },
    {
      // A crowd seen from afar has the thin edge that its filling has.
      id: id("outline"),
      type: "line",
      source,
      filter: ["all", shape("area"), uncrowded],
      paint: { "line-color": colour(), "line-width": ["case", isClaim, 1, 1.6], "line-opacity": faint },
    },
    {
      id: id("accuracy"),
      type: "line",
      source,
      filter: shape("accuracy"),
      paint: { "line-color": colour(), "line-width": 1.2, "line-dasharray": [2, 3], "line-opacity": 0.8 },
    },
    {
      id: id("path"),
      type: "line",
      source,
      filter: shape("path"),
      layout: rounded,
      paint: { "line-color": colour(), "line-width": ["case", isMeasure, 3, 2.4], "line-opacity": faint },
    },
    dots(id("dot"), source),
    icons(id("point"), source, symbols),
    {
      id: id("conflict"),
      type: "circle",
      source,
      filter: ["==", ["get", "layer"], "conflict"],
      paint: { "circle-radius": 15, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": token("late"), "circle-stroke-width": 3 },
    },
    {
      id: id("urgent"),
      type: "circle",
      source,
      filter: ["==", ["get", "urgent"], true],
      paint: { "circle-radius": 18, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": token("alarm-ink"), "circle-stroke-width": 4 },
    },
    names(source),
    {
      id: id("path-label"),
      type: "symbol",
      source,
      minzoom: 6,
      filter: ["all", ["!=", ["get", "label"], ""], shape("path")],
      layout: { "symbol-placement": "line", "text-field": ["get", "label"], "text-size": 12, "text-offset": [0, -0.9], "symbol-spacing": 400 },
      paint: { "text-color": token("ink"), "text-halo-color": token("panel"), "text-halo-width": 1.6 },
    },
  ];
}

/** What things are called, beside them, where there is room. */
function names(source: "things" | "tracks"): LayerSpecification {
  return {
    id: `${source}-label`,
    type: "symbol",
    source,
    filter: ["all", ["!=", ["get", "label"], ""], ["match", ["get", "shape"], ["point", "area"], true, false], uncrowded],
    layout: {
      "text-field": ["get", "label"],
      "text-size": source === "tracks" ? 11 : 12.5,
      "text-anchor": "top",
      "text-offset": [0, 0.6],
      "text-variable-anchor": ["top", "bottom", "left", "right"],
      "text-radial-offset": 0.7,
      "text-max-width": 14,
      "symbol-sort-key": ["match", ["get", "layer"], "message", 0, "conflict", 1, "edge", 2, "plan", 3, 4],
    },
    paint: { "text-color": token("ink"), "text-halo-color": token("panel"), "text-halo-width": 1.6 },
  };
}

function measuringLayers(): LayerSpecification[] {
  return [
    { id: "measuring-path", type: "line", source: "measuring", paint: { "line-color": token("accent"), "line-width": 2.5, "line-dasharray": [2, 1.5] } },
    {
      id: "measuring-point",
      type: "circle",
      source: "measuring",
      filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 4, "circle-color": token("accent"), "circle-stroke-color": token("panel"), "circle-stroke-width": 1.5 },
    },
  ];
}
