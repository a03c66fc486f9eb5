"""A mirror copies what its party may read, verifies all of it, and gives up nothing it held."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openline import app
from openline.backup import backup
from openline.cli.mirror_source import DeskSource
from openline.config import Config
from openline.desk_key import rotate_desk_key
from openline.domain.errors import Unavailable
from openline.domain.party import PartyAdded, PartyKind
from openline.domain.plan import PlanWithdrawn
from openline.domain.statement import Author, Statement
from openline.http_server import HttpServer, listen
from openline.mirror.copying import Copying, Offered, RecordRefused, Source, Spoilt
from openline.mirror.held import HeldCopy
from openline.mirror.serving import WorkingMirror
from openline.record.audit.complaint import audit_complaint
from openline.record.audit.verdict import audit_record
from openline.record.audit.words import Trust, Verdict
from openline.record.bundle import open_bundle
from openline.record.errors import Forked
from openline.record.keys import load_private_key
from openline.record.note import ED25519, NOTE_BYTES_MAX, NoteKey, parse_vkey
from openline.record.tiles import consistency_from_tiles
from openline.record.witnessing import AddCheckpoint
from openline.sealing import sign_statement
from openline.service import Service, SystemClock
from openline.witness.memory import open_identity
from rest_harness import Served, plan, served

FEW = 4
STRANGER = Ed25519PrivateKey.from_private_bytes(b"s" * 32).public_key().public_bytes_raw()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk at which each side has filed something that the other may not read."""
    with served(tmp_path_factory.mktemp("desk")) as desk:
        for at, side in enumerate(("EAST", "WEST", "EAST")):
            desk.said(side, "/v1/plans", **plan(f"P-{at}", 10.0 + at, 10.0))
        yield desk


@pytest.fixture
def key(desk: Served) -> NoteKey:
    return app.desk_vkey(desk.service)


OPENED: list[DeskSource] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


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


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def test_it_holds_every_hash_and_what_its_party_may_read(desk, key, tmp_path):
    with held_at(tmp_path / "m", key) as held:
        size = Copying(held, source_of(desk)).follow()
        assert size == desk.service.journal.size()
        rows = list(desk.service.journal.read(0, size))
        readable = {row.index for row in rows if {"*", "WEST"} & set(row.readers)}
        assert {at for at in range(size) if held.leaf(at) is not None} == readable
        assert len(readable) < size
    verdict = judged(tmp_path / "m")
    assert verdict.sound, verdict.faults
    assert verdict.size == size


def test_an_interrupted_copy_is_nobodys_word_and_goes_on_where_it_was(desk, key, tmp_path):
    with held_at(tmp_path / "m", key) as held:
        failing = Failing(source_of(desk), 2)
        with pytest.raises(Unavailable, match="gone"):
            Copying(held, failing, at_once=FEW).follow()
        assert held.size == 0
        assert held.leaf(0) is not None
    with held_at(tmp_path / "m") as held:
        again = Failing(source_of(desk), 1_000)
        Copying(held, again, at_once=FEW).follow()
        assert again.asked[0] == (2 * FEW, 3 * FEW)
    assert judged(tmp_path / "m").sound


def test_what_a_power_cut_tore_beyond_the_checkpoint_is_fetched_anew(desk, key, tmp_path):
    with held_at(tmp_path / "m", key) as held:
        with pytest.raises(Unavailable):
            Copying(held, Failing(source_of(desk), 2), at_once=FEW).follow()
        held.write("entries/1.jws", b"")
    with held_at(tmp_path / "m") as held:
        again = Failing(source_of(desk), 1_000)
        Copying(held, again, at_once=FEW).follow()
        assert again.asked[0] == (1, FEW)
    assert judged(tmp_path / "m").sound


