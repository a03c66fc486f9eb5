"""What a browser does while its map is dragged: frames, and what its main thread is busy with.

Frames a second depend on who rasterises. What the page's own script costs does not: the trace has
the processor time of each task of the main thread, whoever else uses the machine. A page whose
tasks all end within 33 ms leaves room for 30 frames a second to a graphics card that keeps up.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from playwright.sync_api import Browser, CDPSession, Page

CATEGORIES: Final = ["devtools.timeline", "disabled-by-default-devtools.timeline", "toplevel"]
_COUNT_FRAMES: Final = """() => {
  window.gaps = [];
  let last = performance.now();
  const count = (now) => {
    window.gaps.push(now - last);
    last = now;
    window.counting = requestAnimationFrame(count);
  };
  window.counting = requestAnimationFrame(count);
}"""
_COUNTED: Final = "() => { cancelAnimationFrame(window.counting); return window.gaps; }"
_REACH_PX: Final = 160
_STEP_PX: Final = 8


class Seen(NamedTuple):
    """Some seconds before a page: times in milliseconds, heap in megabytes."""

    frames_per_s: float
    frame_p50_ms: float
    frame_p95_ms: float
    script_of_a_frame_p50_ms: float
    script_of_a_frame_p95_ms: float
    task_p99_ms: float
    task_longest_ms: float
    beside_frames_ms_per_s: float
    main_thread_busy: float
    rasterising_of_a_frame_ms: float
    heap_mb: float
    lasted_s: float

    def rounded(self, *names: str) -> dict[str, float]:
        """These figures, or all, as a row tells them."""
        told = self._asdict()
        return {name: round(told[name], 2) for name in (names or told)}


def watch(browser: Browser, page: Page, seconds: float, drags: bool) -> Seen:
    """So many seconds before a page, its map dragged to and fro by the pointer, or left alone."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    processes = browser.new_browser_cdp_session()
    browser.start_tracing(page=page, categories=CATEGORIES)
    page.evaluate(_COUNT_FRAMES)
    rasterised_s = _rasteriser_s(processes)
    began_s = time.monotonic()
    if drags:
        _drag(page, seconds)
    else:
        page.wait_for_timeout(seconds * 1_000)
    gaps = np.array(page.evaluate(_COUNTED) or [seconds * 1_000])
    lasted_s = time.monotonic() - began_s
    rasterised_s = _rasteriser_s(processes) - rasterised_s
    events = json.loads(browser.stop_tracing())["traceEvents"]
    frames_ms, tasks_ms = main_thread(events)
    heap_mb = _metric(session, "JSHeapUsedSize") / 1e6
    session.detach()
    processes.detach()
    return Seen(
        frames_per_s=len(gaps) / lasted_s,
        frame_p50_ms=float(np.median(gaps)),
        frame_p95_ms=float(np.quantile(gaps, 0.95)),
        script_of_a_frame_p50_ms=float(np.median(frames_ms)),
        script_of_a_frame_p95_ms=float(np.quantile(frames_ms, 0.95)),
        task_p99_ms=float(np.quantile(tasks_ms, 0.99)),
        task_longest_ms=float(tasks_ms.max()),
        beside_frames_ms_per_s=float(tasks_ms.sum() - frames_ms.sum()) / lasted_s,
        rasterising_of_a_frame_ms=rasterised_s * 1e3 / len(gaps),
        main_thread_busy=float(tasks_ms.sum()) / 1e3 / lasted_s,
        heap_mb=heap_mb,
        lasted_s=lasted_s,
    )


def main_thread(events: Sequence[dict[str, Any]]) -> tuple[Any, Any]:
    """Processor time of each animation frame's script, and of each task, on the page's thread."""
    fired = [each for each in events if each["name"] == "FireAnimationFrame" and "tdur" in each]
    if not fired:
        return np.zeros(1), np.zeros(1)
    threads = [(each["pid"], each["tid"]) for each in fired]
    main = max(set(threads), key=threads.count)
    frames: dict[int, float] = {}
    for each in fired:
        # All callbacks of one frame begin within one task: they are one frame's script.
        if (each["pid"], each["tid"]) == main:
            key = int(each["ts"] // 4_000)
            frames[key] = frames.get(key, 0.0) + each["tdur"] / 1e3
    tasks = [
        each["tdur"] / 1e3
        for each in events
        if each["name"].endswith("RunTask")
        and (each["pid"], each["tid"]) == main
        and "tdur" in each
    ]
    return np.array(list(frames.values())), np.array(tasks or [0.0])


def _drag(page: Page, seconds: float) -> None:
    """Real pointer events, as a hand makes them: down, along, back, up."""
    box = page.locator(".maplibregl-canvas").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    ends_s, at_px, step_px = time.monotonic() + seconds, 0, _STEP_PX
    while time.monotonic() < ends_s:
        at_px += step_px
        page.mouse.move(x + at_px, y + at_px / 3)
        if abs(at_px) >= _REACH_PX:
            step_px = -step_px
    page.mouse.up()


def _rasteriser_s(session: CDPSession) -> float:
    """Processor time of the process that stands in for a graphics card."""
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    return float(sum(each["cpuTime"] for each in processes if each["type"] == "GPU"))


def _metric(session: CDPSession, name: str) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == name))
