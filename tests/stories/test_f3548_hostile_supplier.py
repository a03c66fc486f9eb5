"""A hostile supplier asks and tries a hundred thousand times to find a hospital and a convoy.

Two desks are asked the very same. One has been notified of a hospital and a convoy there, the other
of none, or of both somewhere else. Whatever the supplier is answered is the same to the byte, so
that no number of questions places either better than what was published. The first desk finds that
somebody is probing, and tells those who were probed; the other has nothing to find.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from f3548_harness import (
    AA,
    AUDIENCE,
    CM,
    CMSA,
    CP,
    SC,
    Authority,
    Body,
    Dss,
    Spot,
    area,
    at,
    circle,
    extent,
    instant,
    moved,
)
from f3548_server import running
from openline import app
from openline.domain.question import Asked, Probing
from rest_harness import Served, served

TRIES = int(os.environ.get("N", "250"))
HOUR = 3600
ORIGIN = "desk.example/drones"
"""Both desks have one name, so that what is made from it is the same."""
TOWN: Spot = (35.40, 40.10)
HOSPITAL: Spot = (35.4312, 40.1417)
ROAD = ((35.3641, 40.0522), (35.4420, 40.1233))
STANDING = 45
JUDGED_WITHIN_S = 4.0
A_BUSY_MACHINE_S = 300.0
"""What is compared is what it is answered, however long that takes."""
AWAY = 5.0
"""Degrees north: where another desk's hospital and convoy are."""
ALL = (SC, CMSA, CM, CP, AA)
OF_THE_MOMENT = frozenset({"date"})
"""The one header that tells nothing but the time of day, which differs between any two answers."""


def notify(desk: Served, north_deg: float) -> None:
    """A hospital and a convoy, each checked by the conduit and told to one force."""
    places = [
        {"name": name, "position": {"lat_deg": lat + north_deg, "lon_deg": lng}, "eta": eta}
        for name, (lat, lng), eta in zip(
            ("depot", "clinic"), ROAD, (at(600).isoformat(), at(720).isoformat()), strict=True
        )
    ]
    hospital = {
        "name": "Hospital (INVENTED)",
        "type": "hospital",
        "position": {"lat_deg": HOSPITAL[0] + north_deg, "lon_deg": HOSPITAL[1]},
        "radius_m": 200.0,
    }
    convoy = {"name": "Convoy One (INVENTED)", "type": "aid_convoy", "waypoints": places}
    times = {"starts_at": at(600).isoformat(), "ends_at": at(720).isoformat(), "escort": "no"}
    _tell(desk, "N-1", kind="static_site", body=hospital)
    _tell(desk, "N-2", kind="movement", body=convoy, **times)


def _tell(desk: Served, name: str, **fields: Any) -> None:
    path, releases = f"/v1/notifications/{name}", [{"recipient": "EAST", "tier": 1}]
    desk.said("AID", "/v1/notifications", notification=name, **fields)
    desk.said("HUM", f"{path}/validate", version=1)
    desk.said("AID-TAC.commander", f"{path}/release", version=1, releases=releases)


def publish(desk: Served) -> None:
    """What the submitter lets everybody know: a wide zone in which the hospital is somewhere."""
    center = {"lat_deg": TOWN[0] + 0.02, "lon_deg": TOWN[1] + 0.02}
    desk.said(
        "HUM-TAC.commander",
        "/v1/measures/ZONE-1/establish",
        kind="restricted_operations_zone",
        version=1,
        published=True,
        starts_at=at(0).isoformat(),
        ends_at=(at(0) + timedelta(days=2)).isoformat(),
        body={"footprint": {"shape": "circle", "center": center, "radius_m": 8000.0}},
    )


class Supplier:
    """The hostile supplier before one desk: it remembers what it is told by names of its own.

    What the desk made at random (OVNs, versions, ids) goes by the order in which it came up, which
    is the same before either desk or gives the game away.
    """

    RANDOM = re.compile(
        r'"(?:ovn|version|subscription_id|report_id|id)":\s*"((?!00000000-0000-4000-8000-)[^"]+)"'
    )

    def __init__(self, dss: Dss) -> None:
        self._speaker = dss.supplier("hostile", *ALL)
        self._names: dict[str, str] = {}
        self._real: dict[str, str] = {}

    def renew(self) -> None:
        """A new token with the next question: one is good for half an hour."""
        self._speaker.dss.tokens.clear()

    def ask(self, verb: str, path: str, body: Any) -> tuple[int, list[tuple[str, str]], str]:
        """What it is answered: the status, the headers and the body, with names for the random."""
        answer = self._speaker.call(verb, self._really(path), self._in(body))
        headers = [
            (name, self._name_of(value) if name == "openline-statement" else value)
            for name, value in answer.headers.multi_items()
            if name not in OF_THE_MOMENT
        ]
        return answer.status_code, headers, self._named(answer.text)

    def _really(self, text: str) -> str:
        return re.sub(r"<\d+>", lambda m: self._real[m[0]], text)

    def _in(self, body: Any) -> Any:
        if isinstance(body, dict):
            return {name: self._in(each) for name, each in body.items()}
        if isinstance(body, list):
            return [self._in(each) for each in body]
        return self._really(body) if isinstance(body, str) else body

    def _named(self, text: str) -> str:
        for said in self.RANDOM.findall(text):
            text = text.replace(f'"{said}"', f'"{self._name_of(said)}"')
        return SUBSCRIPTIONS.sub(_in_order, text)

    def _name_of(self, random: str) -> str:
        if random not in self._names:
            self._names[random] = f"<{len(self._names)}>"
            self._real[self._names[random]] = random
        return self._names[random]


