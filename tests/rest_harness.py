"""A desk that answers on a port of this machine, and callers with keys of their own."""

from __future__ import annotations

import itertools
import math
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from openline import app
from openline.cli.newcomers import Newcomer, add_newcomer
from openline.cli.speaking import Desk as Caller
from openline.config import Config
from openline.cosigning.agreed import desk_keys_of
from openline.domain.party import PartyKind
from openline.protocols.rest.issuer import TOKEN_S
from openline.protocols.rest.stream import Pace
from openline.record.note import NoteKey
from openline.service import Service
from openline.tracking import Tracking

FORCES = (
    Newcomer(id="EAST", kind=PartyKind.FORCE),
    Newcomer(id="WEST", kind=PartyKind.FORCE),
    Newcomer(id="AID", kind=PartyKind.HUMANITARIAN),
    Newcomer(id="HUM", kind=PartyKind.CONDUIT),
)
SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=5)
_numbers = itertools.count()


class Served:
    """A desk being served; `http` is a client without a token."""

    def __init__(self, service: Service, web: app.Web, keys: Path, stack: ExitStack) -> None:
        self.service, self.url, self.keys = service, web.url, keys
        self.stop_answering = web.stop
        self.stack = stack
        self._clients: dict[str, tuple[float, httpx.Client]] = {}
        self.http = stack.enter_context(httpx.Client(base_url=self.url, trust_env=False))

    def as_(self, position: str) -> httpx.Client:
        """A client with a token of the position (`EAST` alone is its watch)."""
        position = position if "." in position else f"{position}-TAC.duty"
        granted_s, client = self._clients.get(position, (-math.inf, self.http))
        if time.monotonic() - granted_s > TOKEN_S / 2:
            key = self.keys / f"{position}.key"
            client = self.stack.enter_context(Caller.reached(self.url, key, position, None)).http
            self._clients[position] = (time.monotonic(), client)
        return client

    def vkey(self) -> NoteKey:
        """The last key that the record names as its desk's: what checkpoints of it now bear."""
        return self.service.read(desk_keys_of)[-1]

    def forget_tokens(self) -> None:
        """The next to speak proves itself anew."""
        self._clients.clear()

    def say(self, position: str, path: str, **fields: Any) -> httpx.Response:
        """Something said under a token, with an id that nobody used before."""
        fields = {"id": f"say-{next(_numbers)}", "by_human": True, **fields}
        return self.as_(position).post(path, json=fields)

    def said(self, position: str, path: str, **fields: Any) -> dict[str, Any]:
        """The same, where nothing is refused."""
        response = self.say(position, path, **fields)
        assert response.status_code == 201, response.text
        answer: dict[str, Any] = response.json()
        return answer


@contextmanager
def served(
    directory: Path,
    newcomers: Sequence[Newcomer] = FORCES,
    pace: Pace | None = None,
    origin: str | None = None,
) -> Iterator[Served]:
    """A new desk with these parties, served until the block ends."""
    path, keys = directory / "desk", directory / "keys"
    app.make_desk(path, origin=origin, exercise=True)
    with app.desk_at(path) as service, ExitStack() as stack:
        for newcomer in newcomers:
            add_newcomer(service, newcomer, keys)
        tracking = stack.enter_context(app.tracking_at(path, service))
        with _answering(service, Config(port=0), tracking, pace) as web:
            yield Served(service, web, keys, stack)


@contextmanager
def away(desk: Served) -> Iterator[None]:
    """The desk answers nobody during the block, and afterwards at the same address as before.

    Every token is then void, as after any start.
    """
    desk.stop_answering()
    yield
    stack = desk.stack
    config = Config(port=urlsplit(desk.url).port or 0)
    stack.enter_context(_answering(desk.service, config, None, None))
    desk.forget_tokens()


@contextmanager
def _answering(
    service: Service, config: Config, tracking: Tracking | None, pace: Pace | None
) -> Iterator[app.Web]:
    web = app.Web(service, config, tracking=tracking, pace=pace)
    thread = threading.Thread(target=web.run, name="web")
    thread.start()
    try:
        yield web
    finally:
        web.stop()
        thread.join()


def plan(plan_id: str, lat_deg: float, lon_deg: float, radius_m: float = 500.0) -> dict[str, Any]:
    """The fields of a plan that holds a circle for an hour, some days from now."""
    center = {"lat_deg": lat_deg, "lon_deg": lon_deg}
    footprint = {"shape": "circle", "center": center, "radius_m": radius_m}
    return {
        "plan": plan_id,
        "kind": "ground",
        "starts_at": SOON.isoformat(),
        "ends_at": (SOON + timedelta(hours=1)).isoformat(),
        "body": {"volumes": [{"footprint": footprint}]},
    }


def open_line(desk: Served) -> None:
    """A tactical line between the two forces."""
    ends = [{"party": side, "cell": f"{side}-TAC"} for side in ("EAST", "WEST")]
    desk.said("EAST-TAC.commander", "/v1/lines", line="L-1", level="tactical", ends=ends)
