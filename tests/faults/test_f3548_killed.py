"""The server is killed while suppliers file: all it answered is there when it starts again."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from f3548_harness import (
    AUDIENCE,
    Authority,
    Body,
    Dss,
    Spot,
    Supplier,
    circle,
    extent,
    moved,
    new_id,
    subscribers,
)
from f3548_server import Running, running

KILLS = max(3, int(os.environ.get("N", "3")) // 100)
CLIENTS = 8
UNREACHABLE = (httpx.TransportError,)
HOUR = 3600


@dataclass
class Filer:
    """A supplier in a place of its own that files until nobody answers, and what it was told.

    `doubtful` is the intent whose change was on its way when the server fell silent: it may have
    been taken or not.
    """

    name: str
    spot: Spot
    intents: dict[str, Body] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    own: Body = field(default_factory=dict)
    index: int = 0
    doubtful: str = ""

    def speak(
        self, supplier: Supplier, choose: random.Random, answered: threading.Semaphore
    ) -> None:
        """Subscribes once, then files, changes and deletes until the server is gone."""
        with suppress(*UNREACHABLE):
            if not self.own:
                self.own = supplier.subscribed(extent(circle(self.spot, 5000)))
            while True:
                self._change(supplier, choose)
                answered.release()

    def _change(self, supplier: Supplier, choose: random.Random) -> None:
        known = [each for each in self.intents if each != self.doubtful]
        do = choose.choice(["file", "file", "change", "delete"]) if known else "file"
        intent_id = new_id() if do == "file" else choose.choice(known)
        before = self.intents.get(intent_id)
        self.doubtful = intent_id
        if do == "delete":
            assert before is not None
            answer = supplier.delete_intent(intent_id, before["ovn"])
        else:
            ovn = before["ovn"] if before else None
            answer = supplier.put_intent(intent_id, self._extent(choose), ovn=ovn, key=self._key())
        assert answer.status_code in (200, 201), answer.text
        self._note(do, intent_id, answer)
        self.doubtful = ""

    def _extent(self, choose: random.Random) -> Body:
        return extent(circle(moved(self.spot, choose.uniform(-3000, 3000)), 80))

    def _key(self) -> list[str]:
        return [each["ovn"] for each in self.intents.values()]

    def _note(self, do: str, intent_id: str, answer: httpx.Response) -> None:
        if do == "delete":
            del self.intents[intent_id]
            self.gone.add(intent_id)
        else:
            self.intents[intent_id] = answer.json()["operational_intent_reference"]
        [told] = subscribers(answer).values()
        self.index = told[self.own["id"]]

    def assert_all_is_there(self, supplier: Supplier) -> None:
        """All it was told is as it was told; what was on its way is wholly there or not at all."""
        for intent_id, told in self.intents.items():
            answer = supplier.get_intent(intent_id)
            if intent_id == self.doubtful:
                assert_one_step_from(told, answer)
            else:
                assert answer.json() == {"operational_intent_reference": told}
        assert all(supplier.get_intent(each).status_code == 404 for each in self.gone)
        if self.own:
            kept = supplier.get_subscription(self.own["id"]).json()["subscription"]
            assert kept["version"] == self.own["version"]
            assert kept["notification_index"] - self.index in ({0, 1} if self.doubtful else {0})

    def settle(self, supplier: Supplier) -> None:
        """Finds out what became of the change that was on its way."""
        if self.doubtful:
            answer = supplier.get_intent(self.doubtful)
            self.intents.pop(self.doubtful, None)
            if answer.status_code == 200:
                self.intents[self.doubtful] = answer.json()["operational_intent_reference"]
            self.doubtful = ""
        if self.own:
            kept = supplier.get_subscription(self.own["id"]).json()["subscription"]
            self.index = kept["notification_index"]


def assert_one_step_from(told: Body, answer: httpx.Response) -> None:
    """It is as it was told, or changed once, or deleted."""
    if answer.status_code != 404:
        found = answer.json()["operational_intent_reference"]
        assert found == told or found["version"] == told["version"] + 1


@pytest.mark.long
@pytest.mark.timeout(HOUR)
def test_killed_while_suppliers_file_it_has_all_it_answered(tmp_path: Path) -> None:
    """Every 2xx is there after the restart: same OVN, version and notification index."""
    authority, key = Authority(), tmp_path / "authority.pem"
    key.write_bytes(authority.public_pem)
    filers = [Filer(f"uss{n}", (n * 2.0, 20.0)) for n in range(CLIENTS)]
    choose = random.Random(3548)

    @contextmanager
    def serving() -> Iterator[tuple[Running, Dss]]:
        with (
            running(tmp_path / "desk", [key], "--f3548-audience", AUDIENCE) as server,
            httpx.Client(trust_env=False, timeout=30) as http,
        ):
            yield server, Dss(server.url, authority, http)

    for _ in range(KILLS):
        with serving() as (server, dss), ThreadPoolExecutor(CLIENTS) as clients:
            check(filers, dss)
            answered = threading.Semaphore(0)
            spoken = [
                clients.submit(
                    each.speak, dss.supplier(each.name), random.Random(choose.random()), answered
                )
                for each in filers
            ]
            for _ in range(choose.randint(CLIENTS, 40 * CLIENTS)):
                assert answered.acquire(timeout=60)
            server.kill()
            for each in spoken:
                each.result()
    with serving() as (_, dss):
        check(filers, dss)
    assert sum(len(filer.intents) for filer in filers) > CLIENTS


def check(filers: list[Filer], dss: Dss) -> None:
    """Each finds what it was told, and learns what became of what was on its way."""
    for filer in filers:
        supplier = dss.supplier(filer.name)
        filer.assert_all_is_there(supplier)
        filer.settle(supplier)
