import assert from "node:assert/strict";
import { test } from "node:test";
import { ageText, dtg, fixedText, instantOf, isoText, localText, spanText } from "../../../src/openline/console/web/src/words/time";

const NOW = Date.parse("2017-09-16T00:33:20Z");
const at = (text: string) => {
  const instant = instantOf(text, NOW);
  return instant === null ? null : isoText(instant);
};

test("an instant is read however people at a desk write it", () => {
  assert.equal(at("160033Z SEP 17"), "2017-09-16T00:33:00Z");
  assert.equal(at("160033z sep 2017"), "2017-09-16T00:33:00Z");
  assert.equal(at("170100Z"), "2017-09-17T01:00:00Z");
  assert.equal(at("160333C SEP 17"), "2017-09-16T00:33:00Z");
  assert.equal(at("151933R SEP 17"), "2017-09-16T00:33:00Z");
  assert.equal(at("2017-09-16T03:33+03:00"), "2017-09-16T00:33:00Z");
  assert.equal(at("+2h30"), "2017-09-16T03:03:20Z");
  assert.equal(at("+45"), "2017-09-16T01:18:20Z");
});

test("what names no instant, or one in two ways, is none", () => {
  const none = ["", "+", "tomorrow", "0033", "160033J SEP 17", "2017-09-16T00:33", "2017-09-16", "310000Z SEP 17", "160060Z SEP 17"];
  for (const text of [...none, "162400Z SEP 17", "160033Z ABC 17", "2017-02-30T00:00Z", "2017-13-01T00:00Z"]) assert.equal(at(text), null, text);
});

test("a day that every fourth year has is read in that year alone", () => {
  assert.equal(at("290000Z FEB 16"), "2016-02-29T00:00:00Z");
  assert.equal(at("290000Z FEB 17"), null);
  assert.equal(at("2016-02-29T00:00Z"), "2016-02-29T00:00:00Z");
});

test("a span from now is made an instant once, and anything else is left as it was typed", () => {
  assert.equal(fixedText("+1h", NOW), "2017-09-16T01:33:20Z");
  assert.equal(fixedText("160033Z", NOW), "160033Z");
});

test("instants and spans are written as they are read", () => {
  assert.equal(dtg(NOW), "160033Z SEP 17");
  assert.equal(localText(NOW, 180), "03:33 +03");
  assert.equal(localText(NOW, 330), "06:03 +05:30");
  assert.equal(localText(NOW, -210), "21:03 −03:30");
  assert.equal(spanText(200_000), "03:20");
  assert.equal(spanText(7_500_000), "2 h 05");
  assert.equal(spanText(3 * 86_400_000 + 4 * 3_600_000), "3 d 04 h");
  assert.equal(spanText(-5_000), "00:00");
  assert.equal(ageText(40_000), "40 s");
  assert.equal(ageText(172_800_000), "2 d");
});
