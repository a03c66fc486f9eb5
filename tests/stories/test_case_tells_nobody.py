"""Nothing that could place or name somebody stands in what everybody may hold, or lies in clear.

The whole case is replayed; then every coordinate, plate, name, phone number and free text that was
put into it is looked for, in several writings, wherever it must not be.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from msgspec import Struct
from structlog.testing import capture_logs

from openline.cases.case import Case
from openline.cli.record_reading import held_record
from openline.record.encoding import decode_base64url
from openline.record.tiles import read_hashes, tiles_of_size
from replayed_case import replaying

pytestmark = pytest.mark.timeout(600)

NAMING: Final = frozenset(
    {"name", "place", "plate", "phone", "address", "mgrs", "text", "cargo", "purpose"}
    | {"description", "label", "public_name", "place_name", "check_phrase"}
)
"""The fields of bodies whose text names a place, a person or a thing."""
PLACING: Final = frozenset({"lat_deg", "lon_deg"})


class Secrets(Struct, frozen=True, kw_only=True):
    """What must not be found: texts as they are, and degrees however they are written."""

    texts: frozenset[bytes]
    degrees: frozenset[int]
    whole: frozenset[int]

    def found_in(self, haystack: bytes) -> set[bytes]:
        """Every text that stands there, and every number that is one of the degrees."""
        texts = {text for text in self.texts if text in haystack}
        return texts | {each for each in _NUMBER.findall(haystack) if self._is_degrees(each)}

    def _is_degrees(self, number: bytes) -> bool:
        """As 35.33588, 35,3359 or 35.336, or in whole millionths or ten-millionths."""
        digits = number.replace(b",", b".")
        whole, _, fraction = digits.partition(b".")
        if not fraction:
            return int(whole) in self.whole
        return _thousandths(float(digits)) in self.degrees


_CODE: Final = re.compile(r"[A-Z]+-[A-Z0-9-]+")
_NUMBER: Final = re.compile(rb"(?<!\d)(?:\d{2}[.,]\d{3,15}|\d{8,9})(?!\d)")


def _thousandths(degrees: float) -> int:
    return round(degrees * 1_000)


def secrets_of(case: Case) -> Secrets:
    """All that was put into the case and could place or name somebody."""
    told = [each.step.content.get("body") for each in case.inputs]
    told += [fix for each in case.inputs for fix in each.step.fixes]
    values = {value for each in told for value in _told_in(each)}
    for file in (case.folder / "data").iterdir():
        text = file.read_text(encoding="utf-8")
        if file.name.endswith(".csv"):
            rows = list(csv.DictReader(io.StringIO(text)))
            values |= {row[name] for row in rows for name in ("name", "mgrs")}
            values |= {float(row[axis]) for row in rows for axis in ("lat", "lon")}
        else:
            values |= set(_numbers(json.loads(text)["features"][0]["geometry"]["coordinates"]))
    degrees = {value for value in values if isinstance(value, float)}
    return Secrets(
        # A word of two or three letters stands in hashes by chance; a code names nobody.
        texts=frozenset(
            value.encode()
            for value in values
            if isinstance(value, str) and len(value) >= 4 and not _CODE.fullmatch(value)
        ),
        degrees=frozenset(map(_thousandths, degrees)),
        whole=frozenset(round(value * unit) for value in degrees for unit in (1e6, 1e7)),
    )


def _told_in(value: Any, field: str = "") -> Iterator[str | float]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _told_in(each, name)
    elif isinstance(value, list | tuple):
        if len(value) == 2 and all(isinstance(each, float) for each in value):
            yield from value
        else:
            for each in value:
                yield from _told_in(each, field)
    elif isinstance(value, str) and field in NAMING | {"persons"} and not value.startswith("$"):
        yield value
    elif isinstance(value, int | float) and field in PLACING:
        yield float(value)


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, list):
        for each in value:
            yield from _numbers(each)
    else:
        yield float(value)


@pytest.fixture(scope="module")
def secrets(case) -> Secrets:
    return secrets_of(case)


@pytest.fixture(scope="module")
def public_part(demo) -> bytes:
    """Every leaf, as it is sent and as it reads, every tile, and the checkpoint."""
    with held_record(demo.data) as record:
        journal = record.journal
        size = journal.size()
        leaves = [row.leaf for row in journal.read(0, size)]
        read = [decode_base64url(part) for leaf in leaves for part in leaf.split(b".")[:2]]
        tiles = [read_hashes(journal.tile, *tile) for tile in tiles_of_size(size)]
        return b"\n".join([*leaves, *read, *tiles, journal.checkpoint() or b""])


def test_what_is_looked_for_would_be_found(secrets, demo):
    with held_record(demo.data) as record:
        bodies = [row.body for row in record.journal.read(0, record.journal.size()) if row.body]
    found = secrets.found_in(b"\n".join(bodies))
    assert len(found & secrets.texts) > 50
    assert len(found - secrets.texts) > 300


def test_no_leaf_tile_or_checkpoint_holds_a_coordinate_plate_name_or_phone_number(
    public_part, secrets
):
    assert secrets.found_in(public_part) == set()


def test_no_file_of_the_desk_holds_any_of_it_in_clear(demo, secrets):
    files = [path for path in demo.data.rglob("*") if path.is_file()]
    assert {"record.db", "head"} <= {path.name for path in files}
    assert any(path.suffix == ".snapshot" for path in files)
    found = {path.name: secrets.found_in(path.read_bytes()) for path in files}
    assert {name: which for name, which in found.items() if which} == {}


@pytest.mark.long
def test_no_log_and_no_refusal_says_any_of_it(case, secrets):
    with capture_logs() as logs, replaying(case) as (replay, _service):
        refused = [outcome.sentence for outcome in replay.run() if outcome.refused]
    assert logs
    assert refused
    said = json.dumps([logs, refused], default=str, ensure_ascii=False).encode()
    assert secrets.found_in(said) == set()
