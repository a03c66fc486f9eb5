"""Names of places and what is known of them: where, how exactly, how large, in which country."""

from __future__ import annotations

import bisect
import gzip
import math
import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from msgspec import Struct

from openline.reports.names import key_of

EARTH_RADIUS_M: Final = 6_371_000.0
PEOPLE_PER_KM2: Final = 4_000.0
"""How densely a town is taken to be lived in where only its people are known."""
UNCOUNTED_EXTENT_M: Final = 1_500.0
_EXTENT_M: Final = {"city": 5_000.0, "town": 1_500.0}
SAME_PLACE_M: Final = 30_000.0
CLEARLY_LARGER: Final = 8.0
LARGE: Final = 90_000

_ARTICLE: Final = re.compile(r"\b(el|es|ez|az|as|ash|esh|ad|ed|ar|er|at|et|an|en|ul|uz|us)\b")
_NATIONAL: Final = ("ans", "an", "ian", "ians", "n", "ns", "i", "is", "ese", "ish", "ic", "s")


class Place(Struct, frozen=True):
    """A named place: its point, and within how many metres whatever is said to be there lies.

    `accuracy_m` holds the error of the point and the extent of the place. A river and a country
    have neither point nor accuracy: their name alone is no fix.
    """

    name: str
    lat: float | None
    lon: float | None
    accuracy_m: float | None
    people: int
    country: str
    kind: str


class Gazetteer:
    """Places by name. One value for all reports; it keeps its rows packed and searches in them."""

    def __init__(self, packed: bytes) -> None:
        self._rows = packed.decode().splitlines()
        self._countries = {
            row.partition("\t")[0]: row.split("\t")[5]
            for row in self._rows
            if row.endswith("\tcountry")
        }

    def find(self, name: str) -> tuple[Place, ...]:
        """Every place of this name, however it is written; none if it is not known."""
        for key in _spellings(key_of(name)):
            if found := tuple(self._under(key)):
                return found
        return ()

    def find_country(self, word: str) -> str:
        """The code of the country that a word names (`Syria`, `Syrian`); empty if it names none."""
        key = key_of(word)
        if key in self._countries:
            return self._countries[key]
        for ending in _NATIONAL:
            stem = key.removesuffix(ending)
            if stem != key and len(stem) > 3:
                for whole in (
                    stem,
                    stem + "a",
                    stem + "e",
                    stem + "y",
                    stem + "ia",
                    stem + "istan",
                ):
                    if whole in self._countries:
                        return self._countries[whole]
        return _PEOPLES.get(key, "")

    def _under(self, key: str) -> Iterator[Place]:
        wanted = key + "\t"
        for at in range(bisect.bisect_left(self._rows, wanted), len(self._rows)):
            row = self._rows[at]
            if not row.startswith(wanted):
                return
            yield _place(row)


_PEOPLES: Final = {
    "us": "US", "american": "US", "british": "GB", "uk": "GB", "french": "FR", "turkish": "TR",
    "iranian": "IR", "greek": "GR", "congolese": "CD", "myanmar": "MM", "burmese": "MM",
    "drc": "CD", "swiss": "CH", "dutch": "NL", "filipino": "PH", "north korean": "KP",
    "gaza": "PS", "palestinian": "PS", "south korea": "KR", "north korea": "KP", "korean": "KR",
    "darfur": "SD", "tigray": "ET", "donbas": "UA", "kurdish": "SY",
}  # fmt: skip


def choose(found: Sequence[Place], countries: Collection[str]) -> Place | None:
    """The one place meant, or None where several may be: a guess is never shown as a fix.

    Args:
        countries: the codes of those that the report speaks of.
    """
    here = [each for each in found if each.country in countries or not each.country]
    if not here:  # elsewhere than in any country that is spoken of: only what everybody knows
        alone = all(apart_m(each, found[0]) < SAME_PLACE_M for each in found)
        known = 50_000 if alone else 500_000
        here = [each for each in found if not countries or each.people >= known]
    if not here:
        return None
    largest = max(here, key=lambda each: (each.kind != "", each.people))
    others = [each for each in here if apart_m(each, largest) > SAME_PLACE_M]
    if not others or largest.kind not in {"", "country", "river"}:
        return largest
    known = any(each.country in countries for each in here)
    runner_up = max(each.people for each in others)
    enough = 5_000 if known else LARGE
    clear = largest.people >= enough and largest.people >= CLEARLY_LARGER * runner_up
    return largest if clear else None


def apart_m(a: Place, b: Place) -> float:
    """Metres between two places, as good as a sphere is; zero where one has no point."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return 0.0
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    across = math.sin(math.radians(b.lon - a.lon) / 2) ** 2 * math.cos(lat_a) * math.cos(lat_b)
    return (
        2
        * EARTH_RADIUS_M
        * math.asin(min(1.0, math.sqrt(math.sin((lat_b - lat_a) / 2) ** 2 + across)))
    )


def moved(lat: float, lon: float, distance_m: float, course_deg: float) -> tuple[float, float]:
    """The point so far away on that course, on a sphere: true to half a percent of the way."""
    angle, course, start = distance_m / EARTH_RADIUS_M, math.radians(course_deg), math.radians(lat)
    end = math.asin(
        math.sin(start) * math.cos(angle) + math.cos(start) * math.sin(angle) * math.cos(course)
    )
    turned = math.atan2(
        math.sin(course) * math.sin(angle) * math.cos(start),
        math.cos(angle) - math.sin(start) * math.sin(end),
    )
    return math.degrees(end), (lon + math.degrees(turned) + 540.0) % 360.0 - 180.0


@cache
def bundled() -> Gazetteer:
    """The gazetteer that comes with openline, unpacked once."""
    packed = files("openline.reports") / "data" / "places.tsv.gz"
    return Gazetteer(gzip.decompress(packed.read_bytes()))


def _spellings(key: str) -> Iterator[str]:
    """One name as newspapers write it: articles, `ou` for `o` or `u`, and without its article."""
    yield key
    plain = _ARTICLE.sub("al", key)
    for each in (plain, key.replace("ou", "o"), plain.replace("ou", "o"), plain.replace("ou", "u")):
        if each != key:
            yield each
    if plain.startswith("al "):
        yield plain[3:]
    elif len(key) > 3:
        yield f"al {key}"
    if key.startswith("al") and len(key) > 6 and " " not in key:
        yield f"al {key[2:]}"


def _place(row: str) -> Place:
    name, lat, lon, accuracy, people, country, _source, kind = row.split("\t")
    if not lat:
        return Place(name, None, None, None, 0, country, kind)
    count = int(people)
    return Place(
        name=name,
        lat=float(lat),
        lon=float(lon),
        accuracy_m=float(accuracy) + _extent_m(count, kind),
        people=count,
        country=country,
        kind=kind,
    )


def _extent_m(people: int, kind: str) -> float:
    """How far from its middle a place reaches: what happens in a town happens somewhere in it."""
    if kind:
        return _EXTENT_M.get(kind, 0.0)
    if people == 0:
        return UNCOUNTED_EXTENT_M
    return max(UNCOUNTED_EXTENT_M, 1_000.0 * math.sqrt(people / PEOPLE_PER_KM2 / math.pi))
