"""A byte of the database flips: found at the start or by reading back, or of no consequence."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from openline.desk.state import digest_of
from openline.domain.errors import Unavailable
from openline.record.tiles import tree_from_tiles
from openline.service import Service
from service_harness import Speaker, contact, found, open_desk


def said(path: Path) -> tuple[str, bytes]:
    service = open_desk(path)
    east = Speaker("EAST")
    found(service, east, Speaker("WEST"))
    for at in range(30):
        service.submit(east.sign(f"call-{at}", contact("EAST", "WEST"))).result()
    whole = what_it_holds(service)
    service.close()
    return whole


def what_it_holds(service: Service) -> tuple[str, bytes]:
    return (
        service.read(digest_of),
        tree_from_tiles(service.journal.size(), service.journal.tile).root(),
    )


def test_a_flipped_byte_never_makes_another_truth(path: Path, times: int) -> None:
    """Free space and indices hold bytes that mean nothing; all others are caught by a replay."""
    whole = said(path)
    shutil.rmtree(path / "snapshots")
    database = path / "record.db"
    kept, head = database.read_bytes(), (path / "head").read_bytes()
    chance = random.Random(2017)
    caught = 0
    for _ in range(times * 5):
        flipped = bytearray(kept)
        flipped[chance.randrange(len(kept))] ^= 1 << chance.randrange(8)
        database.write_bytes(bytes(flipped))
        try:
            service = open_desk(path)
        except Unavailable:
            caught += 1
        else:
            assert what_it_holds(service) == whole
            service.close()
        for left in path.glob("record.db-*"):
            left.unlink()
        (path / "head").write_bytes(head)
        shutil.rmtree(path / "snapshots", ignore_errors=True)
    assert caught
