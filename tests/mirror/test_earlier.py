"""What a mirror's keeper kept from before: nothing is taken that does not go on from it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mirror_harness import (
    Failing,
    add_parties,
    desk_path,
    earlier,
    held_at,
    judged,
    request_of,
    source_of,
    standing_in,
    working,
)
from openline import app
from openline.backup import restore
from openline.desk_key import rotate_desk_key
from openline.domain.errors import Malformed, Unavailable
from openline.domain.party import EpochOpened, EpochReason
from openline.mirror.copying import Copying
from openline.mirror.earlier import Earlier
from openline.mirror.refusing import RecordRefused
from openline.new_epoch import begin_new_epoch
from openline.record.bundle import Bundle, open_bundle
from openline.record.checkpoint import Checkpoint, sign_checkpoint
from openline.record.errors import OtherSize
from openline.record.merkle import EMPTY_ROOT
from openline.record.note import parse_vkey, render_vkey
from openline.record.verify import main as verify
from openline.service import Service, SystemClock
from rest_harness import plan
from witness_harness import COMMAND

CLOCK = SystemClock()


def checkpoint_at(path: Path) -> Earlier:
    """What the desk of that directory had signed last."""
    with app.desk_at(path) as service:
        note = service.journal.checkpoint()
    assert note is not None
    return Earlier(name="kept.checkpoint", note=note)


def copy_at(path: Path) -> Earlier:
    with open_bundle(path) as bundle:
        note = bundle.checkpoint()
    assert note is not None
    assert isinstance(bundle, Bundle)
    return Earlier(name=str(path), note=note, copy=bundle)


def followed(to: Path, desk, url: str, *keys, **more) -> int:
    with held_at(to, *keys) as held:
        return Copying(held, source_of(desk, url), **more).follow()


@pytest.fixture
def grown(desk, tmp_path):
    """A copy of the desk that has gone on by four parties, and the copy before: its backup."""
    before, after = (earlier(desk, tmp_path / name) for name in ("before", "after"))
    with app.desk_at(after) as service:
        add_parties(service, 4)
    return before, after


def test_a_record_that_goes_on_from_what_was_kept_is_taken_and_proves_it(
    desk, key, tmp_path, grown, capsys
):
    kept = checkpoint_at(grown[0])
    with standing_in(desk, grown[1], lambda _: None) as url:
        followed(tmp_path / "m", desk, url, key, earlier=[kept])
    assert verify([str(tmp_path / "m")]) == 0
    assert "is how this one begins" in capsys.readouterr().out


def test_a_fork_of_what_was_kept_is_refused_before_anything_is_taken(desk, key, tmp_path, grown):
    kept = checkpoint_at(grown[1])
    with held_at(tmp_path / "m", key) as held:
        with standing_in(desk, grown[0], lambda fork: add_parties(fork, 9)) as url:
            source = Failing(source_of(desk, url), 0)
            with pytest.raises(RecordRefused, match=r"REWRITTEN.*kept\.checkpoint") as refused:
                Copying(held, source, earlier=[kept]).follow()
        assert (held.size, source.asked, refused.value.proven) == (0, [], True)
    assert refused.value.evidence is not None
    faults = {fault.slug for fault in judged(refused.value.evidence).faults}
    assert faults == {"old_entry_edited"}


def test_a_record_wound_back_to_before_what_was_kept_is_refused(desk, key, tmp_path, grown):
    kept = checkpoint_at(grown[1])
    with held_at(tmp_path / "m", key) as held:
        with standing_in(desk, grown[0], lambda _: None) as url:
            source = Failing(source_of(desk, url), 0)
            with pytest.raises(RecordRefused, match=r"REWOUND.*kept\.checkpoint") as refused:
                Copying(held, source, earlier=[kept]).follow()
        assert (held.size, source.asked, refused.value.proven) == (0, [], False)
    assert refused.value.evidence is not None
    faults = {fault.slug for fault in judged(refused.value.evidence).faults}
    assert faults == {"entries_withheld"}


@pytest.mark.parametrize("questions", [0, 2])
def test_what_was_kept_is_not_forgotten_by_a_stop_and_needs_naming_once(
    desk, key, tmp_path, grown, questions
):
    kept = checkpoint_at(grown[1])
    with standing_in(desk, grown[1], lambda _: None) as url:
        failing = Failing(source_of(desk, url), questions)
        with held_at(tmp_path / "m", key) as held, pytest.raises(Unavailable, match="gone"):
            Copying(held, failing, at_once=4, earlier=[kept]).follow()
    with (
        standing_in(desk, grown[0], lambda fork: add_parties(fork, 9)) as url,
        pytest.raises(RecordRefused, match="REWRITTEN"),
    ):
        followed(tmp_path / "m", desk, url)
    with standing_in(desk, grown[1], lambda _: None) as url:
        assert followed(tmp_path / "m", desk, url)
    assert judged(tmp_path / "m").sound


def test_what_is_held_already_is_held_against_what_is_named_later(desk, key, tmp_path, grown):
    kept = checkpoint_at(grown[1])
    with standing_in(desk, grown[0], lambda fork: add_parties(fork, 9)) as url:
        size = followed(tmp_path / "m", desk, url, key)
        with held_at(tmp_path / "m") as held:
            with pytest.raises(RecordRefused, match="REWRITTEN"):
                Copying(held, source_of(desk, url), earlier=[kept]).follow()
            assert held.size == size


def test_a_checkpoint_by_a_key_that_was_handed_over_since_counts(desk, key, tmp_path, grown):
    true, false = checkpoint_at(grown[0]), checkpoint_at(grown[1])
    new = parse_vkey(rotate_desk_key(grown[0], clock=CLOCK))
    with standing_in(desk, grown[0], lambda _: None) as url:
        followed(tmp_path / "m", desk, url, new, earlier=[true])
    assert judged(tmp_path / "m").sound
    # Beyond the entry that hands it over the old key counts only for whoever names it.
    with standing_in(desk, grown[0], lambda desk: add_parties(desk, 9)) as url:
        with pytest.raises(Malformed, match="--vkey OLD --vkey NEW"):
            followed(tmp_path / "n", desk, url, new, earlier=[false])
        with pytest.raises(RecordRefused, match="REWRITTEN") as refused:
            followed(tmp_path / "o", desk, url, key, new, earlier=[false])
    assert refused.value.evidence is not None
    faults = {fault.slug for fault in judged(refused.value.evidence).faults}
    assert faults == {"old_entry_edited"}


def test_after_a_new_epoch_the_old_key_has_to_be_given_too(desk, key, tmp_path, grown):
    kept = checkpoint_at(grown[0])
    new = parse_vkey(begin_new_epoch(grown[0], EpochReason.KEY_STOLEN, clock=CLOCK).vkey)
    with standing_in(desk, grown[0], lambda desk: add_parties(desk, 1)) as url:
        with pytest.raises(Malformed, match="--vkey OLD --vkey NEW"):
            followed(tmp_path / "m", desk, url, new, earlier=[kept])
        # It changed nothing: without it, or with both keys, the copy is made.
        followed(tmp_path / "m", desk, url)
        followed(tmp_path / "n", desk, url, key, new, earlier=[kept])
    assert judged(tmp_path / "m").sound
    assert judged(tmp_path / "n").sound


@pytest.fixture
def lost(desk, key, tmp_path, grown):
    """What an older mirror holds of a desk that was then put back to before, and says so."""
    before, after = grown
    with standing_in(desk, after, lambda _: None) as url:
        followed(tmp_path / "old", desk, url, key)
    restore(before, after, clock=CLOCK)
    return copy_at(tmp_path / "old"), after


def test_beside_a_copy_of_what_was_lost_the_record_is_taken_up_anew(
    desk, key, tmp_path, lost, capsys
):
    kept, restored = lost
    with (
        standing_in(desk, restored, lambda desk: add_parties(desk, 9)) as url,
        held_at(tmp_path / "m", key) as held,
    ):
        copying = Copying(held, source_of(desk, url), earlier=[kept])
        copying.follow()
        assert any("is the same record up to entry" in each for each in copying.said_of_earlier)
        assert Copying(held, source_of(desk, url)).follow() == held.size
    assert judged(tmp_path / "m").sound
    assert verify([str(tmp_path / "m"), "--earlier", str(tmp_path / "old")]) == 0


def test_of_a_loss_a_checkpoint_alone_does_not_tell_and_a_copy_is_asked_for(
    desk, key, tmp_path, lost
):
    kept, restored = lost
    alone = Earlier(name="kept.checkpoint", note=kept.note)
    with standing_in(desk, restored, lambda desk: add_parties(desk, 9)) as url:
        with pytest.raises(RecordRefused, match="give a whole copy of them"):
            followed(tmp_path / "m", desk, url, key, earlier=[alone])
        # It is remembered, until the copy is given in its place.
        with pytest.raises(RecordRefused):
            followed(tmp_path / "m", desk, url)
        followed(tmp_path / "m", desk, url, earlier=[kept])
        followed(tmp_path / "m", desk, url)
    assert judged(tmp_path / "m").sound


def test_a_loss_excuses_no_edit_before_it(desk, key, tmp_path, grown):
    with standing_in(desk, grown[1], lambda _: None) as url:
        followed(tmp_path / "old", desk, url, key)
    # Another history from the backup on, then a loss of what came last of that one.
    other = earlier(desk, tmp_path / "other")
    with app.desk_at(other) as service:
        add_parties(service, 1)
    backup_of_other = tmp_path / "backup"
    shutil.copytree(other, backup_of_other)
    with app.desk_at(other) as service:
        add_parties(service, 6)
    restore(backup_of_other, other, clock=CLOCK)
    with (
        standing_in(desk, other, lambda desk: add_parties(desk, 9)) as url,
        held_at(tmp_path / "m", key) as held,
    ):
        with pytest.raises(RecordRefused, match="REWRITTEN") as refused:
            Copying(held, source_of(desk, url), earlier=[copy_at(tmp_path / "old")]).follow()
        assert held.size == 0
    assert refused.value.evidence is not None
    assert not judged(refused.value.evidence).sound


def test_an_epoch_that_misstates_what_was_put_back_excuses_no_loss(desk, key, tmp_path, grown):
    with standing_in(desk, grown[1], lambda _: None) as url:
        followed(tmp_path / "old", desk, url, key)

    size = desk.service.journal.size()

    def misstate(service: Service) -> None:
        opened = EpochOpened(
            restored_size=size,
            restored_root="a" * 64,
            last_known_size=size + 100,
            last_known_root="b" * 64,
        )
        app.operate(service, "misstated", opened)

    with (
        standing_in(desk, grown[0], misstate) as url,
        pytest.raises(RecordRefused, match="what was put back is not what stands here"),
    ):
        followed(tmp_path / "m", desk, url, key, earlier=[copy_at(tmp_path / "old")])


def test_what_is_no_checkpoint_of_this_record_is_refused_and_changes_nothing(
    desk, key, tmp_path, river_note
):
    for note, why in ((b"junk", "note"), (river_note, "a checkpoint of")):
        with held_at(tmp_path / "m", key) as held:
            with pytest.raises(Malformed, match=why):
                Copying(held, source_of(desk), earlier=[Earlier(name="kept", note=note)])
            assert not (tmp_path / "m" / "checkpoints").exists()


@pytest.fixture
def river_note(tmp_path) -> bytes:
    """A checkpoint of another record."""
    other = Checkpoint(origin="other.example/river", size=0, root=EMPTY_ROOT)
    return sign_checkpoint(other, Ed25519PrivateKey.generate())


def test_the_witness_of_an_old_mirror_goes_on_with_the_new_one_once_it_is_told_to_forget(
    desk, key, tmp_path, grown
):
    before, after = grown
    with app.desk_at(after) as service:
        lost = request_of(service)
    with standing_in(desk, after, lambda _: None) as url:
        with working(desk, key, tmp_path, source_of(desk, url)) as mirror:
            mirror.cosigner.cosign(lost)
        (tmp_path / "m").rename(tmp_path / "old")
    restore(before, after, clock=CLOCK)
    with app.desk_at(after) as service:
        add_parties(service, 9)
        restored = request_of(service)
    with (
        standing_in(desk, after, lambda _: None) as url,
        working(desk, key, tmp_path, source_of(desk, url)) as mirror,
    ):
        with pytest.raises(OtherSize):
            mirror.cosigner.cosign(restored)
        mirror.cosigner.identity.memory.forget(key.name, 1)
        assert mirror.cosigner.cosign(restored)


@pytest.mark.long
def test_the_command_refuses_a_fork_of_what_was_kept_with_status_3(desk, key, tmp_path, grown):
    desk.said("EAST", "/v1/plans", **plan("P-kept", 20.0, 14.0))
    note = desk.service.journal.checkpoint()
    (tmp_path / "kept.checkpoint").write_bytes(note)
    position = "WEST-TAC.duty"
    options = ["--key", desk.keys / f"{position}.key", "--position", position]
    options += ["--vkey", render_vkey(key), "--earlier", tmp_path / "kept.checkpoint"]

    def mirror(url: str) -> subprocess.CompletedProcess[str]:
        command = [*COMMAND, "mirror", url, str(tmp_path / "m"), *map(str, options)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    with standing_in(desk, grown[0], lambda fork: add_parties(fork, 9)) as url:
        done = mirror(url)
    assert done.returncode == 3, done.stderr
    assert "REWRITTEN" in done.stderr
    assert mirror(desk.url).returncode == 0
    assert desk_path(desk).exists()
