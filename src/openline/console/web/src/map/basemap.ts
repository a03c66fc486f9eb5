// Natural Earth as `scripts/make_basemap.py` packed it: numbers of seven bits, positions as steps.

import type { Feature, FeatureCollection, Position } from "geojson";
import url from "./basemap.bin?url";

const GRID = 500;

export interface Basemap {
  readonly land: FeatureCollection;
  readonly lakes: FeatureCollection;
  readonly rivers: FeatureCollection;
  readonly borders: FeatureCollection;
  readonly towns: FeatureCollection;
}

let read: Promise<Basemap> | undefined;

/** The basemap; fetched from the desk and unpacked once. */
export function basemap(): Promise<Basemap> {
  read ??= fetch(url)
    .then((response) => response.arrayBuffer())
    .then((buffer) => unpack(new Uint8Array(buffer)));
  return read;
}

class Reader {
  private at = 0;
  private cellX = 0;
  private cellY = 0;

  constructor(private readonly bytes: Uint8Array) {}

  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  step(): Position {
    this.cellX += this.signed();
    this.cellY += this.signed();
    return [this.cellX / GRID, this.cellY / GRID];
  }

  path(): Position[] {
    return this.times(() => this.step());
  }

  /** As many as the next number says. */
  times<T>(each: () => T): T[] {
    return Array.from({ length: this.number() }, each);
  }

  text(): string {
    const length = this.number();
    this.at += length;
    return new TextDecoder().decode(this.bytes.subarray(this.at - length, this.at));
  }

  private signed(): number {
    const value = this.number();
    return value & 1 ? -((value + 1) >>> 1) : value >>> 1;
  }
}

function unpack(bytes: Uint8Array): Basemap {
  const reader = new Reader(bytes);
  const areas = () => ({ type: "MultiPolygon" as const, coordinates: reader.times(() => reader.times(() => closed(reader.path()))) });
  const land = collection([feature(areas())]);
  const lakes = collection([feature(areas())]);
  const rivers = collection(
    reader.times(() => {
      const rank = reader.number();
      return feature({ type: "LineString", coordinates: reader.path() }, { rank });
    }),
  );
  const borders = collection([
    feature({ type: "MultiLineString", coordinates: reader.times(() => reader.path()) }),
  ]);
  const towns = collection(
    reader.times(() => {
      const coordinates = reader.step();
      return feature({ type: "Point", coordinates }, { rank: reader.number(), name: reader.text() });
    }),
  );
  return { land, lakes, rivers, borders, towns };
}

function closed(ring: Position[]): Position[] {
  return ring[0] === undefined ? ring : [...ring, ring[0]];
}

function feature(geometry: Feature["geometry"], properties: Feature["properties"] = {}): Feature {
  return { type: "Feature", geometry, properties };
}

function collection(features: Feature[]): FeatureCollection {
  return { type: "FeatureCollection", features };
}
