"""A new epoch under a key that nobody vouched for, as a mirror and the desk's witnesses see it."""

from __future__ import annotations

import pytest

from mirror_harness import (
    add_parties,
    earlier,
    held_at,
    judged,
    source_of,
    standing_in,
    working,
)
from openline.desk_key import rotate_desk_key
from openline.domain.party import EpochReason
from openline.mirror.copying import Copying
from openline.mirror.held import HeldCopy
from openline.mirror.refusing import RecordRefused
from openline.mirror.source import Spoilt
from openline.new_epoch import begin_new_epoch
from openline.record.note import parse_vkey
from openline.service import SystemClock


def test_a_mirror_follows_into_a_new_epoch_only_when_its_keeper_gives_it_the_new_key(
    desk, key, tmp_path
):
    copy = earlier(desk, tmp_path / "desk")
    with held_at(tmp_path / "m", key) as held:
        size = Copying(held, source_of(desk)).follow()
        begun = begin_new_epoch(copy, EpochReason.KEY_STOLEN, clock=SystemClock())
        with (
            standing_in(desk, copy, lambda desk: add_parties(desk, 2)) as url,
            pytest.raises(Spoilt, match=r"begun a new epoch.*--vkey"),
        ):
            Copying(held, source_of(desk, url)).follow()
        assert (held.size, held.keys) == (size, (key,))
    with (
        held_at(tmp_path / "m", parse_vkey(begun.vkey)) as held,
        standing_in(desk, copy, lambda desk: add_parties(desk, 3)) as url,
    ):
        assert Copying(held, source_of(desk, url)).follow() > size
    verdict = judged(tmp_path / "m")
    assert verdict.sound, verdict.faults
    assert any("key was stolen" in each for each in verdict.unproven)
    assert any(f"The first {begun.index} entries here are" in each for each in verdict.proven)


@pytest.mark.parametrize("held_before", ["up to the loss", "the epoch"])
def test_a_thief_of_the_old_key_is_followed_nowhere_once_the_new_one_is_held(
    desk, key, tmp_path, held_before
):
    copy, thief = (earlier(desk, tmp_path / name) for name in ("desk", "thief"))
    with held_at(tmp_path / "m", key) as held:
        size = Copying(held, source_of(desk)).follow()
    begun = begin_new_epoch(copy, EpochReason.KEY_STOLEN, clock=SystemClock())
    with held_at(tmp_path / "m", parse_vkey(begun.vkey)) as held:
        if held_before == "the epoch":
            with standing_in(desk, copy, lambda desk: add_parties(desk, 1)) as url:
                size = Copying(held, source_of(desk, url)).follow()
        with (
            standing_in(desk, thief, lambda fork: add_parties(fork, 9)) as url,
            pytest.raises(Spoilt, match="a newer one is held here"),
        ):
            Copying(held, source_of(desk, url)).follow()
        assert held.size == size
        assert held.read("evidence") is None
        with standing_in(desk, copy, lambda desk: add_parties(desk, 1)) as url:
            assert Copying(held, source_of(desk, url)).follow() > size
    # Given once more, as in the command that starts it each day, the old key is no newer for that.
    with held_at(tmp_path / "m", key) as held:
        assert held.keys_in_force == (parse_vkey(begun.vkey),)
    assert judged(tmp_path / "m").sound


def test_a_thief_hands_the_old_key_over_to_nobody_once_the_new_one_is_held(desk, key, tmp_path):
    copy, thief = (earlier(desk, tmp_path / name) for name in ("desk", "thief"))
    with held_at(tmp_path / "m", key) as held:
        size = Copying(held, source_of(desk)).follow()
    new = parse_vkey(begin_new_epoch(copy, EpochReason.KEY_STOLEN, clock=SystemClock()).vkey)
    rotate_desk_key(thief, clock=SystemClock())
    with held_at(tmp_path / "m", new) as held:
        with (
            standing_in(desk, thief, lambda fork: add_parties(fork, 3)) as url,
            pytest.raises(Spoilt, match="No key held here"),
        ):
            Copying(held, source_of(desk, url)).follow()
        assert (held.size, held.keys) == (size, (key, new))


def test_after_an_ordinary_rotation_the_old_key_counts_no_more_at_a_mirror(desk, key, tmp_path):
    copy, thief = (earlier(desk, tmp_path / name) for name in ("desk", "thief"))
    rotate_desk_key(copy, clock=SystemClock())
    with held_at(tmp_path / "m", key) as held:
        with standing_in(desk, copy, lambda desk: add_parties(desk, 1)) as url:
            size = Copying(held, source_of(desk, url)).follow()
        with (
            standing_in(desk, thief, lambda fork: add_parties(fork, 9)) as url,
            pytest.raises(Spoilt, match="counts no more"),
        ):
            Copying(held, source_of(desk, url)).follow()
        assert held.size == size


def test_a_mirror_that_cosigns_takes_nothing_by_an_older_key(desk, key, tmp_path):
    copy = earlier(desk, tmp_path / "desk")
    new = parse_vkey(begin_new_epoch(copy, EpochReason.KEY_STOLEN, clock=SystemClock()).vkey)
    with working(desk, key, tmp_path) as mirror:
        assert mirror.cosigner.identity.memory.logs() == (key,)
    HeldCopy(tmp_path / "m", [new]).close()
    with working(desk, key, tmp_path) as mirror:
        assert mirror.cosigner.identity.memory.logs() == (new,)


def test_what_a_thief_had_copied_before_the_new_key_was_held_proves_nothing_against_the_desk(
    desk, key, tmp_path
):
    copy, thief = (earlier(desk, tmp_path / name) for name in ("desk", "thief"))
    with (
        held_at(tmp_path / "m", key) as held,
        standing_in(desk, thief, lambda fork: add_parties(fork, 2)) as url,
    ):
        Copying(held, source_of(desk, url)).follow()
    new = parse_vkey(begin_new_epoch(copy, EpochReason.KEY_STOLEN, clock=SystemClock()).vkey)
    with (
        held_at(tmp_path / "m", new) as held,
        standing_in(desk, copy, lambda desk: add_parties(desk, 3)) as url,
        pytest.raises(RecordRefused, match="may be the thief's") as refused,
    ):
        Copying(held, source_of(desk, url)).follow()
    assert not refused.value.proven
