"""A desk with a crowded map: plans side by side over a country, and tracks that move across it.

The desk is a program of its own (`openline serve`); this one files the plans before it starts, and
then reports every track once a second over HTTP until it is told to end.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import httpx
import msgspec
import numpy as np

from load.serving import serving
from openline import app
from openline.cli.newcomers import Newcomer, add_newcomer
from openline.cli.speaking import Desk as Caller
from openline.domain.airspace import Circle, Position, TimeSpan, Volume4D
from openline.domain.party import PartyKind
from openline.domain.plan import Kind, PlanBody, PlanFiled
from openline.domain.statement import Attested, Author, Statement

PARTY: Final = "EAST"
POSITION: Final = "EAST-TAC.duty"
MOST_FIXES: Final = 1_000
_AT_ONCE: Final = 256
_SPEED_MPS: Final = 15.0
_SOUTH_DEG, _WEST_DEG, _HIGH_DEG, _WIDE_DEG = 33.5, 38.0, 3.5, 4.0


class Crowd(NamedTuple):
    """How much there is on the map."""

    plans: int
    tracks: int


class Served(NamedTuple):
    """A desk at work: its address, where its keys lie, and its process."""

    url: str
    key: Path
    pid: int

    def cpu_s(self) -> float:
        """Processor time that the desk has used by now."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(path: Path, crowd: Crowd) -> Iterator[Served]:
    """A desk so crowded, its tracks moving until the block ends."""
    _make(path, crowd)
    key = path / "keys" / f"{POSITION}.key"
    with serving(path) as desk, ExitStack() as stack:
        if crowd.tracks:
            caller = stack.enter_context(Caller.reached(desk.url, key, POSITION, None))
            stack.enter_context(_moving(caller.http, crowd.tracks))
        yield Served(desk.url, key, desk.pid)


def places(count: int, elapsed_s: float) -> tuple[list[float], list[float], list[float]]:
    """Latitude, longitude and course of each track by then: its own way, straight on."""
    number = np.arange(count)
    course_deg = number * 137.508 % 360.0
    way_deg = _SPEED_MPS * elapsed_s / 111_320.0
    lat_deg = _SOUTH_DEG + _HIGH_DEG * (number * 0.618034 % 1.0)
    lon_deg = _WEST_DEG + _WIDE_DEG * (number * 0.754878 % 1.0)
    lat_deg += way_deg * np.cos(np.radians(course_deg))
    lon_deg += way_deg * np.sin(np.radians(course_deg))
    return lat_deg.tolist(), lon_deg.tolist(), course_deg.tolist()


def _make(path: Path, crowd: Crowd) -> None:
    app.make_desk(path / "desk", exercise=True)
    with app.desk_at(path / "desk") as service:
        add_newcomer(service, Newcomer(id=PARTY, kind=PartyKind.FORCE), path / "keys")
        author = Author(party=PARTY, position=POSITION)
        plans = [
            Statement(
                id=plan.plan,
                author=author,
                content=plan,
                word=Attested(issuer="bench", token_id=plan.plan),
            )
            for plan in _plans(crowd.plans)
        ]
        for start in range(0, len(plans), _AT_ONCE):
            answers = [service.submit(each) for each in plans[start : start + _AT_ONCE]]
            for each in answers:
                each.result()


def _plans(count: int) -> Iterator[PlanFiled]:
    """Circles side by side, for an hour some days from now."""
    starts_at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
    ends_at = starts_at + timedelta(hours=1)
    times = TimeSpan(starts_at=starts_at, ends_at=ends_at)
    side = max(1, math.ceil(math.sqrt(count)))
    for number in range(count):
        east, north = divmod(number, side)
        lat_deg = _SOUTH_DEG + _HIGH_DEG * north / side
        lon_deg = _WEST_DEG + _WIDE_DEG * east / side
        center = Position(lat_deg=lat_deg, lon_deg=lon_deg)
        volume = Volume4D(footprint=Circle(center=center, radius_m=600.0), times=times)
        yield PlanFiled(
            plan=f"P-{number}",
            kind=Kind.GROUND,
            starts_at=starts_at,
            ends_at=ends_at,
            body=PlanBody(volumes=(volume,)),
        )


@contextmanager
def _moving(http: httpx.Client, tracks: int) -> Iterator[None]:
    """Reports the tracks once a second, all of them once before the block begins."""
    ended = threading.Event()
    began_s = time.monotonic()

    def report() -> None:
        for batch in _batches(tracks, time.monotonic() - began_s):
            http.post("/v1/tracks", content=batch, headers={"Content-Type": "application/json"})

    def go_on() -> None:
        due_s = time.monotonic()
        while not ended.is_set():
            report()
            due_s = max(due_s + 1.0, time.monotonic())
            ended.wait(due_s - time.monotonic())

    report()
    thread = threading.Thread(target=go_on, name="tracks")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _batches(count: int, elapsed_s: float) -> Iterator[bytes]:
    at = datetime.now(UTC)
    told = [
        {
            "track": f"T-{number}",
            "party": PARTY,
            "kind": "ground",
            "at": at,
            "position": {"lat_deg": lat_deg, "lon_deg": lon_deg},
            "course_deg": course_deg,
            "speed_mps": _SPEED_MPS,
        }
        for number, (lat_deg, lon_deg, course_deg) in enumerate(
            zip(*places(count, elapsed_s), strict=True)
        )
    ]
    for start in range(0, count, MOST_FIXES):
        yield msgspec.json.encode({"fixes": told[start : start + MOST_FIXES]})
