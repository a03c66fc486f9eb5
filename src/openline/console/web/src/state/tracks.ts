// Where one's own tracks were last, in columns as the desk sends them: a number for each, in one order.

import type { TrackColumns } from "../api/seen";
import { bytesOf } from "../signing/encoding";

const E7 = 1e7;

export interface Tracks {
  /** When the desk said so, by its own clock: ages count from there. */
  readonly asOfMs: number;
  readonly digest: string;
  readonly names: readonly string[];
  readonly lonDeg: Float64Array;
  readonly latDeg: Float64Array;
  readonly ageS: Float32Array;
  readonly courseDeg: Float32Array;
  readonly speedMps: Float32Array;
  /** NaN is every height. */
  readonly heightM: Float32Array;
}

/** What the desk told, read; names that it left out are those of `known`. */
export function tracksOf(told: TrackColumns, known: Tracks | null): Tracks {
  const names = told.names ?? (known?.digest === told.names_digest ? known.names : null);
  if (names === null) throw new TypeError("columns without their names");
  return {
    asOfMs: Date.parse(told.as_of),
    digest: told.names_digest,
    names,
    lonDeg: degrees(told.lon_e7),
    latDeg: degrees(told.lat_e7),
    ageS: column(told.age_s),
    courseDeg: column(told.course_deg),
    speedMps: column(told.speed_mps),
    heightM: column(told.height_m),
  };
}

// Every machine that runs a browser keeps numbers as they are sent: the least byte first.
function column(text: string): Float32Array {
  return new Float32Array(bytesOf(text).buffer);
}

function degrees(text: string): Float64Array {
  return Float64Array.from(new Int32Array(bytesOf(text).buffer), (each) => each / E7);
}
