import assert from "node:assert/strict";
import { test } from "node:test";
import { isCount, numberOf, numberText } from "../../../src/openline/console/web/src/words/number";

test("a number is read as it is written anywhere", () => {
  const read = ["1500", "0.5", "0,5", "-12,25", "+3", "12 500", "12\u00a0500,5", "١٥٠٠", "۱۵۰۰", "٠٫٥", "−4", "0,500"].map(numberOf);
  assert.deepEqual(read, [1500, 0.5, 0.5, -12.25, 3, 12500, 12500.5, 1500, 1500, 0.5, -4, 0.5]);
});

test("what can be read in two ways or in none is no number", () => {
  for (const text of ["", "five", "500 m", "1,500", "12,345", "1.500", "-12.345", "100.000", "1e3", "0x10", "Infinity", "1.2.3", "12 50", "1 2"]) assert.equal(numberOf(text), null, text);
});

test("what a form begins with reads back as the same number", () => {
  for (const number of [1500, 0.5, 1.5, 12.345, 999.125, -1.001, 0.125, 1234.125, 1e-7, 1e21, 1.2345]) assert.equal(numberOf(numberText(number)), number, numberText(number));
});

test("how many is whole and not below zero", () => {
  assert.deepEqual([0, 7, 2.5, -1].map(isCount), [true, true, false, false]);
});
