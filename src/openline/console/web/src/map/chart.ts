// MapLibre, and nothing of the desk: a map that shows features, tells where one points, and fits.

import { LngLatBounds, Map as MapLibre, setWorkerUrl, type GeoJSONSource, type MapMouseEvent, NavigationControl, ScaleControl } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { Feature, FeatureCollection, Geometry } from "geojson";
import { basemap } from "./basemap";
import type { LonLat } from "./geodesy";
import { drawLettersAsTheyAre } from "./glyphs";
import type { Said, Thing } from "./things";
import { drawSymbols } from "./symbols";
import { styleOf, type Symbols } from "./style";
import { TrackLayer } from "./trackLayer";
import type { Drawn, Window } from "./tracks";

setWorkerUrl(workerUrl);
drawLettersAsTheyAre();

const BASE = ["borders", "towns"] as const;
const TOUCH_PX = 6;
/** Tracks lie over all that stands still, and under every name. */
const OVER_TRACKS = "tracks-label";

type Features = readonly Feature<Geometry, unknown>[];

export class Chart {
  readonly map: MapLibre;
  private readonly ready: Promise<void>;
  private readonly data = new Map<string, FeatureCollection>();
  /** What the worker has of the things, each under the number that it is known by there. */
  private held = new Map<Feature<Geometry, unknown>, number>();
  private lastNumber = 0;
  private readonly tracks = new TrackLayer();
  private symbols: Symbols = "plain";

  constructor(container: HTMLElement) {
    this.map = new MapLibre({
      container,
      style: styleOf("plain"),
      center: [40.1, 35.4],
      zoom: 5,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: 0,
      localIdeographFontFamily: "sans-serif",
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-right");
    this.ready = this.begin();
  }

  /** In the colours of the theme as it is now, with these symbols. */
  repaint(symbols: Symbols): void {
    this.symbols = symbols;
    void this.ready.then(async () => {
      await drawSymbols(this.map, symbols);
      this.map.setStyle(styleOf(this.symbols), { diff: true });
      this.data.forEach((data, source) => this.put(source, data));
      this.put("things", { type: "FeatureCollection", features: [...this.held].map(numbered) });
      this.tracks.repaint();
      this.addTracks();
    });
  }

  set(source: "tracks" | "measuring", features: Features): void {
    const data = { type: "FeatureCollection", features } as FeatureCollection;
    this.data.set(source, data);
    void this.ready.then(() => this.put(source, data));
  }

  /** Everything but tracks. Only what is new is handed to the worker, and what is gone taken from it. */
  setThings(things: Features): void {
    const before = this.held;
    this.held = new Map(things.map((each) => [each, before.get(each) ?? (this.lastNumber += 1)]));
    const add = [...this.held].filter(([each]) => !before.has(each)).map(numbered);
    const remove = [...before].filter(([each]) => !this.held.has(each)).map(([, number]) => number);
    if (add.length === 0 && remove.length === 0) return;
    void this.ready.then(() => this.map.getSource<GeoJSONSource>("things")?.updateData({ add, remove }));
  }

  /** These tracks, or none. */
  setTracks(drawn: Drawn | null): void {
    this.tracks.set(drawn);
  }

  /** What is in sight. */
  window(): Window {
    const [bounds, middle] = [this.map.getBounds(), this.map.getCenter()];
    return {
      middle: [middle.lng, middle.lat],
      west: bounds.getWest(),
      south: bounds.getSouth(),
      east: bounds.getEast(),
      north: bounds.getNorth(),
      zoom: this.map.getZoom(),
    };
  }

  /** Towns and borders, or nothing but land and water. */
  show(withBase: boolean): void {
    void this.ready.then(() => {
      for (const layer of BASE) this.map.setLayoutProperty(layer, "visibility", withBase ? "visible" : "none");
    });
  }

  /** Everything at once in sight. */
  fit(things: readonly Thing[], places: Iterable<LonLat>): void {
    const bounds = boundsOf(things, places);
    if (!bounds.isEmpty()) this.map.fitBounds(bounds, { padding: 60, maxZoom: 11, animate: false });
  }

  /** These in the middle of the map, near enough to be read. */
  near(things: readonly Thing[]): void {
    const bounds = boundsOf(things, []);
    // With more padding than a small screen has room for, nothing would move.
    const { clientWidth, clientHeight } = this.map.getContainer();
    const padding = Math.min(120, clientWidth / 4, clientHeight / 4);
    if (!bounds.isEmpty()) this.map.fitBounds(bounds, { padding, maxZoom: 12, animate: false });
  }

  /** What lies under a point of the screen, the topmost first. */
  under(event: MapMouseEvent): Said[] {
    const { x, y } = event.point;
    const box: [[number, number], [number, number]] = [
      [x - TOUCH_PX, y - TOUCH_PX],
      [x + TOUCH_PX, y + TOUCH_PX],
    ];
    const found = this.map.queryRenderedFeatures(box).filter((each) => each.source === "things");
    const told = found.map((each) => ({ ...(each.properties as Said), facts: JSON.parse(String(each.properties.facts)) as string[] }));
    return told.filter((each, at) => told.findIndex((other) => other.thing === each.thing && other.layer === each.layer) === at);
  }

  /** The rows of the tracks whose dots lie under a point of the screen, or whose names do. */
  tracksUnder(event: MapMouseEvent): number[] {
    return this.tracks.under([event.lngLat.lng, event.lngLat.lat], this.map.getZoom(), TOUCH_PX);
  }

  close(): void {
    this.map.remove();
  }

  private async begin(): Promise<void> {
    const [base] = await Promise.all([basemap(), new Promise((resolve) => this.map.once("load", resolve))]);
    await drawSymbols(this.map, this.symbols);
    this.addTracks();
    // A card that was lost has nothing on it any more: the layer begins again.
    this.map.on("webglcontextrestored", () => this.addTracks());
    for (const [name, data] of Object.entries(base)) {
      this.data.set(name, data);
      this.put(name, data);
    }
  }

  private addTracks(): void {
    if (this.map.getLayer(this.tracks.id)) this.map.removeLayer(this.tracks.id);
    this.map.addLayer(this.tracks, OVER_TRACKS);
  }

  private put(source: string, data: FeatureCollection): void {
    this.map.getSource<GeoJSONSource>(source)?.setData(data);
  }
}

function numbered([feature, id]: [Feature<Geometry, unknown>, number]): Feature {
  return { ...feature, id } as Feature;
}

function boundsOf(things: readonly Thing[], places: Iterable<LonLat>): LngLatBounds {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  const extend = ([lon, lat]: LonLat) => {
    [west, east] = [Math.min(west, lon), Math.max(east, lon)];
    [south, north] = [Math.min(south, lat), Math.max(north, lat)];
  };
  for (const thing of things) coordinatesOf(thing.geometry).forEach(extend);
  for (const place of places) extend(place);
  return west > east ? new LngLatBounds() : new LngLatBounds([west, south, east, north]);
}

function coordinatesOf(geometry: Geometry): [number, number][] {
  switch (geometry.type) {
    case "Point":
      return [geometry.coordinates as [number, number]];
    case "LineString":
      return geometry.coordinates as [number, number][];
    case "Polygon":
      return geometry.coordinates.flat() as [number, number][];
    case "MultiPolygon":
      return geometry.coordinates.flat(2) as [number, number][];
    default:
      return [];
  }
}

