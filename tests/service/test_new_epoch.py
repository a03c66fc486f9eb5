"""A desk whose key is lost or stolen, or whose backup holds an older key, goes on openly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openline import new_epoch
from openline.backup import backup, restore, restore_under_new_key
from openline.desk_directory import DeskDirectory
from openline.desk_directory.head import Head, HeadFile
from openline.desk_key import rotate_desk_key
from openline.domain.errors import Malformed, Unavailable
from openline.domain.party import DeskKeyRotated, EpochOpened, EpochReason, PublicKey
from openline.journal import Damaged
from openline.journal.record_copy import JournalCopy
from openline.last_known import Seen
from openline.new_epoch import NewEpoch, begin_new_epoch
from openline.record.audit.verdict import audit_record
from openline.record.audit.words import Trust, Verdict
from openline.record.checkpoint import Checkpoint, sign_checkpoint
from openline.record.keys import key_facts, load_private_key, thumbprint
from openline.record.note import note_key, parse_vkey
from openline.sealing import entry_from_row
from openline.service import Service, SimulatedClock
from service_harness import (
    DESK_KEY,
    NOON,
    ORIGIN,
    CountedEntropy,
    Speaker,
    add_party,
    contact,
    found,
    open_desk,
    operate,
)

OLD = note_key(ORIGIN, DESK_KEY)
LOST = EpochReason.KEY_LOST


def at_work(path: Path, *parties: str) -> int:
    """A desk with EAST at it that has heard of these parties, and has been stopped; its size."""
    service = open_desk(path)
    if service.journal.size() == 0:
        found(service, Speaker("EAST"))
    for party in parties:
        add_party(service, party).result()
    return stopped(service)


def stopped(service: Service) -> int:
    size = service.journal.size()
    service.close()
    return size


def begin(path: Path, why: EpochReason = LOST) -> NewEpoch:
    return begin_new_epoch(path, why, clock=SimulatedClock(NOON), entropy=CountedEntropy())


def rotate(path: Path) -> None:
    rotate_desk_key(path, clock=SimulatedClock(NOON), entropy=CountedEntropy())


def put_back(copy: Path, desk: Path) -> EpochOpened:
    return restore(copy, desk, clock=SimulatedClock(NOON), entropy=CountedEntropy()).opened


def judged(path: Path, *trusted: str) -> Verdict:
    """What a verifier says of the whole record, who trusts these keys of the desk."""
    service = open_desk(path)
    try:
        keys = tuple(parse_vkey(each) for each in trusted) or (OLD,)
        copy = JournalCopy(service.journal, lambda _: True)
        return audit_record(copy, Trust(keys=keys), complete=True)
    finally:
        service.close()


def kinds_of(path: Path) -> list[type]:
    service = open_desk(path)
    entries = [entry_from_row(row) for row in service.journal.read(0, service.journal.size())]
    service.close()
    return [type(each.content) for each in entries]


# ── the key is lost or stolen ─────────────────────────────────────────────────────────────────


def test_a_desk_whose_key_is_lost_goes_on_and_says_so_to_all(path: Path) -> None:
    size = at_work(path, "NORTH")
    known = HeadFile(path / "head").read()
    (path / "desk.key").unlink()
    begun = begin(path)
    assert known is not None
    assert begun.index == size
    assert begun.opened == EpochOpened(
        restored_size=size,
        restored_root=known.root,
        last_known_size=size,
        last_known_root=known.root,
        desk_key=begun.opened.desk_key,
        why=LOST,
    )
    service = open_desk(path)
    [row] = service.journal.read(size, size + 1)
    entry = entry_from_row(row)
    assert (entry.content, entry.readers) == (begun.opened, ("*",))
    assert service.read(lambda state: (state.epoch, set(state.parties))) == (1, {"EAST", "NORTH"})
    assert add_party(service, "SOUTH").exception() is None
    service.close()


def test_parties_keys_and_chains_go_on_into_the_new_epoch(path: Path) -> None:
    service, east = open_desk(path), Speaker("EAST")
    found(service, east, Speaker("WEST"))
    service.submit(east.sign("call-1", contact("EAST", "WEST"))).result()
    service.close()
    begin(path)
    again = open_desk(path)
    assert again.submit(east.sign("call-2", contact("EAST", "WEST"))).exception() is None
    again.close()


def test_whoever_trusts_the_new_key_is_told_that_nobody_vouches_for_it(path: Path) -> None:
    at_work(path)
    begun = begin(path, EpochReason.KEY_STOLEN)
    verdict = judged(path, begun.vkey)
    assert verdict.sound, verdict.faults
    [doubt] = [each for each in verdict.unproven if "same desk" in each]
    assert f"from entry {begun.index} on" in doubt
    assert "key was stolen" in doubt


def test_whoever_trusts_the_old_key_alone_is_not_led_to_the_new_one(path: Path) -> None:
    at_work(path)
    begin(path)
    assert [str(each.slug) for each in judged(path).faults] == ["checkpoint_forged"]


def test_a_new_epoch_cut_short_anywhere_starts_nothing_and_is_run_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = at_work(path)
    for stopped_before in ("_sealed", "_move_head", "put_in_place"):

        def stop(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(new_epoch, stopped_before, stop)
            with pytest.raises(KeyboardInterrupt):
                begin(path)
        with pytest.raises(Unavailable, match="ceremony new-epoch"):
            open_desk(path)
    assert begin(path).index == size
    assert kinds_of(path).count(EpochOpened) == 1


def test_the_key_that_stood_there_is_kept_and_never_written_over(path: Path) -> None:
    at_work(path)
    for _ in range(2):
        begin(path)
    kept = [load_private_key(path / f"desk.key.old-{n}") for n in (1, 2)]
    assert thumbprint(kept[0].public_key()) == thumbprint(DESK_KEY.public_key())
    assert len({thumbprint(each.public_key()) for each in kept}) == 2
    assert judged(path, begin(path).vkey).sound


def test_a_record_that_is_not_the_one_answered_for_gets_no_new_key(
    path: Path, tmp_path: Path
) -> None:
    at_work(path, "NORTH")
    head = (path / "head").read_bytes()
    forged = json.loads(head.split(b"}")[0] + b"}") | {"root": "f" * 64}
    (path / "head").unlink()
    with DeskDirectory(path) as directory:
        known = HeadFile(path / "head")
        assert known.read() is None
        directory.head.write(Head(**forged))
    with pytest.raises(Damaged, match="not the one answered for"):
        begin(path)


def test_a_desk_that_was_never_one_is_given_no_key(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="no record is there"):
        begin(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_machine_lost_with_its_key_is_put_back_from_a_backup_under_a_new_one(
    path: Path, tmp_path: Path
) -> None:
    at_work(path)
    reached = backup(path, tmp_path / "copy")
    size = at_work(path, "LOST")
    (tmp_path / "copy" / "desk.key").write_text("locked under a passphrase that nobody knows")
    begun = restore_under_new_key(
        tmp_path / "copy", path, LOST, clock=SimulatedClock(NOON), entropy=CountedEntropy()
    )
    assert (begun.opened.restored_size, begun.opened.last_known_size) == (reached.size, size)
    verdict = judged(path, begun.vkey)
    assert verdict.sound, verdict.faults
    assert any(f"entries {reached.size} to {size - 1}" in each for each in verdict.unproven)


def test_no_epoch_is_said_to_begin_with_a_key_that_the_desk_has_had(path: Path) -> None:
    at_work(path)
    service = open_desk(path)
    size = service.journal.size()
    named = EpochOpened(
        restored_size=size,
        restored_root="0" * 64,
        last_known_size=size,
        last_known_root="0" * 64,
        desk_key=PublicKey(**key_facts(DESK_KEY.public_key())),
    )
    assert isinstance(operate(service, "e-1", named).exception(), Malformed)
    service.close()


# ── a backup from before a rotation ───────────────────────────────────────────────────────────


def test_a_backup_from_before_a_rotation_is_put_back_and_the_old_key_hands_over_again(
    path: Path, tmp_path: Path
) -> None:
    at_work(path)
    backup(path, tmp_path / "copy")
    rotate(path)
    at_work(path, "LOST")
    new = note_key(ORIGIN, load_private_key(path / "desk.key"))
    put_back(tmp_path / "copy", path)
    assert kinds_of(path)[-2:] == [EpochOpened, DeskKeyRotated]
    assert note_key(ORIGIN, load_private_key(path / "desk.key")) == new
    at_work(path, "NORTH")
    verdict = judged(path)
    assert verdict.sound, verdict.faults
    assert any("the desk's old key hands over" in each for each in verdict.proven)


def test_a_backup_from_after_a_rotation_keeps_its_newer_key(path: Path, tmp_path: Path) -> None:
    at_work(path)
    backup(path, tmp_path / "before")
    rotate(path)
    at_work(path, "NORTH")
    backup(path, tmp_path / "after")
    (path / "desk.key").write_bytes((tmp_path / "before" / "desk.key").read_bytes())
    put_back(tmp_path / "after", path)
    assert (path / "desk.key").read_bytes() == (tmp_path / "after" / "desk.key").read_bytes()
    assert kinds_of(path)[-1] is EpochOpened
    assert judged(path).sound


def test_a_backup_put_back_over_a_key_that_cannot_be_read_names_the_way(
    path: Path, tmp_path: Path
) -> None:
    at_work(path)
    backup(path, tmp_path / "copy")
    stood = (path / "record.db").read_bytes()
    (path / "desk.key").write_text("no key")
    with pytest.raises(Unavailable, match=r"new-epoch.*--from"):
        put_back(tmp_path / "copy", path)
    assert (path / "record.db").read_bytes() == stood


def test_a_machine_lost_with_its_head_learns_from_others_how_much_is_missing(
    path: Path, tmp_path: Path
) -> None:
    at_work(path)
    reached = backup(path, tmp_path / "copy")
    service = open_desk(path)
    add_party(service, "LOST").result()
    seen = service.journal.checkpoint()
    size = stopped(service)
    clock = SimulatedClock(NOON)
    told = Seen(note=seen or b"")
    opened = restore(tmp_path / "copy", tmp_path / "new", clock=clock, seen=told).opened
    assert (opened.restored_size, opened.last_known_size) == (reached.size, size)
    tree = Checkpoint(origin=ORIGIN, size=99, root=bytes(32))
    by_a_stranger = sign_checkpoint(tree, Ed25519PrivateKey.from_private_bytes(b"s" * 32))
    with pytest.raises(Damaged, match="that others hold"):
        restore(tmp_path / "copy", tmp_path / "other", clock=clock, seen=Seen(note=by_a_stranger))
