import assert from "node:assert/strict";
import { test } from "node:test";
import type { View, ViewChanges } from "../../../src/openline/console/web/src/api/seen";
import { viewOf } from "../../../src/openline/console/web/src/state/changes";

const held = { size: 7, told_by: 2, plans: [{ id: "a" }, { id: "b" }, { id: "c" }], lines: [{ id: "L" }] } as unknown as View;
const told = (changes: object) => ({ mark: "m", since: "before", parts: {}, lists: {}, ...changes }) as unknown as ViewChanges;

test("rows that are as they were are the very same values, in their new places", () => {
  const view = viewOf(told({ parts: { size: 8 }, lists: { plans: [{ rows: [{ id: "0" }] }, { first: 1, count: 2 }, { count: 1 }] } }), held);
  assert.deepEqual(view.plans.map((each) => each.id), ["0", "b", "c", "a"]);
  assert.equal(view.plans[1], held.plans[1]);
  assert.equal(view.lines, held.lines);
  assert.deepEqual([view.size, view.told_by, held.plans.length], [8, 2, 3]);
});

test("where nothing is new the view is the very same", () => {
  assert.equal(viewOf(told({}), held), held);
});

test("a list may be empty by now", () => {
  assert.deepEqual(viewOf(told({ parts: { size: 8 }, lists: { plans: [] } }), held).plans, []);
});

test("what is told from nothing on takes nothing from what was held", () => {
  const view = viewOf(told({ since: null, parts: { size: 1 }, lists: { plans: [{ rows: [{ id: "z" }] }] } }), held);
  assert.deepEqual(view, { size: 1, plans: [{ id: "z" }] });
});

test("changes of a view that is not held are refused, never guessed at", () => {
  assert.throws(() => viewOf(told({}), null), TypeError);
});
