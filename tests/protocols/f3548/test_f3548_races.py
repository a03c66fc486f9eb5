"""Suppliers that file into one cell at once: no two stand unless one knew of the other."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from f3548_harness import Body, Dss, Spot, Supplier, area, circle, extent, moved, new_id
from f3548_server import served_dss

TRIALS = int(os.environ.get("N", "60"))
TOGETHER = 4
HOUR = 3600
POOL = ThreadPoolExecutor(TOGETHER)


@pytest.fixture(scope="module")
def dss(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dss]:
    with served_dss(tmp_path_factory.mktemp("races")) as dss:
        yield dss


def places() -> Iterator[Spot]:
    """A grid of places two kilometres apart."""
    for row, column in itertools.product(range(-2000, 2000), range(200)):
        yield row * 0.02, column * 0.02 - 170.0


PLACES = places()


def all_at_once(
    filers: list[Supplier], *bodies: Body, paths: list[str] | None = None
) -> list[httpx.Response]:
    """Each files its own intent, all let go at the same moment; new ones unless paths are given."""
    gate = threading.Barrier(len(filers))

    def file(filer: Supplier, path: str, body: Body) -> httpx.Response:
        gate.wait()
        return filer.call("PUT", f"/operational_intent_references/{path}", body)

    return list(POOL.map(file, filers, paths or [new_id() for _ in filers], bodies))


def current(reference: Body) -> str:
    """Where that version of an intent is changed."""
    return f"{reference['id']}/{reference['ovn']}"


@pytest.mark.long
@pytest.mark.timeout(HOUR)
def test_of_two_that_file_at_once_one_is_told_of_the_other(dss: Dss) -> None:
    """Whoever is refused learns of exactly the one that was taken, and then files beside it."""
    pair = [dss.supplier("uss1"), dss.supplier("uss2")]
    for _, spot in zip(range(TRIALS), PLACES, strict=False):
        near = moved(spot, north_m=150)
        bodies = [pair[0].intent(extent(circle(spot))), pair[1].intent(extent(circle(near)))]
        answers = all_at_once(pair, *bodies)
        assert sorted(each.status_code for each in answers) == [201, 409]
        loser = [each.status_code for each in answers].index(409)
        won = answers[1 - loser].json()["operational_intent_reference"]
        [missing] = answers[loser].json()["missing_operational_intents"]
        assert missing["id"] == won["id"]
        bodies[loser]["key"] = [won["ovn"]]
        again = pair[loser].call("PUT", f"/operational_intent_references/{new_id()}", bodies[loser])
        assert again.status_code == 201


class Board:
    """What suppliers that file at one place at once let each other read of their own: the OVNs."""

    def __init__(self, spot: Spot) -> None:
        self.spot, self._gate = spot, threading.Barrier(TOGETHER)
        self.taken: dict[str, tuple[str, list[str]]] = {}
        """By id, the OVN, and the key that was shown for it."""

    def persist(self, filer: Supplier) -> None:
        """Tries until it is taken, each time with what the last refusal told it to ask for."""
        body, intent_id = filer.intent(extent(circle(self.spot))), new_id()
        self._gate.wait()
        for _ in range(100):
            answer = filer.call("PUT", f"/operational_intent_references/{intent_id}", body)
            if answer.status_code == 201:
                ovn = answer.json()["operational_intent_reference"]["ovn"]
                self.taken[intent_id] = (ovn, body["key"])
                return
            assert answer.status_code == 409
            missing = [each["id"] for each in answer.json()["missing_operational_intents"]]
            body["key"] += [self.taken[each][0] for each in missing if each in self.taken]
        raise AssertionError("never taken")


@pytest.mark.long
@pytest.mark.timeout(HOUR)
def test_of_many_that_file_again_and_again_every_pair_that_stands_knew(dss: Dss) -> None:
    filers = [dss.supplier(f"uss{n}") for n in range(TOGETHER)]
    for _, spot in zip(range(max(1, TRIALS // 20)), PLACES, strict=False):
        board = Board(spot)
        list(POOL.map(board.persist, filers))
        assert len(board.taken) == TOGETHER
        for (ovn_a, key_a), (ovn_b, key_b) in itertools.combinations(board.taken.values(), 2):
            assert ovn_a in key_b or ovn_b in key_a


@pytest.mark.long
@pytest.mark.timeout(HOUR)
def test_two_that_move_to_one_place_at_once_do_not_miss_each_other(dss: Dss) -> None:
    pair = [dss.supplier("uss1"), dss.supplier("uss2")]
    for _, spot in zip(range(max(1, TRIALS // 10)), PLACES, strict=False):
        filed = [
            each.filed(extent(circle(moved(spot, north_m), 50)))
            for each, north_m in zip(pair, (700, -700), strict=True)
        ]
        bodies = [each.intent(extent(circle(spot))) for each in pair]
        answers = all_at_once(pair, *bodies, paths=[current(each) for each in filed])
        assert sorted(each.status_code for each in answers) == [200, 409]


@pytest.mark.long
@pytest.mark.timeout(HOUR)
def test_of_two_changes_of_one_intent_at_once_one_is_stale(dss: Dss) -> None:
    uss1 = dss.supplier("uss1")
    for _, spot in zip(range(max(1, TRIALS // 10)), PLACES, strict=False):
        filed = uss1.filed(extent(circle(spot)))
        bodies = [uss1.intent(extent(circle(spot, 100 + n))) for n in range(TOGETHER)]
        answers = all_at_once([uss1] * TOGETHER, *bodies, paths=[current(filed)] * TOGETHER)
        statuses = sorted(each.status_code for each in answers)
        assert statuses == [200] + [409] * (TOGETHER - 1)
        told = uss1.get_intent(filed["id"]).json()["operational_intent_reference"]
        assert told["version"] == 2


@pytest.mark.long
@pytest.mark.timeout(HOUR)
def test_a_subscription_hears_of_each_change_made_at_once_exactly_once(dss: Dss) -> None:
    """Its index rises by one for each event, and no two answers tell the same number."""
    listener, filers = dss.supplier("listener"), [dss.supplier(f"uss{n}") for n in range(TOGETHER)]
    for _, spot in zip(range(max(1, TRIALS // 10)), PLACES, strict=False):
        own = listener.subscribed(extent(circle(spot, 900)))
        bodies = [
            each.intent(extent(circle(moved(spot, n * 300 - 450), 50)))
            for n, each in enumerate(filers)
        ]
        answers = all_at_once(filers, *bodies)
        told = [
            state["notification_index"]
            for each in answers
            for group in each.json()["subscribers"]
            for state in group["subscriptions"]
        ]
        assert sorted(told) == list(range(1, TOGETHER + 1))
        kept = listener.get_subscription(own["id"]).json()["subscription"]
        assert kept["notification_index"] == TOGETHER
        assert len(listener.found_intents(area(circle(spot, 900)))) == TOGETHER
