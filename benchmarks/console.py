"""The console's map with thousands of plans and moving tracks, in a real browser.

    python benchmarks/console.py [PLANS] [TRACKS] [SECONDS]

A desk is served with PLANS plans of one party, which reports TRACKS tracks once a second. Headless
Chromium comes in as that party's officer; the map is dragged by the pointer for SECONDS, then left
alone for as long. The peers are the same page at a desk with nothing on the map, and a plain page
of MapLibre that draws the same plans and tracks as one GeoJSON source, given anew each second.

Here WebGL is rendered by software, on the cores that run the desk and the browser besides: frames
a second are those of this machine. `task_…` and `script_…` are processor time of the page's main
thread, `rasterising_…` that of the process which draws in place of a graphics card: the former
decide whether hardware rendering has its 33 ms a frame. `beside_frames_ms_per_s` is what the page
does each second besides: an update of all tracks, above all.

A second row tells how soon a browser that never saw the desk shows its door, and what the files
weigh. It needs Chromium, on PATH or named by CHROMIUM; without it no row is printed.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

import openline.console
from crowded import POSITION, Crowd, Served, served
from crowded.frames import watch
from crowded.plain_map import plain_map

PLANS, TRACKS, SECONDS = 10_000, 20_000, 15.0
FEW: Final = 256
BUILT: Final = Path(openline.console.__file__).parent / "built"
SCREEN: Final = ViewportSize(width=1440, height=900)
OPTIONS: Final = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--enable-precise-memory-info",
]
COMPARED: Final = (
    "frames_per_s",
    "script_of_a_frame_p95_ms",
    "task_longest_ms",
    "main_thread_busy",
    "rasterising_of_a_frame_ms",
    "heap_mb",
)
ALONE: Final = ("frames_per_s", "beside_frames_ms_per_s", "task_longest_ms", "main_thread_busy")
PAINTED: Final = """() => performance.getEntriesByType("paint")
  .find((each) => each.name === "first-contentful-paint")?.startTime ?? null"""


def enter(page: Page, desk: Served) -> None:
    """Comes in as the officer, and waits until the map has been drawn."""
    page.goto(desk.url)
    page.get_by_label("Key file").set_input_files(desk.key)
    page.get_by_label("Position", exact=True).fill(POSITION)
    page.get_by_role("button", name="Come in", exact=True).first.click()
    page.locator(".maplibregl-canvas").wait_for(timeout=120_000)


def at_the_desk(browser: Browser, crowd: Crowd, seconds: float) -> dict[str, Any]:
    """The console at a desk so crowded: dragged, left alone, and what it asks of the desk."""
    with tempfile.TemporaryDirectory(dir=".") as folder, served(Path(folder), crowd) as desk:
        settle_s = 1.0 if crowd.tracks <= FEW else 10.0
        alone_s = cores(desk, settle_s)
        page = browser.new_page(viewport=SCREEN)
        page.set_default_timeout(120_000)
        enter(page, desk)
        page.wait_for_timeout(settle_s * 1_000)
        received = Received(page)
        dragged = watch(browser, page, seconds, drags=True)
        began, before_s = time.monotonic(), desk.cpu_s()
        idle = watch(browser, page, seconds, drags=False)
        with_browser = (desk.cpu_s() - before_s) / (time.monotonic() - began)
        figures = {
            "dragged": dragged.rounded(),
            "left_alone": idle.rounded(*ALONE),
            "kb_per_s": round(received.bytes() / 1e3 / (dragged.lasted_s + idle.lasted_s)),
            "updates_per_s": round(received.updates / (dragged.lasted_s + idle.lasted_s), 2),
            "desk_cores_for_this_browser": round(with_browser - alone_s, 2),
        }
        page.close()
    return figures


class Received:
    """What a page is sent from now on."""

    def __init__(self, page: Page) -> None:
        self._sizes: list[int] = []
        self.updates = 0
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.dataReceived", lambda event: self._sizes.append(event["dataLength"]))
        page.on("response", self._note)

    def bytes(self) -> int:
        return sum(self._sizes)

    def _note(self, response: Any) -> None:
        self.updates += "/v1/tracks" in response.url


def cores(desk: Served, seconds: float) -> float:
    """Cores that the desk uses while nobody looks."""
    before_s, began = desk.cpu_s(), time.monotonic()
    time.sleep(seconds)
    return (desk.cpu_s() - before_s) / (time.monotonic() - began)


def first_paint_s(browser: Browser, url: str) -> tuple[float, float]:
    """From navigation until anything is painted, and until the door can be used; nothing cached."""
    context = browser.new_context(viewport=SCREEN)
    page = context.new_page()
    began = time.monotonic()
    page.goto(url, wait_until="commit")
    page.get_by_role("heading", name="Come to the desk").wait_for()
    usable_s = time.monotonic() - began
    painted_ms = page.evaluate(PAINTED)
    context.close()
    return (usable_s if painted_ms is None else painted_ms / 1e3), usable_s


def sizes() -> dict[str, tuple[int, int]]:
    """What each part weighs, in kB, as it is and packed as it is sent."""
    parts: dict[str, Callable[[str], bool]] = {
        "first": lambda name: name.startswith("index"),
        "map": lambda name: name.startswith(("chart", "maplibre", "basemap")),
        "all": lambda _: True,
    }
    kinds = {".js", ".css", ".html", ".bin", ".svg"}
    files = {each.name: each.read_bytes() for each in BUILT.rglob("*") if each.suffix in kinds}
    return {
        part: (
            sum(len(raw) for name, raw in files.items() if belongs(name)) // 1_000,
            sum(len(gzip.compress(raw)) for name, raw in files.items() if belongs(name)) // 1_000,
        )
        for part, belongs in parts.items()
    }


def row_of_panning(browser: Browser, crowd: Crowd, seconds: float) -> dict[str, object]:
    empty = at_the_desk(browser, Crowd(0, 0), seconds)["dragged"]
    full = at_the_desk(browser, crowd, seconds)
    plain = plain_map(browser, crowd, seconds)
    return {
        "benchmark": f"the map dragged over {crowd.plans} plans and {crowd.tracks} moving tracks",
        "peer": "the same page and drag with nothing on the map",
        "rendering": "software",
        "openline": full,
        "empty": {name: empty[name] for name in COMPARED},
        "plain_maplibre": "left out" if plain is None else plain.rounded(*COMPARED),
        "times_the_peer": round(full["dragged"]["frames_per_s"] / empty["frames_per_s"], 3),
    }


def row_of_coming(browser: Browser) -> dict[str, object]:
    with tempfile.TemporaryDirectory(dir=".") as folder, served(Path(folder), Crowd(0, 0)) as desk:
        painted_s, usable_s = min(first_paint_s(browser, desk.url) for _ in range(3))
        page = browser.new_page()
        began = time.monotonic()
        page.goto(f"{desk.url}/healthz")
        bare_s = time.monotonic() - began
        page.close()
    return {
        "benchmark": "first useful paint, cold cache, from this machine",
        "peer": "the same browser opening the desk's shortest answer",
        "painted_s": round(painted_s, 3),
        "door_usable_s": round(usable_s, 3),
        "peer_s": round(bare_s, 3),
        "of_the_peer": round(usable_s / bare_s, 2),
        "kb_raw_and_packed": sizes(),
    }


def main(crowd: Crowd, seconds: float) -> None:
    """Measures panning, then coming."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        sys.stderr.write("left out: Chromium (apt-get install chromium, or name it by CHROMIUM)\n")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        print(json.dumps(row_of_panning(browser, crowd, seconds)), flush=True)
        print(json.dumps(row_of_coming(browser)), flush=True)
        browser.close()


if __name__ == "__main__":
    given = [float(each) for each in sys.argv[1:]]
    plans = int(given[0]) if given else PLANS
    tracks = int(given[1]) if len(given) > 1 else (plans if given and plans <= FEW else TRACKS)
    lasts_s = given[2] if len(given) > 2 else (1.0 if tracks <= FEW else SECONDS)
    main(Crowd(plans, tracks), lasts_s)
