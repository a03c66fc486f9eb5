"""A desk in memory: the real `decide` and `evolve`, with a clock that tests set."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from openline.desk.clock import next_due
from openline.desk.decide import decide, entries_of
from openline.desk.ruling import Conclusion
from openline.desk.state import State, evolve
from openline.domain.line import LineEnd, LineOpened
from openline.domain.party import (
    Cell,
    CellAdded,
    CellBody,
    Contact,
    DeskOpened,
    PartyAdded,
    PartyBody,
    PartyKind,
    Post,
    PublicKey,
    Role,
)
from openline.domain.rules import Level, Rules
from openline.domain.statement import (
    DESK,
    Attested,
    Author,
    Content,
    Entry,
    Statement,
    Tick,
    Who,
)

T0 = datetime(2017, 9, 15, 6, 0, tzinfo=UTC)
C = TypeVar("C", bound=Content)


class Desk:
    """Says things to a desk and remembers what became of them."""

    def __init__(self, at: datetime = T0, rules: Rules | None = None, exercise: bool = True):
        self.state = State()
        self.entries: list[Entry] = []
        self.now = at
        self._said = 0
        key = PublicKey(kid="desk", x="A" * 43)
        rules = rules or Rules()
        self.operate(
            DeskOpened(origin="desk.example", desk_key=key, rules=rules, exercise=exercise)
        )

    def operate(self, content: Content) -> list[Entry]:
        """The operator says something."""
        return self.say(DESK, content, position="operator")

    def say(
        self,
        party: str,
        content: Content,
        *,
        at: datetime | None = None,
        after: timedelta = timedelta(0),
        position: str | None = None,
        by_human: bool = True,
        said_at: datetime | None = None,
        id: str | None = None,
        tick_first: bool = True,
    ) -> list[Entry]:
        """A party says something; the entries it led to, all folded. Raises what `decide` raises.

        What falls due on the way is concluded first, unless `tick_first` is off: then it stands in
        the batch of this statement. The desk's own observation (DESK) has no word behind it.
        """
        moment = (at or self.now) + after
        if tick_first:
            self.tick(moment)
        self.now = max(self.now, moment)
        self._said += 1
        if position is None:
            position = "" if party == DESK else f"{party}-TAC.commander"
        observed = type(content).WHO is Who.DESK
        statement = Statement(
            id=id or f"s-{self._said}",
            author=Author(party=party, position=position, by_human=by_human),
            content=content,
            word=None if observed else Attested(issuer="tests", token_id=f"t-{self._said}"),
            said_at=said_at,
        )
        return self._fold(decide(self.state, statement, self.now))

    def tick(self, at: datetime) -> list[Entry]:
        """The clock moves to `at`; what falls due on the way is concluded when it falls due."""
        folded: list[Entry] = []
        while (due := next_due(self.state)) is not None and due <= at:
            self.now = max(self.now, due)
            entries = decide(self.state, Tick(), self.now)
            assert entries, f"something stays due at {due} and nothing is concluded from it"
            folded += self._fold(entries)
        self.now = max(self.now, at)
        return folded

    def conclude(self, concluded: list[Conclusion], at: datetime) -> list[Entry]:
        """The desk concludes something of its own accord."""
        self.now = max(self.now, at)
        return self._fold(entries_of(self.state, concluded, self.now))

    def all_of(self, kind: type[C]) -> list[C]:
        """Every content of a kind on the record, in order."""
        return [each.content for each in self.entries if isinstance(each.content, kind)]

    def replayed(self) -> State:
        """The state that folding the record anew gives."""
        state = State()
        for entry in self.entries:
            evolve(state, entry)
        return state

    def _fold(self, entries: Iterable[Entry]) -> list[Entry]:
        folded = list(entries)
        for entry in folded:
            evolve(self.state, entry)
        self.entries += folded
        return folded


def contents(entries: Iterable[Entry], kind: type[C]) -> list[C]:
    """The contents of one kind among some entries."""
    return [each.content for each in entries if isinstance(each.content, kind)]


def add_party(
    desk: Desk,
    party: str,
    kind: PartyKind,
    *,
    levels: Iterable[Level],
    backers: tuple[str, ...] = (),
) -> None:
    """A party with a cell at each level, each with a position for every role."""
    desk.operate(PartyAdded(party=party, kind=kind, backers=backers, body=PartyBody(label=party)))
    for level in levels:
        code = {"tactical": "TAC", "operational": "OPS", "strategic": "STRAT"}[level]
        cell = f"{party}-{code}"
        roles = {
            "reader": (Role.READER,),
            "duty": (Role.DUTY,),
            "release": (Role.RELEASE,),
            "commander": (Role.COMMANDER, Role.DUTY, Role.RELEASE),
            "admin": (Role.ADMIN,),
        }
        desk.operate(
            CellAdded(
                cell=cell,
                party=party,
                level=level,
                positions=tuple(
                    Post(id=f"{cell}.{name}", roles=held) for name, held in roles.items()
                ),
                body=CellBody(
                    contacts=(
                        Contact(bearer="first", address=f"{cell}-a"),
                        Contact(bearer="second", address=f"{cell}-b"),
                    )
                ),
            )
        )


def river_desk(at: datetime = T0, rules: Rules | None = None) -> Desk:
    """The parties and lines of a river with a force on each bank, before the forces talk directly.

    EAST and WEST with backers EASTB and WESTB; HUM, a neutral conduit with a line to all four.
    L-1 tactical and L-2 operational, L-2S strategic between the backers; L-4 and L-5 from each
    force to its own backer.
    """
    desk = Desk(at, rules)
    every = tuple(Level)
    lower = (Level.TACTICAL, Level.OPERATIONAL)
    add_party(desk, "EASTB", PartyKind.BACKER, levels=every)
    add_party(desk, "WESTB", PartyKind.BACKER, levels=every)
    add_party(desk, "EAST", PartyKind.FORCE, levels=lower, backers=("EASTB",))
    add_party(desk, "WEST", PartyKind.FORCE, levels=lower, backers=("WESTB",))
    add_party(desk, "HUM", PartyKind.CONDUIT, levels=(Level.TACTICAL,))
    for line, level, parties in (
        ("L-1", Level.TACTICAL, ("EASTB", "WESTB")),
        ("L-2", Level.OPERATIONAL, ("EASTB", "WESTB")),
        ("L-2S", Level.STRATEGIC, ("EASTB", "WESTB")),
        ("L-4", Level.TACTICAL, ("EAST", "EASTB")),
        ("L-5", Level.TACTICAL, ("WEST", "WESTB")),
        ("L-6", Level.TACTICAL, ("HUM", "EAST", "WEST", "EASTB", "WESTB")),
    ):
        open_line(desk, line, level, parties, hub="HUM" if "HUM" in parties else None)
    return desk


def open_line(
    desk: Desk, line: str, level: Level, parties: tuple[str, ...], *, hub: str | None = None
) -> None:
    """The first party opens a line to the others, from cells of that level."""
    ends = tuple(LineEnd(party=party, cell=_cell(desk, party, level).id) for party in parties)
    desk.say(parties[0], LineOpened(line=line, level=level, ends=ends, hub=hub))


def _cell(desk: Desk, party: str, level: Level) -> Cell:
    return next(c for c in desk.state.cells.values() if (c.party, c.level) == (party, level))
