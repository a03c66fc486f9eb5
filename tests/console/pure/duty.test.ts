import assert from "node:assert/strict";
import { test } from "node:test";
import type { View } from "../../../src/openline/console/web/src/api/seen";
import { boardRows, nextThing, unshown } from "../../../src/openline/console/web/src/state/duty";

const NOW = Date.parse("2017-09-16T00:30:00Z");
const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();
const row = (delivery: string, precedence: string, dueIn: number | null, rung = "delivered") => ({
  delivery, precedence, rung, subject: delivery, origin: "EAST", recipient: "WEST", due_at: dueIn === null ? null : at(dueIn),
});
const view = (board: object[], deliveries: object[] = []) => ({ party: "WEST", board, deliveries, lines: [], cadences: [] }) as unknown as View;
const order = (of: View) => boardRows(of, NOW).map((each) => each.delivery);

test("what is silent rises by precedence, then by how long; what is due comes after it", () => {
  const rows = [row("soon", "FLASH", 1), row("old", "ROUTINE", -180), row("later", "ROUTINE", 60), row("new", "IMMEDIATE", -5), row("older", "IMMEDIATE", -9)];
  assert.deepEqual(order(view(rows)), ["older", "new", "old", "soon", "later"]);
});

test("of what awaits nothing the latest comes first", () => {
  const rows = [row("a", "ROUTINE", null, "in_force"), row("b", "ROUTINE", null, "in_force")];
  const owed = [{ id: "a", owed_since: at(-60) }, { id: "b", owed_since: at(-1) }];
  assert.deepEqual(order(view(rows, owed)), ["b", "a"]);
});

test("the next thing is the most urgent of what is late, and else what is due first", () => {
  assert.equal(nextThing(view([row("old", "ROUTINE", -180), row("new", "IMMEDIATE", -5)]), NOW)?.row?.delivery, "new");
  assert.equal(nextThing(view([row("later", "IMMEDIATE", 9), row("soon", "ROUTINE", 1)]), NOW)?.row?.delivery, "soon");
  assert.equal(nextThing(view([]), NOW), null);
});

test("what has come is shown until the view shows it, and no second time where one has it to answer", () => {
  const flash = (recipient: string) => ({ id: `M-1:${recipient}`, subject: "M-1", subject_kind: "message", recipient, origin: "EAST", owed_since: at(-1), ended_at: null });
  const open = (recipient: string) => ({ ...view([], [flash(recipient)]), size: 5, messages: [{ id: "M-1", kind: "CHECK_FIRE" }], parties: [], open_now: { flashes: [`M-1:${recipient}`] } }) as unknown as View;
  const come = (index: number) => [{ index, subject: "M-1" }];

  assert.deepEqual(unshown(come(5), null), come(5));
  assert.deepEqual(unshown(come(4), open("AID")), []);
  assert.deepEqual(unshown(come(5), open("AID")), come(5));
  assert.deepEqual(unshown(come(5), open("WEST")), []);
});
