import assert from "node:assert/strict";
import { test } from "node:test";
import { groundKept, groundText, isLine, outlineOf, shapesOf, typedFrom, unasked } from "../../../src/openline/console/web/src/acts/measure";
import { MEASURE_KIND } from "../../../src/openline/console/web/src/api/values";
import type { Measure } from "../../../src/openline/console/web/src/api/seen";
import { numberOf } from "../../../src/openline/console/web/src/words/number";
import { differences } from "../../../src/openline/console/web/src/state/measures";

const LINE = { shape: "corridor", path: [[40, 35], [41, 36]], width_m: 0, accuracy_m: 1000, times: [], slack_s: 0 };
const version = (more: object = {}, body: object = {}) =>
  ({
    id: "SEP-1", version: 1, kind: "separation_line", parties: ["EAST", "WEST"], cosigned: [], objected: [], of: null, within_m: 0, for_parties: [],
    site: null, published: false, starts_at: null, ends_at: null, ...more,
    body: { footprint: LINE, heights: { lower_m: null, upper_m: null }, homes: { EAST: "left" }, altitude_m: null, ...body },
  }) as unknown as Measure;

test("every kind has its outline, and only lines have no width", () => {
  assert.deepEqual(MEASURE_KIND.filter((kind) => shapesOf(kind).length === 0), ["buffer"]);
  assert.deepEqual(MEASURE_KIND.filter(isLine), ["boundary", "separation_line"]);
  assert.equal(outlineOf(version()), "way");
  assert.equal(outlineOf(undefined), "");
});

test("the next version keeps the ground that nobody changed, to the last digit", () => {
  const held = version();
  const { extent, accuracy } = typedFrom(held);
  assert.equal(groundText(held), "35, 40\n36, 41");
  assert.equal(groundKept(held, groundText(held), extent, accuracy), held.body?.footprint);
  assert.equal(groundKept(held, "35, 40\n36, 41.5", extent, accuracy), null);
  assert.equal(groundKept(held, groundText(held), extent, "500"), null);
  assert.deepEqual(unasked(held).body, { heights: held.body?.heights });
});

test("a version whose numbers have three digits after the point is kept as it stands", () => {
  const held = version({}, { footprint: { ...LINE, width_m: 12.345, accuracy_m: 1.5 } });
  const { extent, accuracy } = typedFrom(held);
  assert.equal(numberOf(extent), 12.345);
  assert.equal(groundKept(held, groundText(held), extent, accuracy), held.body?.footprint);
});

test("two versions alike differ in nothing, and each change is told once", () => {
  assert.deepEqual(differences(version(), version({ version: 2 })), []);
  const told = differences(version(), version({ ends_at: "2017-09-30T12:00:00Z" }, { homes: { EAST: "right" } }));
  assert.equal(told.length, 2);
  assert.match(told[0] as string, /301200Z SEP 17/);
  assert.match(told[1] as string, /EAST/);
});

test("how far a line has moved is that of the vertex that moved furthest", () => {
  const moved = { ...LINE, path: [[40, 35], [41, 36.01]] };
  const [told] = differences(version(), version({}, { footprint: moved }));
  assert.match(told as string, /1\.11 km/);
});
