"""What a word costs to decide and fold, with a thousand live things and with a hundred thousand.

    python benchmarks/desk.py [THINGS]

A desk holds as many live things (half sites, half plans) and as many deliveries; then a round of
words is said to it: a site is notified and validated, a plan filed and withdrawn, a message sent,
received and answered, a line checked, the clock moved. The peer does none of that: Python's own
sqlite3, write-ahead log, synchronous=FULL, one row and one commit for each of the same words.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import msgspec

from openline.desk.clock import next_due
from openline.desk.decide import decide
from openline.desk.owing.deliveries import Owed, owe
from openline.desk.state import State, evolve
from openline.domain.airspace import Circle, Position, Volume4D
from openline.domain.delivery import ReceiptGiven, Rung, SubjectKind
from openline.domain.form import NotificationForm
from openline.domain.line import CheckResult, LineChecked, LineEnd, LineOpened
from openline.domain.message import MessageKind, MessageSent
from openline.domain.notification import NotificationKind
from openline.domain.notification_said import (
    NotificationCancelled,
    NotificationSubmitted,
    NotificationValidated,
)
from openline.domain.party import (
    CellAdded,
    DeskOpened,
    PartyAdded,
    PartyKind,
    Post,
    PublicKey,
    Role,
)
from openline.domain.plan import Kind, PlanBody, PlanFiled, PlanWithdrawn
from openline.domain.rules import Level, Precedence, Rules
from openline.domain.statement import (
    DESK,
    THE_DESK,
    Attested,
    Author,
    Content,
    Entry,
    Statement,
    Tick,
)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SIZES = (1_000, 10_000, 100_000)
ROUNDS = 20
FAR_OFF = 2_400_000
"""Where the words of a round speak of: near none of the things that stand."""
PARTIES = (
    ("EAST", PartyKind.FORCE),
    ("WEST", PartyKind.FORCE),
    ("HUM", PartyKind.CONDUIT),
    ("AID", PartyKind.HUMANITARIAN),
)


class Desk:
    """A desk in memory, and all that was said to it as it would be written down."""

    def __init__(self) -> None:
        self.state = State()
        self.now = NOON
        self.said: list[bytes] = []
        key = PublicKey(kid="desk", x="A" * 43)
        self.say(DESK, DeskOpened(origin="desk.example", desk_key=key, rules=Rules()))
        for party, kind in PARTIES:
            self.say(DESK, PartyAdded(party=party, kind=kind))
            post = Post(id=f"{party}.watch", roles=(Role.DUTY, Role.COMMANDER))
            cell = CellAdded(
                cell=f"{party}-TAC", party=party, level=Level.TACTICAL, positions=(post,)
            )
            self.say(DESK, cell)
        ends = tuple(LineEnd(party=party, cell=f"{party}-TAC") for party in ("EAST", "WEST"))
        self.say("EAST", LineOpened(line="L-1", level=Level.TACTICAL, ends=ends))

    def say(self, party: str, content: Content) -> None:
        """Decides it and folds what follows."""
        position = "operator" if party == DESK else f"{party}.watch"
        name = f"s-{len(self.said)}"
        statement = Statement(
            id=name,
            author=Author(party=party, position=position, by_human=True),
            content=content,
            word=Attested(issuer="bench", token_id=name),
        )
        self.said.append(msgspec.json.encode((name, content)))
        for entry in decide(self.state, statement, self.now):
            evolve(self.state, entry)

    def tick(self, seconds: int) -> None:
        """The clock moves, and what falls due is concluded."""
        self.now += timedelta(seconds=seconds)
        while (due_at := next_due(self.state)) is not None and due_at <= self.now:
            for entry in decide(self.state, Tick(), self.now):
                evolve(self.state, entry)

    def fold(self, author: Author, content: Content) -> None:
        """An entry as it would stand in a record that is read anew: nothing is decided."""
        index = self.state.size
        entry = Entry(
            index=index,
            recorded_at=self.now,
            id=f"e-{index}",
            author=author,
            content=content,
            readers=(),
        )
        evolve(self.state, entry)


def place(number: int) -> Circle:
    """A spot of its own among millions, each 5 km and more from the next."""
    row, column = divmod(number, 2_000)
    return Circle(center=Position(lat_deg=row * 0.05 - 50.0, lon_deg=column * 0.15 - 150.0))


def plan(name: str, number: int) -> PlanFiled:
    """A plan to be at a spot of its own, from tomorrow for a month."""
    starts_at = NOON + timedelta(days=1)
    body = PlanBody(volumes=(Volume4D(footprint=place(number)),))
    ends_at = starts_at + timedelta(days=30)
    return PlanFiled(plan=name, kind=Kind.DRONE, starts_at=starts_at, ends_at=ends_at, body=body)


def site(name: str, number: int) -> NotificationSubmitted:
    """A clinic at a spot of its own."""
    form = NotificationForm(name=name, type="clinic", position=place(number).center)
    return NotificationSubmitted(
        notification=name, kind=NotificationKind.STATIC_SITE, site=name, body=form
    )


def full_desk(things: int) -> Desk:
    """A desk with so many live things, and as many deliveries that wait for an answer."""
    desk = Desk()
    for number in range(things):
        filed = site(f"N-{number}", number) if number % 2 else plan(f"P-{number}", number)
        desk.fold(Author(party="AID" if number % 2 else "WEST"), filed)
        owed = Owed(
            subject=f"N-{number}",
            subject_kind=SubjectKind.NOTIFICATION,
            origin="AID",
            precedence=Precedence.ROUTINE,
            since=desk.now,
            entry=desk.state.size - 1,
        )
        for conclusion in owe(desk.state, owed, ("HUM",)):
            desk.fold(THE_DESK, conclusion.content)
    return desk


def a_round(number: int, spot: int) -> Iterator[tuple[str, Content]]:
    """Who says what; all that comes goes again, so that the desk stays as full as it was."""
    name = f"R-{number}"
    yield "AID", site(f"{name}-site", spot)
    yield "HUM", NotificationValidated(notification=f"{name}-site", version=1)
    yield "EAST", plan(f"{name}-plan", spot + 1)
    message = MessageSent(
        message=f"{name}-word",
        kind=MessageKind.WARN,
        recipients=("WEST",),
        precedence=Precedence.FLASH,
    )
    yield "EAST", message
    yield "WEST", ReceiptGiven(delivery=f"{name}-word/v1:WEST", rung=Rung.DELIVERED)
    yield "WEST", ReceiptGiven(delivery=f"{name}-word/v1:WEST", rung=Rung.READ_BACK)
    yield "EAST", LineChecked(line="L-1", result=CheckResult.PASSED)
    yield "AID", NotificationCancelled(notification=f"{name}-site")
    yield "EAST", PlanWithdrawn(plan=f"{name}-plan")


def measured(things: int) -> tuple[float, list[bytes]]:
    """Milliseconds for one word, in the median round, and the words as they would be written."""
    desk = full_desk(things)
    first = len(desk.said)
    took: list[float] = []
    for number in range(ROUNDS):
        words = list(a_round(number, FAR_OFF + 40 * number))
        began = perf_counter()
        for party, content in words:
            desk.say(party, content)
        desk.tick(1)
        took.append((perf_counter() - began) * 1_000 / (len(words) + 1))
    return sorted(took)[ROUNDS // 2], desk.said[first:]


def peer_ms(path: Path, words: list[bytes]) -> float:
    """Milliseconds for one raw commit of the same words."""
    with closing(sqlite3.connect(path, isolation_level=None)) as peer:
        peer.execute("PRAGMA journal_mode = WAL")
        peer.execute("PRAGMA synchronous = FULL")
        peer.execute("CREATE TABLE words (word INTEGER PRIMARY KEY, said BLOB)")
        began = perf_counter()
        for index, word in enumerate(words):
            peer.execute("INSERT INTO words VALUES (?, ?)", (index, word))
        return (perf_counter() - began) * 1_000 / len(words)


def main(sizes: tuple[int, ...]) -> None:
    """Prints one JSON row: a word's cost at each size, the growth, and the peer's commit."""
    costs: dict[int, float] = {}
    words: list[bytes] = []
    for size in sizes:
        costs[size], words = measured(size)
    with TemporaryDirectory(dir=".") as folder:
        peer = peer_ms(Path(folder, "peer.db"), words)
    row = {
        "benchmark": f"a word decided and folded beside {sizes[-1]} live things and deliveries",
        "peer": f"sqlite3 {sqlite3.sqlite_version}, raw FULL commits of the same words",
        "openline_ms": {size: round(cost, 3) for size, cost in costs.items()},
        "largest_to_smallest": round(costs[sizes[-1]] / costs[sizes[0]], 2),
        "peer_ms": round(peer, 3),
        "of_the_peer": round(costs[sizes[-1]] / peer, 2),
    }
    print(json.dumps(row))


if __name__ == "__main__":
    most = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1]
    main(tuple(dict.fromkeys(min(size, most) for size in SIZES)))
