"""A desk by the river for the stories: a directory, a clock that is set, and whoever speaks there.

The desk is the real one, on real files. Every position signs with a key of its own, so that the
desk can be stopped, started and copied between two sentences.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from openline import app
from openline.cli.newcomers import Newcomer, add_newcomer
from openline.desk.state import State
from openline.desk.view import may_read_entry, view
from openline.domain.airspace import Circle, Position, Volume4D
from openline.domain.line import LineEnd, LineOpened
from openline.domain.party import PartyKind
from openline.domain.plan import Kind, PlanBody, PlanFiled
from openline.domain.rules import Level
from openline.domain.statement import Author, Content, Entry, Statement
from openline.record.keys import load_private_key, thumbprint
from openline.sealing import entry_from_row, sign_statement
from openline.service import Receipt, Service, SimulatedClock
from service_harness import found, make_desk

C = TypeVar("C", bound=Content)
T = TypeVar("T")
NIGHT = datetime(2017, 9, 16, 0, 30, tzinfo=UTC)
"""The sixteenth of September 2017, 03:30 on the river."""
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
BRIDGE = (35.35, 40.15)
"""(lat_deg, lon_deg), a place that both sides want to be."""
BOTH_LEVELS = (Level.TACTICAL, Level.OPERATIONAL)
AT_THE_DESK = (
    Newcomer(id="EASTB", kind=PartyKind.BACKER, levels=BOTH_LEVELS),
    Newcomer(id="WESTB", kind=PartyKind.BACKER, levels=BOTH_LEVELS),
    Newcomer(id="EAST", kind=PartyKind.FORCE, backers=("EASTB",), levels=BOTH_LEVELS),
    Newcomer(id="WEST", kind=PartyKind.FORCE, backers=("WESTB",), levels=BOTH_LEVELS),
    Newcomer(id="HUM", kind=PartyKind.CONDUIT),
    Newcomer(id="AID", kind=PartyKind.HUMANITARIAN),
)
LINES = (("L-1", "EASTB", "WESTB"), ("L-2", "EAST", "EASTB"), ("L-3", "WEST", "WESTB"))


class River:
    """The desk, and all that is said to it."""

    def __init__(self, folder: Path) -> None:
        """The desk of a folder in which one was begun, at work that night."""
        self.folder, self.data, self.keys = folder, folder / "desk", folder / "keys"
        self.clock = SimulatedClock(NIGHT)
        self.start()

    @classmethod
    def begun(cls, folder: Path) -> Path:
        """The folder, with a desk to which everybody was let in, and its lines opened."""
        make_desk(folder / "desk")
        with app.desk_at(folder / "desk", clock=SimulatedClock(NIGHT)) as service:
            found(service)
            for newcomer in AT_THE_DESK:
                add_newcomer(service, newcomer, folder / "keys")
        river = cls(folder)
        for line, one, other in LINES:
            ends = tuple(LineEnd(party=each, cell=f"{each}-TAC") for each in (one, other))
            opened = LineOpened(line=line, level=Level.TACTICAL, ends=ends)
            river.say(f"{one}-TAC.commander", opened)
        river.stop()
        return folder

    def start(self, data: Path | None = None) -> None:
        """The desk is at work, from this directory on if another is given."""
        self.data = data or self.data
        self._opened = app.desk_at(self.data, clock=self.clock)
        self.service: Service = self._opened.__enter__()

    def stop(self) -> None:
        """The desk hears nobody any more."""
        self._opened.__exit__(None, None, None)

    def say(self, who: str, content: Content) -> Receipt:
        """A position (`EAST` alone is its watch) says something on its own signature."""
        position = who if "." in who else f"{who}-TAC.duty"
        key = load_private_key(self.keys / f"{position}.key", None)
        own = self.service.read(lambda state: state.keys[thumbprint(key.public_key())])
        statement = Statement(
            id=f"{position}-{self.service.journal.size()}",
            author=Author(party=own.party, position=position, by_human=True),
            content=content,
            said_at=self.clock.wall(),
        )
        salt = sha256(statement.id.encode()).digest()
        sent = sign_statement(
            key, self.service.origin, statement, seq=own.next_seq, prevhash=own.head, salt=salt
        )
        return self.service.submit(sent).result()

    def pass_time(self, span: timedelta) -> None:
        """Time goes by, and the desk hears the silence in it as it falls due."""
        until = self.clock.wall() + span
        while (due_at := self.service.next_due()) is not None and due_at <= until:
            self.clock.set(max(due_at, self.clock.wall()))
            self.service.tick().result()
        self.clock.set(until)

    def all_of(self, kind: type[C]) -> list[C]:
        """Everything of a kind in the record, in order."""
        return [each.content for each in self.entries() if isinstance(each.content, kind)]

    def entries(self, reader: str | None = None) -> list[Entry]:
        """The record, or what one party may read of it."""
        journal = self.service.journal
        entries = [entry_from_row(row) for row in journal.read(0, journal.size())]
        if reader is None:
            return entries
        return self.read(lambda state: [e for e in entries if may_read_entry(state, reader, e)])

    def sees(self, party: str) -> Any:
        """All that a party sees, as it would go over a wire."""
        return self.read(lambda state: msgspec.to_builtins(view(state, party)))

    def read(self, look: Callable[[State], T]) -> T:
        """What somebody makes of the state."""
        return self.service.read(look)


def circle(place: tuple[float, float] = BRIDGE, radius_m: float = 500.0) -> Volume4D:
    """A circle there, at every height and time."""
    center = Position(lat_deg=place[0], lon_deg=place[1])
    return Volume4D(footprint=Circle(center=center, radius_m=radius_m))


def plan(name: str, place: tuple[float, float] = BRIDGE, radius_m: float = 500.0) -> PlanFiled:
    """To be there on the second morning from that night, for an hour."""
    return PlanFiled(
        plan=name,
        kind=Kind.GROUND,
        version=1,
        starts_at=NIGHT + 30 * HOUR,
        ends_at=NIGHT + 31 * HOUR,
        body=PlanBody(volumes=(circle(place, radius_m),)),
    )
