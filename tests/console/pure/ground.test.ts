import assert from "node:assert/strict";
import { test } from "node:test";
import { boundsGround, footprintsOf } from "../../../src/openline/console/web/src/acts/ground.svelte";
import { boundsItself, emptyNotice, isSite, noticeOf, shapeOf } from "../../../src/openline/console/web/src/acts/notice";
import type { GeometryRead } from "../../../src/openline/console/web/src/api/seen";

const NOW = Date.parse("2017-09-16T00:33:20Z");
const point = (lat_deg: number, lon_deg: number, eta: string | null = null) => ({ position: { lat_deg, lon_deg, accuracy_m: 10 }, name: "", mgrs: "", eta });
const readOf = (...waypoints: ReturnType<typeof point>[]) => ({ waypoints, volumes: [], faults: [] }) as unknown as GeometryRead;
const AREA = { waypoints: [], faults: [], volumes: [{ footprint: { shape: "polygon", rings: [[[[40, 35], [41, 35], [41, 36]]]], accuracy_m: 5 } }] } as unknown as GeometryRead;
const TWO = readOf(point(35, 40), point(36, 41));

test("points are a way, places or an area, no truer than the least true of them", () => {
  const [way] = footprintsOf(TWO, "way", 800, 50);
  assert.deepEqual(way, { shape: "corridor", path: [[40, 35], [41, 36]], width_m: 800, accuracy_m: 50 });
  assert.equal(footprintsOf(TWO, "place", 200, 0).length, 2);
  assert.equal(footprintsOf(TWO, "area", 0, 0)[0]?.shape, "polygon");
  assert.deepEqual(footprintsOf(readOf(), "way", 800, 0), []);
});

test("a way is timed only where every point has its instant", () => {
  const timed = (...etas: (string | null)[]) => footprintsOf(readOf(...etas.map((eta, at) => point(35 + at, 40, eta))), "way", 0, 0)[0];
  assert.deepEqual((timed("2017-09-19T05:00:00Z", "2017-09-19T06:00:00Z") as { times?: string[] }).times?.length, 2);
  assert.equal("times" in (timed("2017-09-19T05:00:00Z", null) as object), false);
});

test("ground that bounds itself is kept, but for being no truer than is said", () => {
  assert.deepEqual(footprintsOf(AREA, "way", 800, 0), AREA.volumes.map((each) => each.footprint));
  assert.equal((footprintsOf(AREA, "way", 800, 70)[0] as { accuracy_m: number }).accuracy_m, 70);
});

test("a radius or a width says nothing of ground that bounds itself", () => {
  const three = readOf(point(35, 40), point(36, 41), point(35, 41));
  assert.deepEqual([AREA, three, TWO].map((read) => boundsItself("activity", read)), [true, true, false]);
  assert.equal(boundsItself("movement", three), false);
});

test("an area bounds itself, whether its points were typed or an outline was pasted", () => {
  assert.deepEqual([boundsGround(AREA, "place"), boundsGround(AREA, "way"), boundsGround(TWO, "area")], [true, true, true]);
  assert.deepEqual([boundsGround(TWO, "place"), boundsGround(TWO, "way"), boundsGround(readOf(), "area")], [false, false, false]);
});

test("each kind says its ground in one way, and only a movement says of its escort", () => {
  const filed = (kind: string, read: GeometryRead) => noticeOf({ ...emptyNotice("N-1"), kind, extent: "300", escort: "yes", guards: "3" }, read, NOW, null);
  const place = filed("static_site", readOf(point(35, 40))).body;
  assert.deepEqual([place?.radius_m, place?.waypoints, place?.guards], [300, [], null]);
  assert.equal(filed("static_site", readOf(point(35, 40))).escort, "not_stated");
  const way = filed("movement", TWO);
  assert.deepEqual([way.escort, way.body?.width_m, way.body?.position], ["yes", 300, null]);
  const between = filed("activity", TWO).body?.volumes?.[0]?.footprint as { width_m: number };
  assert.equal(between.width_m, 600);
  assert.deepEqual(["movement", "activity", "static_site"].map(shapeOf), ["way", "area", "place"]);
  assert.deepEqual(["critical_civilian_infrastructure", "movement"].map(isSite), [true, false]);
});
