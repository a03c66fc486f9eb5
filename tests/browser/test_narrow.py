"""On a phone, and at twice the size, in every language: nothing is cut off or turned around."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from browser_harness import Console, ReplayedDesk

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
Opened = Callable[..., Console]
LANGUAGES: Final = ("en", "fr", "ru", "ar")
SIZES: Final[dict[str, dict[str, Any]]] = {
    "phone": {"viewport": {"width": 360, "height": 740}},
    "200 %": {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2},
}
"""The second is how a screen of 1440 to 900 lays a page out that is shown at twice its size."""
KEYS: Final = (
    *("g b", "g l", "g n", "g a", "g i", "g s", "g p", "g r", "g m"),
    *("s", "Escape s n 3", "Escape s m", "Escape s a", "Escape s i", "Escape s h", "Escape g a o"),
)

MISFITS: Final = """() => {
  const wide = document.documentElement.clientWidth;
  const across = document.documentElement.scrollWidth;
  const found = across > wide ? [`the page is ${across} wide`] : [];
  const dialog = document.querySelector("dialog[open]");
  const within = dialog ?? document.body;
  const none = ".hidden, .maplibregl-map, option, script, style, textarea";
  const isShown = (each) => !each.closest(none) && each.checkVisibility({visibilityProperty: true});
  const scrolls = (each) => each !== null && (
    (/auto|scroll/.test(getComputedStyle(each).overflowX) && each.scrollWidth > each.clientWidth)
    || scrolls(each.parentElement));
  const texts = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const of = node.parentElement;
    if (node.data.trim() === "" || !isShown(of)) continue;
    const name = `"${node.data.trim().slice(0, 40)}" in ${of.tagName}.${of.className}`;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      const isOutside = box.right > wide + 1 || box.left < -1;
      if (isOutside && !scrolls(of)) found.push(`${name} reaches outside`);
      // In a form what scrolls goes under its button, and comes out again.
      for (const x of dialog === null ? [box.left + 2, box.right - 2] : []) {
        const on = document.elementFromPoint(x, box.top + box.height / 2)?.closest("button");
        if (on && !of.contains(on) && !on.contains(of)) found.push(`${name} lies under a button`);
      }
    }
  }
  return [...new Set(found)];
}"""
"""What no one could read: text outside the page, or under a button."""


def opened_in(console: Opened, url: str, position: str, language: str, **size: Any) -> Console:
    officer = console(url, **size)
    officer.page.add_init_script(f"localStorage.setItem('openline.language', '{language}')")
    officer.page.goto(url)
    assert officer.page.evaluate(MISFITS) == []
    officer.page.get_by_role("button", name=position, exact=True).click()
    expect(officer.page.locator("[data-state=on][role=status]")).to_be_visible()
    return officer


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_off_or_covered(
    console: Opened, afternoon: ReplayedDesk, language: str, size: str
) -> None:
    officer = opened_in(console, afternoon.url, "WEST-OPS.commander", language, **SIZES[size])
    misfits = {}
    for keys in KEYS:
        officer.press(keys)
        officer.page.wait_for_timeout(250)
        misfits[keys] = officer.page.evaluate(MISFITS)
    officer.leave()
    assert {keys: found for keys, found in misfits.items() if found} == {}


def order_on_screen(page: Page, selector: str) -> list[str]:
    """The letters of a text as they stand from left to right, spaces apart."""
    letters: list[tuple[float, str]] = page.evaluate(
        """(selector) => {
          const of = document.querySelector(selector);
          const texts = document.createTreeWalker(of, NodeFilter.SHOW_TEXT);
          const found = [];
          for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
            for (let at = 0; at < node.data.length; at += 1) {
              const range = document.createRange();
              range.setStart(node, at);
              range.setEnd(node, at + 1);
              found.push([range.getBoundingClientRect().left, node.data[at]]);
            }
          }
          return found;
        }""",
        selector,
    )
    return [letter for _, letter in sorted(letters) if letter.strip()]


def test_a_distance_reads_with_its_number_before_its_unit_from_right_to_left_too(
    console: Opened, afternoon: ReplayedDesk
) -> None:
    officer = opened_in(console, afternoon.url, "WEST-TAC.duty", "ar")
    scale = officer.page.locator(".maplibregl-ctrl-scale")
    expect(scale).to_contain_text("km")
    shown = scale.inner_text()
    assert order_on_screen(officer.page, ".maplibregl-ctrl-scale") == list("".join(shown.split()))

    box = officer.page.get_by_role("application").bounding_box()
    assert box is not None
    officer.page.mouse.move(box["x"] + 200, box["y"] + 200)
    readout = ".readout span:first-of-type"
    shown = officer.page.locator(readout).inner_text()
    assert order_on_screen(officer.page, readout) == list("".join(shown.split()))
    officer.leave()
