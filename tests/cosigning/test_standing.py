"""What was noted of the witnesses, read again: a proof is one only by a key that holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openline import app
from openline.cosigning.agreed import desk_keys_of
from openline.cosigning.standing import (
    Standing,
    WitnessStanding,
    standing_of,
    why_halted,
    write_standing,
)
from openline.record.checkpoint import Checkpoint, sign_checkpoint
from openline.record.note import note_key
from openline.service import Halted
from service_harness import DESK_KEY, ORIGIN, add_party, found, make_desk, open_desk

OWN = [note_key(ORIGIN, DESK_KEY)]
FORMER = Ed25519PrivateKey.from_private_bytes(b"f" * 32)


def refusing(name: str, key: Ed25519PrivateKey) -> WitnessStanding:
    note = sign_checkpoint(Checkpoint(origin=ORIGIN, size=99, root=b"r" * 32), key)
    return WitnessStanding(
        name=name, key_name=f"{name}/w1", contradicts=note.decode(), why="forked"
    )


def noted(path: Path, *witnesses: WitnessStanding) -> None:
    write_standing(path, Standing(witnesses=witnesses, halted=why_halted(witnesses)))


def test_of_two_proofs_the_one_by_a_former_key_is_dropped_and_the_other_named(tmp_path):
    noted(tmp_path, refusing("EAST", FORMER), refusing("WEST", DESK_KEY))
    standing = standing_of(tmp_path, OWN)
    assert [bool(each.contradicts) for each in standing.witnesses] == [False, True]
    assert standing.halted is not None
    assert "WEST" in standing.halted


def test_a_proof_that_is_spoilt_in_the_file_goes_on_to_halt(tmp_path):
    proof = refusing("EAST", DESK_KEY)
    noted(tmp_path, WitnessStanding(name="EAST", key_name="w", contradicts=proof.contradicts[:-9]))
    assert standing_of(tmp_path, OWN).halted is not None


@pytest.mark.parametrize(("key", "is_halted"), [(DESK_KEY, True), (FORMER, False)])
def test_a_desk_starts_halted_by_a_proof_only_if_a_key_that_holds_signed_it(
    tmp_path, key, is_halted
):
    path = make_desk(tmp_path / "desk")
    service = open_desk(path)
    found(service)
    service.close()
    noted(path, refusing("EAST", key))
    with app.desk_at(
        path, halted=lambda desk: standing_of(path, desk.read(desk_keys_of)).halted
    ) as desk:
        assert (desk.why_halted is not None) == is_halted
        if is_halted:
            with pytest.raises(Halted):
                add_party(desk, "NORTH").result()
        else:
            add_party(desk, "NORTH").result()
