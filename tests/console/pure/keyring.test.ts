import assert from "node:assert/strict";
import { test } from "node:test";
import { Keyring } from "../../../src/openline/console/web/src/proof/keyring";
import type { LeafRead } from "../../../src/openline/console/web/src/proof/leaf";

const leaf = (kind: string, kid: string, party: string, data: Record<string, unknown>, word: LeafRead["word"] = "signed"): LeafRead => ({
  id: "S-1", kid, kind, at: "2017-09-16T00:00:00Z", party, position: "duty", byHuman: true, word, seq: 1, data, refs: [], bodyDigest: null,
});
const enrolled = (kid: string, party: string) => leaf("key.enrolled.v1", "D", "DESK", { party, position: `${party}-TAC.duty`, key: { kid, x: `x-${kid}` } }, "desk");

function ring(...leaves: LeafRead[]): Keyring {
  const ring = new Keyring();
  [enrolled("E1", "EAST"), enrolled("E2", "EAST"), enrolled("W1", "WEST"), ...leaves].forEach((each, index) => ring.note(index, each));
  return ring;
}

test("a key is its party's from the entry that names it on", () => {
  assert.deepEqual(ring().find("E1"), { kid: "E1", x: "x-E1", party: "EAST", since: 0 });
  assert.equal(ring().find("E9"), undefined);
  const forged = { ...enrolled("E9", "EAST"), word: "signed" as const };
  assert.equal(ring(forged).find("E9"), undefined);
});

test("what a key signs after the entry that revoked it is not proven, and what it signed before is", () => {
  const keys = ring(leaf("key.revoked.v1", "E2", "EAST", { kid: "E1" }));
  assert.deepEqual([2, 3, 4].map((index) => keys.isOver("E1", index)), [false, false, true]);
  assert.equal(keys.isOver("E2", 4), false);
});

test("a key is over once its party has gone over to another, or two parties have put it out", () => {
  const gone = ring(leaf("key.rotated.v1", "E1", "EAST", { old: "E1", key: { kid: "E3", x: "x-E3" } }));
  assert.deepEqual([gone.isOver("E1", 3), gone.isOver("E1", 4), gone.find("E3")?.party], [false, true, "EAST"]);
  const out = ring(leaf("key.put_out.v1", "D", "DESK", { kid: "W1", by: ["EAST", "HUM"] }, "desk"));
  assert.equal(out.isOver("W1", 4), true);
});

test("nobody revokes another party's key, and no key itself", () => {
  const keys = ring(leaf("key.revoked.v1", "W1", "WEST", { kid: "E1" }), leaf("key.revoked.v1", "E1", "EAST", { kid: "E1" }));
  assert.equal(keys.isOver("E1", 9), false);
});

test("a key revoked twice is over from the first time on", () => {
  const keys = ring(leaf("key.revoked.v1", "E2", "EAST", { kid: "E1" }), leaf("key.revoked.v1", "E2", "EAST", { kid: "E1" }));
  assert.equal(keys.isOver("E1", 4), true);
});
