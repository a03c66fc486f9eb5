"""A desk at work on a recorded disk: what it was told and answered, and what must then hold."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Self

import apsw

from openline.desk.state import digest_of
from openline.desk_directory import create_directory
from openline.domain.errors import Unavailable
from openline.domain.statement import DESK
from openline.journal import Said
from openline.record.checkpoint import parse_checkpoint
from openline.record.note import parse_note
from openline.record.proof import parse_proof
from openline.record.tiles import tree_from_tiles
from openline.service import Limits, Receipt, Service
from recorded_disk import RecordedDisk
from service_harness import AT_REST_KEY, DESK_KEY, ORIGIN, add_party, found, open_desk

SNAPSHOT_EVERY = 12


@contextmanager
def pages_in_log(pages: int) -> Iterator[None]:
    """SQLite empties its log into the database after so many pages: often, to be cut in it."""

    def hook(connection: apsw.Connection) -> None:
        connection.wal_autocheckpoint(pages)

    apsw.connection_hooks.append(hook)
    yield
    apsw.connection_hooks.remove(hook)


class Answered(NamedTuple):
    """A receipt that left: the statement of this id stands at `index` under this signed root."""

    id: str
    index: int
    size: int
    root: str


class Erased(NamedTuple):
    """The desk said that the body of this entry is gone."""

    index: int


class Made(NamedTuple):
    """Whoever made the desk was told that it is there."""


@dataclass
class Life:
    """Somebody who speaks to a desk on a disk, and notes on it what was answered."""

    disk: RecordedDisk
    path: Path
    chance: random.Random
    said: int = 0
    refused: list[str] = field(default_factory=list)

    def make(self) -> None:
        create_directory(self.path, ORIGIN, DESK_KEY, AT_REST_KEY)
        self.disk.tell(Made())

    def open(self) -> Service:
        return open_desk(self.path, limits=Limits(snapshot_every=SNAPSHOT_EVERY))

    def speak(self, service: Service, batches: int) -> None:
        """Says something in so many batches of a few, and now and then has a body erased."""
        if service.journal.size() == 0:
            found(service)
        for _ in range(batches):
            told = [self._say(service) for _ in range(self.chance.randint(1, 6))]
            wait(told)
            if self.chance.random() < 0.1:
                self._erase(service, told)

    def _say(self, service: Service) -> Future[Receipt]:
        self.said += 1
        party = f"P-{self.said}-{self.chance.randrange(10**9)}"
        answer = add_party(service, party)
        answer.add_done_callback(lambda answer: self._note(f"add-{party}", answer))
        return answer

    def _note(self, id: str, answer: Future[Receipt]) -> None:
        """In the writer's own thread, as the answer leaves."""
        error = answer.exception()
        if error is not None:
            assert isinstance(error, Unavailable), error
            self.refused.append(error.sentence)
            return
        receipt = answer.result()
        signed = parse_checkpoint(parse_note(parse_proof(receipt.proof).checkpoint).text)
        self.disk.tell(Answered(id, receipt.index, signed.size, signed.root.hex()))

    def _erase(self, service: Service, told: Sequence[Future[Receipt]]) -> None:
        for answer in told:
            if answer.exception() is None:
                index = answer.result().index
                if service.erase([index]).exception() is None:
                    self.disk.tell(Erased(index))
                return


@dataclass
class Promised:
    """All that those outside were told so far."""

    answered: list[Answered] = field(default_factory=list)
    erased: list[Erased] = field(default_factory=list)
    is_made: bool = False

    def copy(self) -> Self:
        return type(self)(list(self.answered), list(self.erased), self.is_made)

    def take(self, told: object) -> None:
        match told:
            case Answered():
                self.answered.append(told)
            case Erased():
                self.erased.append(told)
            case Made():
                self.is_made = True


def assert_keeps(service: Service, promised: Promised) -> None:
    """Each answer stands at its place, under the roots that were signed; what is erased is gone.

    A root commits to every entry before it: the last few are enough.
    """
    journal = service.journal
    roots = {each.size: each.root for each in promised.answered}
    for size in sorted(roots)[-3:]:
        assert size <= journal.size(), f"{size} entries were answered for"
        root = tree_from_tiles(size, journal.tile).root().hex()
        assert root == roots[size], f"a fork before {size}"
    for each in promised.answered[-8:]:
        said = Said(party=DESK, id=each.id)
        found_at = journal.find_said(said).get(said)
        assert found_at == each.index, f"{each} stands at {found_at}"
    for gone in promised.erased:
        [row] = journal.read(gone.index, gone.index + 1)
        assert row.body is None, f"entry {gone.index}: its erased body is back"


def assert_goes_on(service: Service) -> None:
    """The next thing said to it is answered."""
    size = service.journal.size()
    if size == 0:
        found(service)
    else:
        receipt = add_party(service, f"AFTER-{size}").result()
        assert receipt.index >= size, "it was put where another stands"


def assert_snapshots_say_the_same(path: Path, beside: Path) -> None:
    """What it starts as from a snapshot is what the record comes to from its beginning."""
    shutil.copytree(path, beside)
    shutil.rmtree(beside / "snapshots")
    with_snapshots, without = open_desk(path), open_desk(beside)
    same = with_snapshots.read(digest_of) == without.read(digest_of)
    with_snapshots.close()
    without.close()
    assert same, "a snapshot says otherwise than the record"
