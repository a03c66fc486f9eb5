"""Tracks at a running desk: nobody waits for a look; what is found is said, durably and once."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from openline import app
from openline.cli.newcomers import Newcomer, add_newcomer
from openline.desk.comparing.tracks import Judged, Stock
from openline.desk_directory.evidence import Evidence
from openline.domain.airspace import Circle, Position, Volume4D
from openline.domain.errors import Unavailable
from openline.domain.line import LineEnd, LineOpened
from openline.domain.message import MessageKind, MessageSent
from openline.domain.observed import Change, TracksObserved, TracksRoot
from openline.domain.party import PartyKind
from openline.domain.plan import Kind, PlanBody, PlanFiled, PlanWithdrawn
from openline.domain.rules import Level, Precedence
from openline.domain.statement import Attested, Author, Content, Statement
from openline.domain.track import Fix
from openline.journal.at_rest import AtRest
from openline.sealing import entry_from_row
from openline.service import Receipt, Service
from openline.track_engine import Batch, Looked, TrackEngine
from openline.tracking import Tracking

SOON_S = 20.0
HERE = Position(lat_deg=35.3, lon_deg=40.1)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    app.make_desk(tmp_path / "desk", exercise=True)
    with app.desk_at(tmp_path / "desk") as service:
        for party in ("EAST", "WEST"):
            add_newcomer(service, Newcomer(id=party, kind=PartyKind.FORCE), tmp_path / "keys")
        ends = tuple(LineEnd(party=party, cell=f"{party}-TAC") for party in ("EAST", "WEST"))
        say(service, LineOpened(line="L-1", level=Level.TACTICAL, ends=ends))
        yield service


class Desk:
    """The service, with a word in between before anything is handed to it."""

    def __init__(self, service: Service, before: Callable[[Statement], None]) -> None:
        self._service, self._before = service, before
        self.read = service.read

    def submit(self, asked: Statement) -> Any:
        self._before(asked)
        return self._service.submit(asked)


class SlowEngine(TrackEngine):
    """Its looks take as long as somebody else lets them."""

    def __init__(self) -> None:
        super().__init__(lambda _batch: None)
        self.is_judging, self.may_end = threading.Event(), threading.Event()

    def judge(self, looked: Looked, stock: Stock) -> Judged:
        self.is_judging.set()
        assert self.may_end.wait(SOON_S)
        return super().judge(looked, stock)


def now() -> datetime:
    return datetime.now(UTC)


def tracking_of(
    service: Service,
    engine: TrackEngine | None = None,
    desk: Desk | None = None,
    sync: Callable[[], None] = lambda: None,
) -> Tracking:
    """It looks only when it is asked to: the first look by itself is an hour away."""
    watching = TrackEngine(lambda _batch: None) if engine is None else engine
    return Tracking(watching, desk or service, now, look_every_s=3_600.0, sync=sync)


def report(tracking: Tracking, party: str) -> None:
    fix = Fix(track=f"{party}-t", party=party, kind=Kind.GROUND, at=now(), position=HERE)
    author = Author(party=party, position=f"{party}-TAC.duty")
    tracking.receive(author, f"{party} {fix.at}".encode(), [fix])


def meet(tracking: Tracking) -> None:
    for party in ("EAST", "WEST"):
        report(tracking, party)


def said(service: Service) -> list[Any]:
    rows = service.journal.read(0, service.journal.size())
    contents = [entry_from_row(row).content for row in rows]
    return [each for each in contents if isinstance(each, TracksObserved | TracksRoot)]


def changes(service: Service) -> list[Change]:
    observed = [each for each in said(service) if isinstance(each, TracksObserved)]
    return [sighting.change for each in observed for sighting in each.sightings]


def say(service: Service, content: Content) -> Receipt:
    """EAST's commander says it, and has the receipt."""
    name = type(content).__name__
    author = Author(party="EAST", position="EAST-TAC.commander", by_human=True)
    word = Attested(issuer="tests", token_id=name)
    statement = Statement(id=name, author=author, content=content, word=word)
    return service.submit(statement).result(timeout=SOON_S)


CHECK_FIRE = MessageSent(
    message="M-1",
    kind=MessageKind.CHECK_FIRE,
    recipients=("WEST",),
    precedence=Precedence.FLASH,
)


def test_neither_a_check_fire_nor_a_batch_waits_for_a_look(service: Service) -> None:
    engine = SlowEngine()
    tracking = tracking_of(service, engine=engine)
    meet(tracking)
    looking = threading.Thread(target=tracking.look)
    looking.start()
    assert engine.is_judging.wait(SOON_S)

    receipt = say(service, CHECK_FIRE)
    report(tracking, "EAST")

    assert looking.is_alive()
    engine.may_end.set()
    looking.join(SOON_S)
    tracking.close()
    found = [entry for entry in said(service) if isinstance(entry, TracksObserved)]
    assert receipt.index < service.journal.size()
    assert [each.change for each in found[0].sightings] == [Change.FOUND]


