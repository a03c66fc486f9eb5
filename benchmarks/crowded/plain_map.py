"""The peer: a page with MapLibre alone, which draws the same crowd as one GeoJSON source.

It draws no ground and no names, asks nobody for anything, and has no age of a fix to tell: it is
given its features ready-made, once a second, as MapLibre's own examples of live data do.
"""

from __future__ import annotations

import functools
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser

import openline.console
from crowded import Crowd
from crowded.frames import Seen, watch

DIST = Path(openline.console.__file__).parent / "web" / "node_modules" / "maplibre-gl" / "dist"
PAGE = """<!doctype html><link rel="stylesheet" href="/maplibre-gl.css">
<style>body{margin:0}#map{position:absolute;inset:0}</style><div id="map"></div>
<script type="module">
import {Map, setWorkerUrl} from "/maplibre-gl.mjs";
setWorkerUrl("/maplibre-gl-worker.mjs");
const [plans, tracks] = [PLANS, TRACKS];
const side = Math.max(1, Math.ceil(Math.sqrt(plans)));
const at = (lon, lat) => ({type: "Point", coordinates: [lon, lat]});
const ring = (lon, lat) => ({type: "Polygon", coordinates: [Array.from({length: 49}, (_, k) => [
  lon + 0.0065 * Math.sin(k * Math.PI / 24), lat + 0.0054 * Math.cos(k * Math.PI / 24)])]});
const feature = (thing, geometry) => ({type: "Feature", properties: {thing}, geometry});
const still = Array.from({length: plans}, (_, n) => feature(`P-${n}`,
  ring(38 + 4 * Math.floor(n / side) / side, 33.5 + 3.5 * (n % side) / side)));
const moving = (s) => Array.from({length: tracks}, (_, n) => {
  const [course, way] = [n * 137.508 % 360 * Math.PI / 180, 15 * s / 111320];
  const [lon, lat] = [38 + 4 * (n * 0.754878 % 1), 33.5 + 3.5 * (n * 0.618034 % 1)];
  return feature(`T-${n}`, at(lon + way * Math.sin(course), lat + way * Math.cos(course)));
});
const all = () => ({type: "FeatureCollection",
  features: [...still, ...moving(performance.now() / 1000)]});
const view = {center: [40, 35.2], zoom: 6.2, dragRotate: false, fadeDuration: 0};
const map = new Map({container: "map", ...view, style: {
  version: 8, sources: {all: {type: "geojson", data: all()}}, layers: [
  {id: "ground", type: "background", paint: {"background-color": "#dde"}},
  {id: "plans", type: "fill", source: "all", filter: ["==", ["geometry-type"], "Polygon"],
    paint: {"fill-color": "#357", "fill-opacity": 0.2}},
  {id: "tracks", type: "circle", source: "all", filter: ["==", ["geometry-type"], "Point"],
    paint: {"circle-radius": 4, "circle-color": "#357", "circle-stroke-width": 1.5}}]}});
map.once("load", () => {
  setInterval(() => map.getSource("all").setData(all()), 1000);
  document.body.dataset.loaded = "yes";
});
</script>"""


def plain_map(browser: Browser, crowd: Crowd, seconds: float) -> Seen | None:
    """What dragging the plain map gives; None where MapLibre is not unpacked here."""
    if not DIST.is_dir():
        sys.stderr.write("left out: plain MapLibre (`make console` unpacks it; needs Node.js)\n")
        return None
    with _served(crowd) as url:
        page = browser.new_page(viewport={"width": 815, "height": 700})
        page.goto(url)
        page.locator("body[data-loaded]").wait_for(state="attached", timeout=120_000)
        page.wait_for_timeout(5_000 if crowd.tracks > 1_000 else 500)
        seen = watch(browser, page, seconds, drags=True)
        page.close()
    return seen


@contextmanager
def _served(crowd: Crowd) -> Iterator[str]:
    content = PAGE.replace("PLANS", str(crowd.plans)).replace("TRACKS", str(crowd.tracks)).encode()

    class Handler(SimpleHTTPRequestHandler):
        def guess_type(self, path: str | os.PathLike[str]) -> str:
            return "text/javascript" if str(path).endswith(".mjs") else super().guess_type(path)

        def do_GET(self) -> None:
            if self.path != "/":
                super().do_GET()
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing: rows of the benchmark are all that is printed."""

    handler = functools.partial(Handler, directory=str(DIST))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