SUBSCRIPTIONS = re.compile(r'(?<="subscriptions":\[)[^\]]*')


def _in_order(listed: re.Match[str]) -> str:
    """Whom to notify stands in the order of ids; where the desk made them, that order is random."""
    return ",".join(sorted(re.findall(r"\{[^}]*\}", listed[0])))


class Attack:
    """What it asks next: queries, subscriptions, and intents that it files to see what happens."""

    def __init__(self, seed: int) -> None:
        self._choose = random.Random(seed)
        self._live: dict[str, tuple[str, str, str]] = {}
        self._made = 0

    def next(self) -> tuple[str, str, Any]:
        """A verb, a path and a body."""
        kinds = ["file"] * 5 + ["query"] * 4 + ["constrain", "subscribe"]
        kinds += ["change", "delete", "delete", "stray"] * bool(self._live)
        kinds += ["delete"] * (20 if len(self._live) > 20 else 0)
        do = self._choose.choice(kinds)
        make = {
            "file": self._file,
            "query": self._query,
            "constrain": self._constrain,
            "subscribe": self._subscribe,
            "change": lambda: self._change("Activated"),
            "stray": lambda: self._change(self._choose.choice(["Nonconforming", "Contingent"])),
            "delete": self._delete,
        }[do]
        return make()

    def stand_around(self) -> Iterator[tuple[str, str, Any]]:
        """Trials that it lets stand, all about one spot, each a little beside the others."""
        for n in range(STANDING):
            self._made += 1
            ring = moved(HOSPITAL, 40.0 * (n % 7 - 3), 40.0 * (n // 7 - 3))
            body = self._intent("Accepted")
            body["extents"] = [extent(circle(ring, 5), at(800 + 20 * n), at(810 + 20 * n))]
            yield "PUT", f"/operational_intent_references/{self._uuid()}", body

    def wide_query(self) -> tuple[str, Any]:
        """Everything in the town."""
        asked = area(circle(TOWN, 15_000))
        return "/operational_intent_references/query", {"area_of_interest": asked}

    def learn(self, path: str, answer: str) -> None:
        """It keeps the OVN of what was taken, and forgets what is gone."""
        intent_id = path.split("/")[2] if path.startswith("/operational_intent_ref") else ""
        if intent_id not in self._live:
            return
        told = re.search(r'"ovn":\s*"(<\d+>)"', answer)
        attached = re.search(r'"subscription_id":\s*"(<\d+>)"', answer)
        if told is not None and attached is not None and '"subscribers"' in answer:
            self._live[intent_id] = (told[1], attached[1], self._live[intent_id][2])

    def _volume(self) -> Body:
        near = self._choose.random()
        if near < 0.35:
            spot = moved(HOSPITAL, *(self._choose.uniform(-400, 400) for _ in range(2)))
        elif near < 0.6:
            part = self._choose.random()
            lat, lng = (a + part * (b - a) for a, b in zip(*ROAD, strict=True))
            spot = moved((lat, lng), *(self._choose.uniform(-300, 300) for _ in range(2)))
        else:
            spot = moved(TOWN, *(self._choose.uniform(-9000, 9000) for _ in range(2)))
        starts = self._choose.uniform(590, 730)
        heights = sorted(self._choose.uniform(0, 500) for _ in range(2))
        radius_m = self._choose.choice([5, 20, 80])
        return extent(circle(spot, radius_m), at(starts), at(starts + 8), *heights)

    def _uuid(self) -> str:
        return f"{self._choose.getrandbits(32):08x}-0000-4000-8000-{self._made:012x}"

    def _intent(self, state: str, **more: Any) -> Body:
        known = [ovn for ovn, _, _ in self._live.values() if ovn]
        base_url = "https://hostile.example"
        return {"extents": [self._volume()], "key": known, "state": state,
                "uss_base_url": base_url, **more}  # fmt: skip

    def _file(self) -> tuple[str, str, Any]:
        self._made += 1
        intent_id = self._uuid()
        wish = {"uss_base_url": "https://hostile.example"}
        body = self._intent("Accepted", new_subscription=wish)
        self._live[intent_id] = ("", "", "")
        return "PUT", f"/operational_intent_references/{intent_id}", body

    def _pick(self) -> str:
        return self._choose.choice(sorted(self._live))

    def _change(self, state: str) -> tuple[str, str, Any]:
        intent_id = self._pick()
        ovn, attached, _ = self._live[intent_id]
        body = self._intent(state, subscription_id=attached)
        return "PUT", f"/operational_intent_references/{intent_id}/{ovn or 'none'}", body

    def _delete(self) -> tuple[str, str, Any]:
        intent_id = self._pick()
        ovn = self._live.pop(intent_id)[0]
        return "DELETE", f"/operational_intent_references/{intent_id}/{ovn or 'none'}", None

    def _query(self) -> tuple[str, str, Any]:
        what = self._choose.choice(["operational_intent", "constraint"])
        asked = self._volume()
        if self._choose.random() < 0.3:
            asked = area(circle(TOWN, self._choose.uniform(100, 15_000)))
        return "POST", f"/{what}_references/query", {"area_of_interest": asked}

    def _subscribe(self) -> tuple[str, str, Any]:
        self._made += 1
        wide = self._volume() | {"time_start": instant(at(590)), "time_end": instant(at(740))}
        body = {"extents": wide, "uss_base_url": "https://hostile.example",
                "notify_for_operational_intents": True, "notify_for_constraints": True}  # fmt: skip
        return "PUT", f"/subscriptions/{self._uuid()}", body

    def _constrain(self) -> tuple[str, str, Any]:
        self._made += 1
        body = {"extents": [self._volume()], "uss_base_url": "https://hostile.example"}
        return "PUT", f"/constraint_references/{self._uuid()}", body


def begun(folder: Path, north_deg: float | None) -> Path:
    """A desk that was told of a hospital and a convoy so far north, or of none."""
    folder.mkdir()
    with served(folder, origin=ORIGIN) as desk:
        publish(desk)
        if north_deg is not None:
            notify(desk, north_deg)
    return folder / "desk"


@pytest.fixture(params=[None, AWAY], ids=["of none", "of both elsewhere"])
def desks(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Path, Path]:
    """A desk that has been notified, and one that has been notified of none or others."""
    return begun(tmp_path / "notified", 0.0), begun(tmp_path / "other", request.param)


def before(stack: ExitStack, desk: Path, key: Path, authority: Authority) -> Supplier:
    """The hostile supplier before this desk, which is served until the stack ends."""
    server = stack.enter_context(running(desk, [key], "--f3548-audience", AUDIENCE))
    http = stack.enter_context(httpx.Client(trust_env=False, timeout=A_BUSY_MACHINE_S))
    return Supplier(Dss(server.url, authority, http))


def asked_of_both(
    desks: tuple[Path, Path], tmp_path: Path
) -> Iterator[tuple[tuple[str, str, Any], Any, Any]]:
    """Each thing asked, and what either desk answered."""
    authority, key = Authority(), tmp_path / "authority.pem"
    key.write_bytes(authority.public_pem)
    attack = Attack(seed=2017)
    with ExitStack() as stack:
        one, other = (before(stack, desk, key, authority) for desk in desks)
        for number in range(TRIES):
            if number % 1_000 == 999:
                one.renew()
                other.renew()
            asked = attack.next()
            answer = one.ask(*asked)
            yield asked, answer, other.ask(*asked)
            attack.learn(asked[1], answer[2])
        for asked in attack.stand_around():
            yield asked, one.ask(*asked), other.ask(*asked)
        # What a supplier filed may be held against all else later, apart from its answer.
        time.sleep(JUDGED_WITHIN_S)
        asked = ("POST", *attack.wide_query())
        yield asked, one.ask(*asked), other.ask(*asked)


def probings(desk: Path) -> list[Probing]:
    """Who was found probing at a desk that has stopped."""
    with app.desk_at(desk) as service:
        return service.read(lambda state: [*state.probings.values()])


@pytest.mark.long
@pytest.mark.timeout(2 * HOUR)
def test_no_number_of_questions_and_trials_places_what_was_notified(
    desks: tuple[Path, Path], tmp_path: Path
) -> None:
    statuses: dict[int, int] = {}
    for asked, answer, same in asked_of_both(desks, tmp_path):
        assert answer == same, asked
        statuses[answer[0]] = statuses.get(answer[0], 0) + 1
    assert statuses[200] > TRIES / 10, "it was told things"
    assert statuses[201] > TRIES / 10, "its trials were taken"
    (found,) = probings(desks[0])
    assert (found.asker, found.asked) == ("USS.hostile", Asked.POINTER)
    assert {"AID", "HUM"} <= {*found.readers}
    assert "USS.hostile" not in found.readers
    assert probings(desks[1]) == []