def test_what_could_not_be_said_is_said_before_anybody_looks_again_and_only_once(
    service: Service,
) -> None:
    refusals = iter([Unavailable("The disk is full."), Unavailable("The disk is full.")])

    def before(_asked: Statement) -> None:
        if (refusal := next(refusals, None)) is not None:
            raise refusal

    tracking = tracking_of(service, desk=Desk(service, before))
    meet(tracking)
    for _ in range(2):
        with pytest.raises(Unavailable):
            tracking.look()
    nothing_yet = said(service)

    tracking.look()
    tracking.look()
    tracking.close()

    assert nothing_yet == []
    assert changes(service) == [Change.FOUND]
    assert len(service.read(lambda state: dict(state.pointers))) == 2


def test_every_batch_is_under_a_root_once_the_desk_has_stopped(service: Service) -> None:
    tracking = tracking_of(service)
    meet(tracking)
    tracking.look()
    report(tracking, "EAST")

    tracking.close()

    roots = [entry for entry in said(service) if isinstance(entry, TracksRoot)]
    assert [each.batches for each in roots] == [2, 1]


def test_nothing_is_said_before_the_fixes_it_cites_are_durable(service: Service) -> None:
    order: list[str] = []
    is_full = [True]

    def sync() -> None:
        if is_full[0]:
            raise Unavailable("The disk is full.")
        order.append("sync")

    desk = Desk(service, lambda asked: order.append(type(asked.content).__name__))
    tracking = tracking_of(service, desk=desk, sync=sync)
    meet(tracking)
    with pytest.raises(Unavailable):
        tracking.look()
    nothing_yet = list(order)
    is_full[0] = False

    tracking.look()
    tracking.close()

    assert nothing_yet == []
    assert order == ["sync", "TracksObserved", "TracksRoot"]


def test_a_batch_that_cannot_be_kept_is_refused_and_leaves_no_track(service: Service) -> None:
    is_full = [True]

    def keep(_batch: Batch) -> None:
        if is_full[0]:
            raise Unavailable("The disk is full.")

    engine = TrackEngine(keep)
    tracking = tracking_of(service, engine=engine)
    with pytest.raises(Unavailable):
        report(tracking, "EAST")
    after_refusal = len(engine)
    is_full[0] = False

    meet(tracking)
    tracking.look()
    tracking.close()

    assert after_refusal == 0
    assert changes(service) == [Change.FOUND]
    assert [each.batches for each in said(service) if isinstance(each, TracksRoot)] == [2]


def test_a_look_that_fails_does_not_end_the_watch(service: Service) -> None:
    faults = iter([RuntimeError("a fault of ours")])

    class FaultyOnce(TrackEngine):
        def judge(self, looked: Looked, stock: Stock) -> Judged:
            if (fault := next(faults, None)) is not None:
                raise fault
            return super().judge(looked, stock)

    tracking = Tracking(FaultyOnce(lambda _batch: None), service, now, look_every_s=0.01)
    found = threading.Event()
    service.subscribe(
        lambda entries: (
            found.set()
            if any(isinstance(entry.content, TracksObserved) for entry in entries)
            else None
        )
    )

    meet(tracking)

    assert found.wait(SOON_S)
    tracking.close()


def test_a_plan_withdrawn_while_a_look_judges_is_not_told_of(service: Service) -> None:
    """Whatever left the state between the two moments in which a look asks it is left out."""
    engine = SlowEngine()
    tracking = tracking_of(service, engine=engine)
    say(service, _plan())
    report(tracking, "WEST")
    looking = threading.Thread(target=tracking.look)
    looking.start()
    assert engine.is_judging.wait(SOON_S)

    say(service, PlanWithdrawn(plan="E-1"))
    engine.may_end.set()
    looking.join(SOON_S)
    tracking.close()

    assert changes(service) == []


def test_a_batch_outlives_the_end_of_the_program_that_took_it(tmp_path: Path) -> None:
    """Where its tracks are nobody knows until they speak again, but the batch is there."""
    ended = subprocess.run([sys.executable, "-c", TAKES_AND_DIES, tmp_path], check=False)

    kept = Evidence(tmp_path, AtRest(b"r" * 32)).get("a" * 64)

    assert ended.returncode == -signal.SIGKILL
    assert kept == b"the batch"


TAKES_AND_DIES = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from openline.desk_directory.evidence import Evidence
from openline.journal.at_rest import AtRest
Evidence(Path(sys.argv[1]), AtRest(b"r" * 32)).keep("a" * 64, b"the batch", datetime.now(UTC))
os.kill(os.getpid(), signal.SIGKILL)
"""


def _plan() -> PlanFiled:
    starts_at = now()
    return PlanFiled(
        plan="E-1",
        kind=Kind.GROUND,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        body=PlanBody(volumes=(Volume4D(footprint=Circle(center=HERE, radius_m=100.0)),)),
    )
