"""A new epoch under a key that nobody vouched for, as a mirror and the desk's witnesses see it."""

from __future__ import annotations

import pytest

from mirror_harness import add_parties, earlier, held_at, judged, source_of, standing_in
from openline.domain.party import EpochReason
from openline.mirror.copying import Copying, Spoilt
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