@pytest.mark.parametrize(
    "what",
    ["checkpoint", "tile", "short tile", "leaf", "body", "hash", "moved", "swapped", "dropped"],
)
def test_a_byte_changed_anywhere_is_refused_and_nothing_is_taken_over(desk, key, tmp_path, what):
    with held_at(tmp_path / "m", key) as held:
        with pytest.raises(Spoilt):
            Copying(held, Spoiling(source_of(desk), what)).follow()
        assert held.size == 0
        Copying(held, source_of(desk)).follow()
    assert judged(tmp_path / "m").sound


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


def earlier(desk: Served, to: Path) -> Path:
    """The desk's directory as a backup of now has it."""
    backup(desk_path(desk), to)
    return to


def desk_path(desk: Served) -> Path:
    return desk.keys.parent / "desk"


def add_parties(service: Service, count: int) -> None:
    """The desk goes on by itself, otherwise than it did."""
    for _ in range(count):
        n = service.journal.size()
        app.operate(service, f"fork-{n}", PartyAdded(party=f"FORK-{n}", kind=PartyKind.FORCE))


def test_a_rewritten_record_is_refused_and_both_are_kept(desk, key, tmp_path):
    copy = earlier(desk, tmp_path / "fork")
    desk.said("EAST", "/v1/plans", **plan("P-after", 20.0, 10.0))
    with held_at(tmp_path / "m", key) as held:
        size = Copying(held, source_of(desk)).follow()
        with (
            standing_in(desk, copy, lambda fork: add_parties(fork, 4)) as url,
            pytest.raises(RecordRefused, match="REWRITTEN") as refused,
        ):
            Copying(held, source_of(desk, url)).follow()
        assert refused.value.proven
        assert held.size == size
    assert judged(tmp_path / "m").sound
    faults = {fault.slug for fault in judged(Path(refused.value.evidence)).faults}
    assert faults == {"old_entry_edited"}


def test_a_record_forked_at_the_very_size_held_is_refused(desk, key, tmp_path):
    copy = earlier(desk, tmp_path / "fork")
    before = desk.service.journal.size()
    desk.said("EAST", "/v1/plans", **plan("P-same", 20.5, 10.0))
    added = desk.service.journal.size() - before
    with held_at(tmp_path / "m", key) as held:
        Copying(held, source_of(desk)).follow()
        with (
            standing_in(desk, copy, lambda fork: grow_to(fork, before + added)) as url,
            pytest.raises(RecordRefused, match="REWRITTEN") as refused,
        ):
            Copying(held, source_of(desk, url)).follow()
    faults = {fault.slug for fault in judged(Path(refused.value.evidence)).faults}
    assert faults == {"record_forked"}


def test_a_shorter_record_that_was_rewritten_too_is_refused_as_that(desk, key, tmp_path):
    copy = earlier(desk, tmp_path / "fork")
    for n in range(4):
        desk.said("EAST", "/v1/plans", **plan(f"P-longer-{n}", 23.0 + n, 10.0))
    with held_at(tmp_path / "m", key) as held:
        Copying(held, source_of(desk)).follow()
        with (
            standing_in(desk, copy, lambda fork: add_parties(fork, 1)) as url,
            pytest.raises(RecordRefused, match="REWRITTEN") as refused,
        ):
            Copying(held, source_of(desk, url)).follow()
    faults = {fault.slug for fault in judged(Path(refused.value.evidence)).faults}
    assert faults == {"old_entry_edited"}


def grow_to(service: Service, size: int) -> None:
    while service.journal.size() < size:
        add_parties(service, 1)
    assert service.journal.size() == size


class Rewound(Failing):
    """A desk that offers its record as it was, before what it was last seen to hold."""

    def __init__(self, inner: Source, note: bytes) -> None:
        super().__init__(inner, 1_000)
        self._note = note

    def checkpoint(self) -> bytes:
        return self._note


def test_a_record_wound_back_is_refused(desk, key, tmp_path):
    note = desk.service.journal.checkpoint()
    desk.said("EAST", "/v1/plans", **plan("P-later", 21.0, 10.0))
    with held_at(tmp_path / "m", key) as held:
        size = Copying(held, source_of(desk)).follow()
        with pytest.raises(RecordRefused, match="REWOUND") as refused:
            Copying(held, Rewound(source_of(desk), note)).follow()
        assert held.size == size
    assert (Path(refused.value.evidence) / "checkpoints" / "offered").read_bytes() == note
    assert judged(Path(refused.value.evidence)).sound
    assert judged(tmp_path / "m").sound


