// Geodesics on WGS 84, for drawing and for measuring on the map. What is judged, the desk judges.
// Source: T. Vincenty, Direct and Inverse Solutions of Geodesics, Survey Review XXIII, 1975.
// LIMIT: between nearly opposite points the inverse does not converge; it then says NaN.

export type LonLat = readonly [lon: number, lat: number];

const A = 6_378_137;
const F = 1 / 298.257223563;
const B = A * (1 - F);
const RAD = Math.PI / 180;
const TURNS_MOST = 100;
const CLOSE = 1e-12;

function series(cosSqAlpha: number) {
  const uSq = (cosSqAlpha * (A * A - B * B)) / (B * B);
  return {
    a: 1 + (uSq / 16384) * (4096 + uSq * (-768 + uSq * (320 - 175 * uSq))),
    b: (uSq / 1024) * (256 + uSq * (-128 + uSq * (74 - 47 * uSq))),
  };
}

function correction(b: number, sinSigma: number, cosSigma: number, cos2m: number): number {
  const inner = cosSigma * (2 * cos2m * cos2m - 1) - (b / 6) * cos2m * (4 * sinSigma * sinSigma - 3) * (4 * cos2m * cos2m - 3);
  return b * sinSigma * (cos2m + (b / 4) * inner);
}

const longitude = (sinAlpha: number, cosSqAlpha: number, sigma: number, cos2m: number) => {
  const c = (F / 16) * cosSqAlpha * (4 + F * (4 - 3 * cosSqAlpha));
  const inner = cos2m + c * Math.cos(sigma) * (2 * cos2m * cos2m - 1);
  return (1 - c) * F * sinAlpha * (sigma + c * Math.sin(sigma) * inner);
};

/** Where one comes to from a point, in a direction (degrees, clockwise from north), so many metres on. */
export function destination([lon, lat]: LonLat, bearing: number, metres: number): [number, number] {
  const tanU1 = (1 - F) * Math.tan(lat * RAD);
  const cosU1 = 1 / Math.hypot(1, tanU1);
  const sinU1 = tanU1 * cosU1;
  const [sinB, cosB] = [Math.sin(bearing * RAD), Math.cos(bearing * RAD)];
  const sinAlpha = cosU1 * sinB;
  const cosSqAlpha = 1 - sinAlpha * sinAlpha;
  const sigma1 = Math.atan2(tanU1, cosB);
  const { a, b } = series(cosSqAlpha);
  let sigma = metres / (B * a);
  let cos2m = Math.cos(2 * sigma1 + sigma);
  for (let turn = 0; turn < TURNS_MOST; turn += 1) {
    const next = metres / (B * a) + correction(b, Math.sin(sigma), Math.cos(sigma), cos2m);
    const isThere = Math.abs(next - sigma) < CLOSE;
    sigma = next;
    cos2m = Math.cos(2 * sigma1 + sigma);
    if (isThere) break;
  }
  const [sinS, cosS] = [Math.sin(sigma), Math.cos(sigma)];
  const across = sinU1 * sinS - cosU1 * cosS * cosB;
  const lat2 = Math.atan2(sinU1 * cosS + cosU1 * sinS * cosB, (1 - F) * Math.hypot(sinAlpha, across));
  const lambda = Math.atan2(sinS * sinB, cosU1 * cosS - sinU1 * sinS * cosB);
  return [lon + (lambda - longitude(sinAlpha, cosSqAlpha, sigma, cos2m)) / RAD, lat2 / RAD];
}

const NEAR_M = 25_000;
const NEAR_POLE_DEG = 65;

/**
 * The way out from one point, many times over: true to 1 m within 25 km and below 65° of latitude, where
 * it is a series of two terms (Legendre's) and quick; beyond that it is `destination`, and slow.
 */
export function outwards(from: LonLat): (bearing: number, metres: number) => [number, number] {
  const [lon, lat] = from;
  if (Math.abs(lat) > NEAR_POLE_DEG) return (bearing, metres) => destination(from, bearing, metres);
  const [sin, cos] = [Math.sin(lat * RAD), Math.cos(lat * RAD)];
  const e2 = F * (2 - F);
  const w2 = 1 - e2 * sin * sin;
  const across = A / Math.sqrt(w2);
  const along = (across * (1 - e2)) / w2;
  const tan = sin / cos;
  // The meridian's own curvature changes on the way north: the series has a term for it.
  const bend = (1.5 * e2 * sin * cos) / w2;
  return (bearing, metres) => {
    if (metres > NEAR_M) return destination(from, bearing, metres);
    const north = metres * Math.cos(bearing * RAD);
    const east = metres * Math.sin(bearing * RAD);
    const up = north / along;
    const dLat = up - (tan * east * east) / (2 * along * across) - bend * up * up;
    const dLon = (east / (across * cos)) * (1 + (tan * north) / across);
    return [lon + dLon / RAD, lat + dLat / RAD];
  };
}

/** How far it is from one point to another, in metres, and in which direction it begins. */
export function inverse([lon1, lat1]: LonLat, [lon2, lat2]: LonLat): { metres: number; bearing: number } {
  const u1 = Math.atan((1 - F) * Math.tan(lat1 * RAD));
  const u2 = Math.atan((1 - F) * Math.tan(lat2 * RAD));
  const [sinU1, cosU1, sinU2, cosU2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  const l = (lon2 - lon1) * RAD;
  let lambda = l;
  for (let turn = 0; turn < TURNS_MOST; turn += 1) {
    const [sinL, cosL] = [Math.sin(lambda), Math.cos(lambda)];
    const sinSigma = Math.hypot(cosU2 * sinL, cosU1 * sinU2 - sinU1 * cosU2 * cosL);
    if (sinSigma === 0) return { metres: 0, bearing: 0 };
    const cosSigma = sinU1 * sinU2 + cosU1 * cosU2 * cosL;
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (cosU1 * cosU2 * sinL) / sinSigma;
    const cosSqAlpha = 1 - sinAlpha * sinAlpha;
    const cos2m = cosSqAlpha === 0 ? 0 : cosSigma - (2 * sinU1 * sinU2) / cosSqAlpha;
    const next = l + longitude(sinAlpha, cosSqAlpha, sigma, cos2m);
    if (Math.abs(next - lambda) < CLOSE) {
      const { a, b } = series(cosSqAlpha);
      const bearing = Math.atan2(cosU2 * sinL, cosU1 * sinU2 - sinU1 * cosU2 * cosL) / RAD;
      return { metres: B * a * (sigma - correction(b, sinSigma, cosSigma, cos2m)), bearing: (bearing + 360) % 360 };
    }
    lambda = next;
  }
  return { metres: NaN, bearing: NaN };
}

/** All points at so many metres around one, as a closed ring. */
export function circle(center: LonLat, metres: number, corners = 48): [number, number][] {
  const out = outwards(center);
  const ring = Array.from({ length: corners }, (_, at) => out((360 * at) / corners, metres));
  return [...ring, ring[0] as [number, number]];
}

/** The geodesic between two points, with points between them where it is long. */
export function leg(from: LonLat, to: LonLat): [number, number][] {
  const { metres, bearing } = inverse(from, to);
  const parts = Number.isFinite(metres) ? Math.min(64, Math.ceil(metres / 50_000)) : 1;
  const between = Array.from({ length: Math.max(0, parts - 1) }, (_, at) => destination(from, bearing, (metres * (at + 1)) / parts));
  return [...between, [to[0], to[1]]];
}
