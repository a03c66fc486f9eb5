// MapLibre, and nothing of the desk: a map that shows features, tells where one points, and fits.

import { LngLatBounds, Map as MapLibre, setWorkerUrl, type GeoJSONSource, type MapMouseEvent, NavigationControl, ScaleControl } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { Feature, FeatureCollection, Geometry } from "geojson";
import { basemap } from "./basemap";
import type { Said, Thing } from "./things";
import { drawSymbols } from "./symbols";
import { styleOf, type Symbols } from "./style";

setWorkerUrl(workerUrl);

const BASE = ["borders", "towns"] as const;
const TOUCH_PX = 6;

export class Chart {
  readonly map: MapLibre;
  private readonly ready: Promise<void>;
  private readonly data = new Map<string, FeatureCollection>();
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
    });
  }

  set(source: "things" | "tracks" | "measuring", features: readonly Feature<Geometry, unknown>[]): void {
    const data = { type: "FeatureCollection", features } as FeatureCollection;
    this.data.set(source, data);
    void this.ready.then(() => this.put(source, data));
  }

  /** Towns and borders, or nothing but land and water. */
  show(withBase: boolean): void {
    void this.ready.then(() => {
      for (const layer of BASE) this.map.setLayoutProperty(layer, "visibility", withBase ? "visible" : "none");
    });
  }

  /** Everything at once in sight. */
  fit(things: readonly Thing[]): void {
    const bounds = new LngLatBounds();
    for (const thing of things) coordinatesOf(thing.geometry).forEach((at) => bounds.extend(at));
    if (!bounds.isEmpty()) this.map.fitBounds(bounds, { padding: 60, maxZoom: 11, animate: false });
  }

  /** These in the middle of the map, near enough to be read. */
  near(things: readonly Thing[]): void {
    const bounds = new LngLatBounds();
    for (const thing of things) coordinatesOf(thing.geometry).forEach((at) => bounds.extend(at));
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
    const found = this.map.queryRenderedFeatures(box).filter((each) => each.source === "things" || each.source === "tracks");
    const told = found.map((each) => ({ ...(each.properties as Said), facts: JSON.parse(String(each.properties.facts)) as string[] }));
    return told.filter((each, at) => told.findIndex((other) => other.thing === each.thing && other.layer === each.layer) === at);
  }

  close(): void {
    this.map.remove();
  }

  private async begin(): Promise<void> {
    const [base] = await Promise.all([basemap(), new Promise((resolve) => this.map.once("load", resolve))]);
    await drawSymbols(this.map, this.symbols);
    for (const [name, data] of Object.entries(base)) {
      this.data.set(name, data);
      this.put(name, data);
    }
  }

  private put(source: string, data: FeatureCollection): void {
    this.map.getSource<GeoJSONSource>(source)?.setData(data);
  }
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

