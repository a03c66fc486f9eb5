"""A mirror copies what its party may read, verifies all of it, and gives up nothing it held."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mirror_harness import (
    Failing,
    Spoiling,
    add_parties,
    earlier,
    flipped,
    held_at,
    judged,
    source_of,
    standing_in,
)
from openline import app
from openline.desk_key import rotate_desk_key
from openline.domain.errors import Unavailable
from openline.mirror.copying import Copying
from openline.mirror.held import HeldCopy
from openline.mirror.refusing import RecordRefused
from openline.mirror.source import Source, Spoilt
from openline.record.note import ED25519, NoteKey, parse_vkey
from openline.service import Service, SystemClock
from rest_harness import plan

FEW = 4
STRANGER = Ed25519PrivateKey.from_private_bytes(b"s" * 32).public_key().public_bytes_raw()


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
