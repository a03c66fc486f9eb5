"""A desk as a mirror reads it: honest, failing, spoilt on the way; and a mirror at work."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from openline import app
from openline.backup import backup
from openline.cli.mirror_source import DeskSource
from openline.config import Config
from openline.domain.errors import Unavailable
from openline.domain.party import PartyAdded, PartyKind
from openline.http_server import HttpServer, listen
from openline.mirror.copying import Copying
from openline.mirror.held import HeldCopy
from openline.mirror.serving import WorkingMirror
from openline.mirror.source import Offered, Source
from openline.record.audit.verdict import audit_record
from openline.record.audit.words import Verdict
from openline.record.bundle import open_bundle
from openline.record.note import NOTE_BYTES_MAX, NoteKey
from openline.record.tiles import consistency_from_tiles
from openline.record.witnessing import AddCheckpoint
from openline.service import Service
from openline.witness.memory import open_identity
from rest_harness import Served

OPENED: list[DeskSource] = []


def source_of(desk: Served, url: str | None = None) -> DeskSource:
    """The desk, or what stands at that address in its place, as WEST's watch reads it."""
    position = "WEST-TAC.duty"
    key_file = desk.keys / f"{position}.key"
    OPENED.append(DeskSource(url or desk.url, key_file, position, None))
    return OPENED[-1]


def judged(path: Path, **more: Any) -> Verdict:
    with open_bundle(path) as bundle:
        return audit_record(bundle, bundle.trust(), **more)


@contextmanager
def held_at(path: Path, *keys: NoteKey) -> Iterator[HeldCopy]:
    held = HeldCopy(path, keys)
    try:
        yield held
    finally:
        held.close()


class Failing:
    """A desk that stops answering after so many questions about entries."""

    def __init__(self, inner: Source, questions: int) -> None:
        self.inner, self.left = inner, questions
        self.asked: list[tuple[int, int]] = []

    def checkpoint(self) -> bytes:
        return self.inner.checkpoint()

    def tile(self, level: int, n: int, width: int, /) -> bytes:
        return self.inner.tile(level, n, width)

    def entries(self, start: int, end: int, /) -> Sequence[Offered]:
        self.asked.append((start, end))
        self.left -= 1
        if self.left < 0:
            raise Unavailable("gone")
        return self.inner.entries(start, end)


class Counting(Failing):
    """A desk that counts how often it was asked how far its record goes."""

    def __init__(self, inner: Source) -> None:
        super().__init__(inner, 1_000)
        self.count = 0

    def checkpoint(self) -> bytes:
        self.count += 1
        return super().checkpoint()


class Spoiling:
    """A desk, or somebody on the way, that changes a byte of one kind of answer."""

    def __init__(self, inner: Source, what: str) -> None:
        self.inner, self.what = inner, what

    def checkpoint(self) -> bytes:
        note = self.inner.checkpoint()
        return flipped(note, 20) if self.what == "checkpoint" else note

    def tile(self, level: int, n: int, width: int, /) -> bytes:
        tile = self.inner.tile(level, n, width)
        if self.what == "short tile":
            return tile[:-1]
        return flipped(tile, 40) if self.what == "tile" else tile

    def entries(self, start: int, end: int, /) -> Sequence[Offered]:
        offered = list(self.inner.entries(start, end))
        at = next(n for n, each in enumerate(offered) if each.leaf and each.salted_body)
        each = offered[at]
        assert each.leaf is not None
        assert each.salted_body is not None
        match self.what:
            case "leaf":
                each = msgspec.structs.replace(each, leaf=flipped(each.leaf, 100))
            case "body":
                each = msgspec.structs.replace(each, salted_body=flipped(each.salted_body, 40))
            case "hash":
                each = msgspec.structs.replace(each, leaf_hash=flipped(each.leaf_hash, 0))
            case "moved":
                other = offered[at - 1]
                each = msgspec.structs.replace(other, index=each.index)
            case "swapped":
                leaf = next(o.leaf for o in offered if o.leaf and o.index != each.index)
                each = msgspec.structs.replace(each, leaf=leaf, salted_body=None)
            case "dropped":
                return offered[:-1]
        offered[at] = each
        return offered


class Padding(Failing):
    """A desk that adds rows of nobody's to its checkpoints, until they are as long as they may."""

    def __init__(self, inner: Source) -> None:
        super().__init__(inner, 1_000)

    def checkpoint(self) -> bytes:
        note = super().checkpoint()
        room = NOTE_BYTES_MAX - len(note) - 200
        row = base64.b64encode(b"n" * (room * 3 // 4 // 3 * 3)).decode()
        return note + f"\N{EM DASH} nobody.example {row}\n".encode()


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def earlier(desk: Served, to: Path) -> Path:
    """The desk's directory as a backup of now has it."""
    backup(desk_path(desk), to)
    return to


def desk_path(desk: Served) -> Path:
    return desk.keys.parent / "desk"


@contextmanager
def working(
    desk: Served, key: NoteKey, path: Path, source: Source | None = None
) -> Iterator[WorkingMirror]:
    with held_at(path / "m", key) as held:
        identity = open_identity(path / "w", "east.example/m1")
        copying = Copying(held, source or source_of(desk))
        try:
            yield WorkingMirror(held, copying, identity, lambda _: None)
        finally:
            identity.memory.close()


@contextmanager
def answering(mirror: WorkingMirror) -> Iterator[str]:
    """The mirror on a port of this machine."""
    listening = listen("127.0.0.1", 0)
    server = HttpServer(mirror.app(), lambda: None)
    thread = threading.Thread(target=server.run_on, args=(listening,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def request_of(service: Service, old: int = 0) -> AddCheckpoint:
    note = service.journal.checkpoint()
    assert note is not None
    size = service.journal.size()
    proof = tuple(consistency_from_tiles(old, size, service.journal.tile))
    return AddCheckpoint(old_size=old, proof=proof, note=note)


@contextmanager
def standing_in(desk: Served, path: Path, change: Callable[[Service], None]) -> Iterator[str]:
    """Another desk under this one's key, which `change` has made of an earlier copy of it."""
    with app.desk_at(path) as service:
        change(service)
        web = app.Web(service, Config(port=0))
        thread = threading.Thread(target=web.run)
        thread.start()
        try:
            yield web.url
        finally:
            web.stop()
            thread.join()


def add_parties(service: Service, count: int) -> None:
    """The desk goes on by itself, otherwise than it did."""
    for _ in range(count):
        n = service.journal.size()
        app.operate(service, f"fork-{n}", PartyAdded(party=f"FORK-{n}", kind=PartyKind.FORCE))