@pytest.mark.parametrize("held_before", ["nothing", "up to the change", "beyond"])
def test_a_mirror_follows_the_desk_over_to_another_key(desk, key, tmp_path, held_before):
    copy = earlier(desk, tmp_path / "desk")
    with held_at(tmp_path / "m", key) as held:
        if held_before == "beyond":
            Copying(held, source_of(desk)).follow()
        new = parse_vkey(rotate_desk_key(copy, clock=SystemClock()))
        if held_before == "up to the change":
            with standing_in(desk, copy, lambda _: None) as url:
                Copying(held, source_of(desk, url)).follow()
        with standing_in(desk, copy, lambda desk: add_parties(desk, 3)) as url:
            size = Copying(held, source_of(desk, url)).follow()
        assert (held.size, held.keys) == (size, (key, new))
    with held_at(tmp_path / "m") as held:
        assert held.keys == (key, new)
    verdict = judged(tmp_path / "m")
    assert (verdict.sound, verdict.size) == (True, size), verdict.faults


def test_a_mirror_follows_no_key_that_no_key_it_holds_handed_over_to(desk, key, tmp_path):
    copy = earlier(desk, tmp_path / "desk")
    stranger = NoteKey(name=key.name, algorithm=ED25519, public=STRANGER)
    with held_at(tmp_path / "m", stranger) as held:
        rotate_desk_key(copy, clock=SystemClock())
        with (
            standing_in(desk, copy, lambda desk: add_parties(desk, 3)) as url,
            pytest.raises(Spoilt, match="keys you trust"),
        ):
            Copying(held, source_of(desk, url)).follow()
        assert (held.size, held.keys) == (0, (stranger,))


def test_a_fork_under_a_new_key_is_refused_and_the_new_key_not_taken(desk, key, tmp_path):
    copy = earlier(desk, tmp_path / "fork")
    desk.said("EAST", "/v1/plans", **plan("P-forked-key", 20.0, 11.0))
    with held_at(tmp_path / "m", key) as held:
        size = Copying(held, source_of(desk)).follow()
        with app.desk_at(copy) as fork:
            add_parties(fork, 5)
            assert fork.journal.size() > size
        rotate_desk_key(copy, clock=SystemClock())
        with (
            standing_in(desk, copy, lambda fork: add_parties(fork, 2)) as url,
            pytest.raises(Spoilt),
        ):
            Copying(held, source_of(desk, url)).follow()
        assert (held.size, held.keys) == (size, (key,))


def test_a_mirror_cosigns_under_the_desks_new_key(desk, key, tmp_path):
    copy = earlier(desk, tmp_path / "desk")
    rotate_desk_key(copy, clock=SystemClock())
    with (
        standing_in(desk, copy, lambda desk: add_parties(desk, 3)) as url,
        held_at(tmp_path / "m", key) as held,
    ):
        identity = open_identity(tmp_path / "w", "east.example/m1")
        mirror = WorkingMirror(held, Copying(held, source_of(desk, url)), identity, print)
        mirror.keep_up()
        note = held.read("checkpoint")
        assert note is not None
        assert mirror.cosigner.cosign(AddCheckpoint(old_size=0, proof=(), note=note))
        identity.memory.close()


def test_a_copy_whose_hashes_were_altered_does_not_start(desk, key, tmp_path):
    with held_at(tmp_path / "m", key) as held:
        Copying(held, source_of(desk)).follow()
    tile = next(path for path in (tmp_path / "m" / "tile" / "0").rglob("*") if path.is_file())
    tile.write_bytes(flipped(tile.read_bytes(), 3))
    with pytest.raises(Unavailable, match="not those signed"):
        HeldCopy(tmp_path / "m")


