"""Witnesses and mirrors killed at any moment: none goes back on its word, none loses its place."""

from __future__ import annotations

import os
import random
import subprocess
import threading
import time
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mirror_harness import earlier, standing_in
from openline import app
from openline.domain.party import PartyAdded, PartyKind
from openline.record.audit.verdict import audit_record
from openline.record.bundle import open_bundle
from openline.record.checkpoint import Checkpoint, sign_checkpoint
from openline.record.merkle import Tree, leaf_hash
from openline.record.note import note_key, render_vkey
from openline.record.tiles import consistency_from_tiles, tiles_of_growth
from openline.record.verify import main as verify
from openline.record.witnessing import AddCheckpoint, render_request
from openline.service import Service
from openline.witness.memory import Memory
from rest_harness import served
from witness_harness import COMMAND, witness

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

KILLS = int(os.environ.get("N", "4"))
ORIGIN = "desk.example/river"
DESK = Ed25519PrivateKey.from_private_bytes(b"d" * 32)
SIZE_MAX = 4_000


class Log:
    """Two histories of one record, which differ from the first entry on."""

    def __init__(self, words: str) -> None:
        self._tiles: dict[tuple[int, int], bytes] = {}
        self._hashes = [leaf_hash(f"{words} {at}".encode()) for at in range(SIZE_MAX)]
        for tile in tiles_of_growth(0, self._hashes, self._read):
            self._tiles[tile.level, tile.n] = tile.hashes

    def _read(self, level: int, n: int, width: int, /) -> bytes | None:
        return self._tiles.get((level, n))

    def root(self, size: int) -> bytes:
        tree = Tree()
        tree.extend(self._hashes[:size])
        return tree.root()

    def request(self, old: int, new: int) -> bytes:
        note = sign_checkpoint(Checkpoint(origin=ORIGIN, size=new, root=self.root(new)), DESK)
        proof = tuple(consistency_from_tiles(old, new, self._read))
        return render_request(AddCheckpoint(old_size=old, proof=proof, note=note))


def test_a_witness_killed_while_it_cosigns_never_goes_back_and_never_cosigns_a_fork(
    tmp_path: Path,
) -> None:
    true, fork, chance = Log("true"), Log("fork"), random.Random(7)
    options = ("--name", "east.example/w1", "--log", render_vkey(note_key(ORIGIN, DESK)))
    answered = 0
    for _ in range(KILLS):
        program = witness(tmp_path, *options)
        killer = threading.Timer(chance.uniform(0.0, 0.5), program.process.kill)
        try:
            held = program.http.post("/add-checkpoint", content=true.request(0, 1))
            size = int(held.text) if held.status_code == 409 else 1
            assert size >= answered
            answered = size
            killer.start()  # from here on it works, however slowly it began
            while True:
                forked = program.http.post("/add-checkpoint", content=fork.request(size, size + 1))
                assert forked.status_code in (409, 422)
                done = program.http.post("/add-checkpoint", content=true.request(size, size + 1))
                assert done.status_code == 200
                size = answered = size + 1
        except httpx.HTTPError:
            pass  # killed
        finally:
            killer.cancel()
            program.kill()
    memory = Memory(tmp_path / "witness.db")
    kept = memory.find(ORIGIN)
    memory.close()
    assert kept is not None
    assert kept.seen.size >= answered > 0
    assert kept.seen.root == true.root(kept.seen.size)


def test_a_mirror_killed_while_it_copies_goes_on_and_verifies_at_every_moment(
    tmp_path: Path,
) -> None:
    chance = random.Random(11)
    with served(tmp_path) as desk:
        add_parties(desk.service, range(900))
        mirror = tmp_path / "mirror"
        command = [
            *COMMAND,
            *("mirror", desk.url, str(mirror)),
            *("--key", str(desk.keys / "WEST-TAC.duty.key"), "--position", "WEST-TAC.duty"),
            *("--vkey", render_vkey(desk.vkey())),
        ]
        for _ in range(KILLS):
            kill_while_it_copies(command, mirror, chance.randrange(20, 200))
        subprocess.run(command, check=True, capture_output=True)
        # Then it has a checkpoint, and is killed while it copies what came after.
        for round_ in range(KILLS // 2):
            add_parties(desk.service, range(900 + 150 * round_, 1_050 + 150 * round_))
            kill_while_it_copies(command, mirror, chance.randrange(10, 140))
        subprocess.run(command, check=True, capture_output=True)
        with open_bundle(mirror) as bundle:
            verdict = audit_record(bundle, bundle.trust())
        assert verdict.sound, verdict.faults
        assert verdict.size == desk.service.journal.size()


def test_a_mirror_killed_while_it_copies_forgets_nothing_that_its_keeper_kept(
    tmp_path: Path,
) -> None:
    with served(tmp_path) as desk:
        add_parties(desk.service, range(300))
        fork = earlier(desk, tmp_path / "fork")
        add_parties(desk.service, range(300, 900))
        note = desk.service.journal.checkpoint()
        assert note is not None
        (tmp_path / "kept.checkpoint").write_bytes(note)
        mirror, position = tmp_path / "mirror", "WEST-TAC.duty"
        options = ["--key", str(desk.keys / f"{position}.key"), "--position", position]
        options += ["--vkey", render_vkey(desk.vkey())]
        named = ["--earlier", str(tmp_path / "kept.checkpoint")]
        command = [*COMMAND, "mirror", desk.url, str(mirror), *options]
        kill_while_it_copies(command + named, mirror, 50)
        assert not (mirror / "checkpoint").exists()
        with standing_in(desk, fork, lambda fork: add_parties(fork, range(1_000, 1_700))) as url:
            forked = [*COMMAND, "mirror", url, str(mirror), *options]
            assert subprocess.run(forked, capture_output=True, check=False).returncode == 3
        assert not (mirror / "checkpoint").exists()
        subprocess.run(command, check=True, capture_output=True)
        assert verify([str(mirror)]) == 0


def add_parties(service: Service, numbers: range) -> None:
    for n in numbers:
        app.operate(service, f"p-{n}", PartyAdded(party=f"P-{n}", kind=PartyKind.FORCE))


def kill_while_it_copies(command: list[str], mirror: Path, after: int) -> None:
    """Kills it once it has written so many more entries, and judges what is there then."""
    wanted = len(list(mirror.glob("entries/*"))) + after
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    ends_s = time.monotonic() + 30
    while started.poll() is None and time.monotonic() < ends_s:
        if len(list(mirror.glob("entries/*"))) >= wanted:
            started.kill()
        time.sleep(0.002)
    started.kill()
    started.wait()
    if (mirror / "checkpoint").exists():
        assert verify([str(mirror)]) == 0
