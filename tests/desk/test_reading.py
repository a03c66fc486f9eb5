"""Reads of protected sites: each on the record once an hour, told to whoever submitted them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk_harness import Desk, contents
from notification_harness import convoy, site, told_desk
from openline.desk.decide.reading import find_reads
from openline.domain.errors import WrongState
from openline.domain.reading import SitesRead, SitesReadTold
from openline.domain.statement import DESK

HOUR = timedelta(hours=1)
WATCH = "EAST-TAC.duty"


def look(desk: Desk, party: str = "EAST", position: str = WATCH) -> SitesRead | None:
    """What a position's look at every notification adds to the record."""
    return find_reads(desk.state, party, position, list(desk.state.notifications), desk.now)


def read(desk: Desk) -> SitesRead:
    """EAST's duty officer looks, and it is recorded."""
    seen = look(desk)
    assert seen is not None
    desk.say(DESK, seen)
    return seen


def test_a_read_is_recorded_once_for_each_person_site_and_hour() -> None:
    desk = told_desk(site())

    assert read(desk).sites == ("N-001",)
    assert look(desk) is None
    assert look(desk, position="EAST-OPS.duty") is not None
    desk.now += HOUR
    assert look(desk) is not None


def test_the_conduit_reads_of_it_and_each_submitter_is_told_of_its_own() -> None:
    desk = told_desk(site())

    seen = look(desk)
    assert seen is not None
    entries = desk.say(DESK, seen)

    assert [each.readers for each in entries] == [("HUM",), ("AID",)]
    told = SitesReadTold(party="EAST", position=WATCH, sites=("N-001",))
    assert contents(entries, SitesReadTold) == [told]


def test_ones_own_sites_and_whatever_moves_are_no_reads_of_protected_sites() -> None:
    desk = told_desk(site())
    desk.say("AID", convoy())

    seen = look(desk, "HUM", "HUM-TAC.duty")

    assert seen is not None
    assert seen.sites == ("N-001",)
    assert look(desk, "AID", "AID-TAC.duty") is None


def test_a_read_already_recorded_is_refused() -> None:
    desk = told_desk(site())
    seen = read(desk)

    with pytest.raises(WrongState, match="recorded already"):
        desk.say(DESK, seen)