def test_a_copy_needs_the_desks_key_and_is_of_one_record(desk, key, tmp_path):
    with pytest.raises(Unavailable, match="--vkey"):
        HeldCopy(tmp_path / "m")
    HeldCopy(tmp_path / "m", [key]).close()
    stranger = NoteKey(name="other.example", algorithm=ED25519, public=key.public)
    with pytest.raises(Unavailable, match="one record"):
        HeldCopy(tmp_path / "m", [stranger])


class Padding(Failing):
    """A desk that adds rows of nobody's to its checkpoints, until they are as long as they may."""

    def __init__(self, inner: Source) -> None:
        super().__init__(inner, 1_000)

    def checkpoint(self) -> bytes:
        note = super().checkpoint()
        room = NOTE_BYTES_MAX - len(note) - 200
        row = base64.b64encode(b"n" * (room * 3 // 4 // 3 * 3)).decode()
        return note + f"\N{EM DASH} nobody.example {row}\n".encode()


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


def request_of(service: Service, old: int = 0) -> AddCheckpoint:
    note = service.journal.checkpoint()
    assert note is not None
    size = service.journal.size()
    proof = tuple(consistency_from_tiles(old, size, service.journal.tile))
    return AddCheckpoint(old_size=old, proof=proof, note=note)


def test_a_mirror_cosigns_only_what_it_holds_by_then(desk, key, tmp_path):
    with working(desk, key, tmp_path) as mirror:
        mirror.cosigner.cosign(request_of(desk.service))
    verdict = judged(tmp_path / "m")
    assert (verdict.sound, verdict.size) == (True, desk.service.journal.size())


def test_a_mirror_cosigns_no_fork_of_what_it_holds(desk, key, tmp_path):
    copy = earlier(desk, tmp_path / "fork")
    desk.said("EAST", "/v1/plans", **plan("P-fork", 22.0, 10.0))
    with working(desk, key, tmp_path) as mirror:
        mirror.keep_up()
        with app.desk_at(copy) as fork:
            while fork.journal.size() < desk.service.journal.size():
                n = fork.journal.size()
                app.operate(fork, f"f-{n}", PartyAdded(party=f"F-{n}", kind=PartyKind.FORCE))
            with pytest.raises((Forked, Unavailable)):
                mirror.cosigner.cosign(request_of(fork))
            assert mirror.cosigner.identity.memory.all() == {}


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


@pytest.fixture
def lodging(desk, key, tmp_path) -> Iterator[tuple[str, WorkingMirror]]:
    """A mirror of WEST's, with which EAST may lodge."""
    with working(desk, key, tmp_path) as mirror, answering(mirror) as url:
        yield url, mirror


def signed_statement(desk: Served, plan_id: str) -> bytes:
    """The leaf that EAST signs next, and that the desk never answers for."""
    key = load_private_key(desk.keys / "EAST-TAC.duty.key")
    me = desk.as_("EAST").get("/v1/me").json()
    (held,) = [each for each in me["keys"] if each["position"] == "EAST-TAC.duty"]
    statement = Statement(
        id=f"withdraw-{plan_id}",
        author=Author(party="EAST", position="EAST-TAC.duty", by_human=True),
        content=PlanWithdrawn(plan=plan_id),
        said_at=datetime.now(UTC).replace(microsecond=0),
    )
    sent = sign_statement(
        key,
        desk.service.origin,
        statement,
        seq=held.get("next_seq", 0),
        prevhash=held.get("head", "0" * 64),
        salt=b"s" * 32,
    )
    return sent.leaf


def test_a_statement_without_a_receipt_is_lodged_and_the_complaint_is_portable(
    desk, key, lodging, tmp_path
):
    url, mirror = lodging
    leaf = signed_statement(desk, "P-0")
    answer = httpx.post(f"{url}/lodge", content=leaf)
    assert answer.status_code == 200, answer.text
    trust = Trust(keys=(key, mirror.cosigner.key))
    verdict = audit_complaint(answer.content, trust)
    assert verdict.sound, verdict.faults
    told = " ".join(verdict.proven)
    assert "withdraw-P-0" in told
    assert "EAST" in told
    assert "east.example/m1" in told
    assert f"none of the first {desk.service.journal.size()} entries" in told
    again = httpx.post(f"{url}/lodge", content=leaf)
    assert again.content == answer.content
    with open_bundle(tmp_path / "m") as copy:
        held = audit_complaint(answer.content, trust, copy)
    assert held.sound
    assert "missing from the record" in " ".join(held.proven)
    # Recorded after all: the copy says so, and the complaint stands as what it was.
    desk.as_("EAST").post("/v1/statements", json={"leaf": leaf.decode()}).raise_for_status()
    mirror.keep_up()
    with open_bundle(tmp_path / "m") as copy:
        late = audit_complaint(answer.content, trust, copy)
    assert late.sound
    assert "was recorded later" in " ".join(late.proven)
    refused = httpx.post(f"{url}/lodge", content=leaf)
    assert refused.status_code == 409
    assert "stands in the record as entry" in refused.text


def test_a_desk_that_pads_its_checkpoints_makes_no_complaint_too_long_to_be_read(
    desk, key, tmp_path
):
    with working(desk, key, tmp_path, Padding(source_of(desk))) as mirror, answering(mirror) as url:
        file = httpx.post(f"{url}/lodge", content=signed_statement(desk, "P-2")).content
        verdict = audit_complaint(file, Trust(keys=(key, mirror.cosigner.key)))
    assert verdict.sound, verdict.faults


def test_what_nobody_at_the_desk_signed_cannot_be_lodged(desk, lodging):
    url, _mirror = lodging
    leaf = signed_statement(desk, "P-2")
    head, payload, _signature = leaf.split(b".")
    forged = b".".join((head, payload, b"A" * 86))
    for bad in (forged, b"", b"nonsense", leaf[:-4], b"x" * 100_000):
        assert httpx.post(f"{url}/lodge", content=bad).status_code in (413, 422)


def test_what_strangers_lodge_does_not_make_a_mirror_copy_each_time(desk, key, tmp_path):
    head, payload, _signature = signed_statement(desk, "P-2").split(b".")
    forged = b".".join((head, payload, b"A" * 86))
    source = Counting(source_of(desk))
    with held_at(tmp_path / "m", key) as held:
        identity = open_identity(tmp_path / "w", "east.example/m1")
        mirror = WorkingMirror(held, Copying(held, source), identity, print)
        began_s = time.monotonic()
        with answering(mirror) as url:
            for bad in (forged, b"nonsense") * 20:
                assert httpx.post(f"{url}/lodge", content=bad).status_code == 422
        assert 1 <= source.count <= 2 + time.monotonic() - began_s
        identity.memory.close()


def test_a_byte_changed_in_a_complaint_is_refuted(desk, key, lodging):
    url, mirror = lodging
    file = httpx.post(f"{url}/lodge", content=signed_statement(desk, "P-2")).content
    trust = Trust(keys=(key, mirror.cosigner.key))
    assert audit_complaint(file, trust).sound
    for at in range(0, len(file), 7):
        assert not audit_complaint(flipped(file, at), trust).sound


def test_a_complaint_of_a_mirror_that_is_not_trusted_is_refuted(desk, key, lodging):
    url, _mirror = lodging
    file = httpx.post(f"{url}/lodge", content=signed_statement(desk, "P-2")).content
    assert not audit_complaint(file, Trust(keys=(key,))).sound


def test_the_mirror_keeps_up_while_the_desk_goes_on(desk, key, tmp_path):
    with working(desk, key, tmp_path) as mirror:
        for n in range(3):
            desk.said("EAST", "/v1/plans", **plan(f"P-follow-{n}-{time.time_ns()}", 30.0 + n, 1.0))
            mirror.keep_up()
    assert judged(tmp_path / "m").size == desk.service.journal.size()
