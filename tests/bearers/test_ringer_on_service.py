"""The ringer and the real service on a real journal: rung, recorded, resumed after a restart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from openline.bearers.adapters import bearers_from
from openline.bearers.command import CommandSettings
from openline.bearers.ringer import Ringer
from openline.domain.delivery import BearerOutcome, NoticeAttempted
from openline.domain.line import LineEnd, LineOpened
from openline.domain.message import MessageKind, MessageSent
from openline.domain.party import CellAdded, CellBody, Contact, Post, Role
from openline.domain.rules import Level, Precedence
from openline.domain.statement import Entry
from openline.service import Service, SimulatedClock
from service_harness import NOON, Speaker, attest, found, make_desk, open_desk, operate


def call_from_east_to_west(service: Service) -> None:
    """EAST warns WEST's watch, which can be rung by `horn`, with a FLASH."""
    watch = CellAdded(
        cell="WEST-TAC",
        party="WEST",
        level=Level.TACTICAL,
        positions=(Post(id="WEST-TAC.duty", roles=(Role.DUTY, Role.COMMANDER)),),
        body=CellBody(contacts=(Contact(bearer="horn", address="siren"),)),
    )
    ends = tuple(LineEnd(party=party, cell=f"{party}-TAC") for party in ("EAST", "WEST"))
    warning = MessageSent(
        message="M-1",
        kind=MessageKind.WARN,
        recipients=("WEST",),
        precedence=Precedence.FLASH,
        line="L-1",
    )
    operate(service, "watch", watch).result()
    attest(
        service, "EAST", "line", LineOpened(line="L-1", level=Level.TACTICAL, ends=ends)
    ).result()
    attest(service, "EAST", "warning", warning).result()


def test_a_ring_lost_with_the_process_is_made_by_the_next_one_and_recorded(
    tmp_path: Path, program_that: Callable[[str], Path], until: Callable[..., Any]
):
    path, heard = make_desk(tmp_path / "desk"), tmp_path / "heard"
    before = open_desk(path)
    found(before, Speaker("EAST"), Speaker("WEST"))
    call_from_east_to_west(before)  # and before anybody could ring, the process is gone
    before.close()

    horn = CommandSettings(program=program_that(f'echo "$1" >> {heard}'))
    service = open_desk(path, SimulatedClock(NOON + timedelta(milliseconds=1)))
    entries: list[Entry] = []
    ringer = Ringer(bearers_from({"horn": horn}), service)
    try:
        service.subscribe(entries.extend)
        service.subscribe(ringer.hear)
        ringer.resume()
        until(lambda: entries)
    finally:
        ringer.close()
        service.close()

    assert heard.read_text("utf-8") == "siren\n"
    assert [each.content for each in entries] == [
        NoticeAttempted(
            notice="M-1/v1:WEST", attempt=1, outcome=BearerOutcome.DELIVERED, bearer="horn"
        )
    ]
