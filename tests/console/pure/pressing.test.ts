import assert from "node:assert/strict";
import { test } from "node:test";
import { presses } from "../../../src/openline/console/web/src/state/pressing";

const entry = (kind: string, content: Record<string, unknown> = {}) => presses({ kind, content }, "WEST");

test("a FLASH, a CHECK FIRE, its end and whatever answers or follows one cannot wait", () => {
  assert.ok(entry("message.sent.v1", { kind: "NOTIFY", precedence: "FLASH" }));
  assert.ok(entry("message.sent.v1", { kind: "CHECK_FIRE", precedence: "ROUTINE" }));
  assert.ok(entry("message.sent.v1", { kind: "RESUME", precedence: "ROUTINE" }));
  assert.ok(entry("notice.owed.v1", { precedence: "FLASH", delivery: "M-1/v1:EAST" }));
  for (const kind of ["receipt.given.v1", "receipt.overdue.v1", "escalated.v1", "relay.forwarded.v1", "crossing.found.v1"]) assert.ok(entry(kind), kind);
});

test("what is owed to one's own party cannot wait, nor a FLASH that is owed to another", () => {
  const owed = (recipient: string, precedence: string) => entry("delivery.owed.v1", { delivery: { recipient, precedence } });
  assert.deepEqual([owed("WEST", "ROUTINE"), owed("EAST", "FLASH"), owed("EAST", "ROUTINE")], [true, true, false]);
});

test("all else waits its turn", () => {
  assert.equal(entry("plan.filed.v1", { kind: "ground" }), false);
  assert.equal(entry("message.sent.v1", { kind: "NOTIFY", precedence: "ROUTINE" }), false);
  assert.equal(entry("notice.owed.v1", { precedence: "ROUTINE", delivery: "M-1/v1:WEST" }), false);
});
