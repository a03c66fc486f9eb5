"""Two suppliers' intents reach the one writer at once: none stands that knew not of another."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from openline.desk.silence.airspace import JUDGED_AT_ONCE
from openline.domain.airspace import Circle, HeightBand, Position, TimeSpan, Volume4D
from openline.domain.intent import (
    AirspaceJudged,
    IntentPut,
    IntentPutBody,
    IntentState,
    NotDeconflicted,
)
from openline.domain.measure import MeasureBody, MeasureEstablished, MeasureKind
from openline.domain.statement import THE_DESK, Attested, Author, Statement
from openline.domain.supplier import (
    SupplierAdmitted,
    SupplierBody,
    supplier_party,
    supplier_position,
)
from openline.service import Recorded, Service, SimulatedClock
from service_harness import NOON, Speaker, attest, found, open_desk
from witness_harness import until

TRIALS = int(os.environ.get("N", "200"))
PAIR = ("uss1", "uss2")
HOUR = timedelta(hours=1)


@pytest.fixture
def service(path: Path) -> Service:
    """A desk that has admitted both suppliers."""
    service = open_desk(path)
    found(service)
    for name in PAIR:
        content = SupplierAdmitted(party=supplier_party(name), body=SupplierBody(name=name))
        service.hear(Statement(id=f"admit-{name}", author=THE_DESK, content=content)).result()
    return service


def intent(name: str, trial: int, *key: str) -> Statement:
    """The supplier's intent of that trial: it meets the other supplier's, and no other trial's."""
    place = Position(lat_deg=-60.0 + trial // 300 * 0.05, lon_deg=-170.0 + trial % 300 * 1.0)
    times = TimeSpan(starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)
    volume = Volume4D(
        footprint=Circle(center=place, radius_m=100.0),
        heights=HeightBand(lower_m=0.0, upper_m=120.0),
        times=times,
    )
    party = supplier_party(name)
    number = PAIR.index(name) + 1
    return Statement(
        id=f"{name}-{trial}-{len(key)}",
        author=Author(party=party, position=supplier_position(party)),
        content=IntentPut(
            intent=f"{trial:08x}-0000-4000-8000-{number:012x}",
            state=IntentState.ACCEPTED,
            ovn=ovn_of(name, trial),
            starts_at=NOON + HOUR,
            ends_at=NOON + 2 * HOUR,
            body=IntentPutBody(volumes=(volume,), base_url="https://uss.example", key=key),
        ),
        word=Attested(issuer="tests", token_id="t-1"),
    )


def ovn_of(name: str, trial: int) -> str:
    return f"ovn-of-{name}-{trial:08d}"


def outcomes(answers: list[Future[Recorded]]) -> list[NotDeconflicted | None]:
    """What each was refused for; None for one that was taken."""
    found = [each.exception() for each in answers]
    assert all(each is None or isinstance(each, NotDeconflicted) for each in found)
    return found  # type: ignore[return-value]


def assert_one_was_told_of_the_other(
    service: Service, trial: int, refused: list[NotDeconflicted | None]
) -> None:
    """Exactly one was taken; the other learns its id, and is taken once it shows its OVN."""
    loser = next(n for n, each in enumerate(refused) if each is not None)
    winner = 1 - loser
    told = refused[loser]
    assert refused[winner] is None
    assert told is not None
    assert [each.ovn for each in told.intents] == [ovn_of(PAIR[winner], trial)]
    again = intent(PAIR[loser], trial, ovn_of(PAIR[winner], trial))
    service.hear(again).result()


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_two_intents_of_one_batch_do_not_miss_each_other(service: Service) -> None:
    for trial in range(TRIALS):
        answers = [service.hear(intent(name, trial)) for name in PAIR]
        assert_one_was_told_of_the_other(service, trial, outcomes(answers))
    service.close()


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_two_intents_handed_in_by_two_threads_do_not_miss_each_other(service: Service) -> None:
    with ThreadPoolExecutor(2) as pool:
        for trial in range(TRIALS):
            asked = [intent(name, trial) for name in PAIR]
            answers = list(pool.map(service.hear, asked))
            assert_one_was_told_of_the_other(service, trial, outcomes(answers))
    service.close()


def test_a_flood_is_judged_a_little_at_a_time_so_that_nobody_waits_for_it(path: Path) -> None:
    """Between two lots that are held against all else, whoever speaks is answered."""
    clock = SimulatedClock(NOON)
    service = open_desk(path, clock=clock)
    found(service, Speaker("EAST"))
    content = SupplierAdmitted(party="USS.uss1", body=SupplierBody(name="uss1"))
    service.hear(Statement(id="admit", author=THE_DESK, content=content)).result()
    area = Circle(center=Position(lat_deg=-60.0, lon_deg=-170.0), radius_m=100.0)
    closed = MeasureEstablished(
        measure="Z-1", kind=MeasureKind.NO_FIRE_AREA, body=MeasureBody(footprint=area)
    )
    attest(service, "EAST", "close", closed).result()
    for trial in range(3 * JUDGED_AT_ONCE):
        service.hear(intent("uss1", trial)).result()
    batches: list[int] = []
    service.subscribe(
        lambda entries: batches.append(
            sum(isinstance(each.content, AirspaceJudged) for each in entries)
        )
    )
    clock.set(NOON + timedelta(seconds=5))
    service.hear(intent("uss1", 9_999)).result()
    assert sum(batches) == 1
    until(lambda: service.tick().result() or sum(batches) >= 3)
    assert max(batches) == 1
