"""A witness as a program: it remembers before it answers, and cosigns one history only."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openline.domain.errors import Malformed, Unavailable, UnknownThing
from openline.record.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from openline.record.errors import BeginsOtherwise, Forked, OtherSize, ProofFails, UnknownSigner
from openline.record.merkle import Tree, leaf_hash
from openline.record.note import NoteSignature, note_key, parse_note, parse_vkey, render_vkey
from openline.record.tiles import consistency_from_tiles, tiles_of_growth
from openline.record.witnessing import (
    AddCheckpoint,
    parse_request,
    render_request,
    take_cosignature,
    with_cosignatures,
)
from openline.witness import memory as memory_module
from openline.witness.cosigner import Cosigner
from openline.witness.memory import EVIDENCE_MAX, Memory, open_identity
from openline.witness.server import SIZE_TYPE, origin_hash
from witness_harness import COMMAND, Running, witness

ORIGIN = "desk.example/river"
DESK = Ed25519PrivateKey.from_private_bytes(b"d" * 32)
DESK_VKEY = render_vkey(note_key(ORIGIN, DESK))


class Log:
    """A record of so many leaves, signed at any size."""

    def __init__(self, words: str = "leaf", key: Ed25519PrivateKey = DESK) -> None:
        self.words, self.key = words, key

    def request(self, old: int, new: int, origin: str = ORIGIN) -> bytes:
        hashes = [leaf_hash(f"{self.words} {at}".encode()) for at in range(new)]
        tiles: dict[tuple[int, int], bytes] = {}

        def read(level: int, n: int, width: int, /) -> bytes | None:
            return tiles.get((level, n))

        for tile in tiles_of_growth(0, hashes, read):
            tiles[tile.level, tile.n] = tile.hashes
        tree = Tree()
        tree.extend(hashes)
        checkpoint = Checkpoint(origin=origin, size=new, root=tree.root())
        note = sign_checkpoint(checkpoint, self.key)
        proof = tuple(consistency_from_tiles(old, new, read)) if old <= new else ()
        return render_request(AddCheckpoint(old_size=old, proof=proof, note=note))


@pytest.fixture
def started(tmp_path):
    """Starts witnesses in one directory, and ends whichever still run."""
    runs: list[Running] = []

    def start(*more: object) -> Running:
        runs.append(witness(tmp_path / "w", *more))
        return runs[-1]

    yield start
    for each in runs:
        each.end()


def ask(program: Running, body: bytes) -> tuple[int, str]:
    answer = program.http.post("/add-checkpoint", content=body)
    return answer.status_code, answer.text


NEW = ("--name", "east.example/w1", "--log", DESK_VKEY)


@pytest.mark.long
def test_a_witness_cosigns_what_goes_on_and_remembers_over_a_kill(started):
    program = started(*NEW)
    key = parse_vkey(program.vkey)
    status, answer = ask(program, Log().request(0, 5))
    assert status == 200
    body = Log().request(0, 5)
    note = body.partition(b"\n\n")[2]
    signature = take_cosignature(note, answer.encode(), key)
    signed = open_checkpoint(with_cosignatures(note, [signature]), [parse_vkey(DESK_VKEY), key])
    assert [each.key for each in signed.witnessed_by] == [key]
    program.kill()
    again = started()
    assert again.vkey == program.vkey
    assert "cosigned up to 5 entries" in again.told
    assert ask(again, Log().request(0, 9)) == (409, "5\n")
    assert ask(again, Log().request(5, 9))[0] == 200
    served = again.http.get(f"/{origin_hash(ORIGIN)}/checkpoint")
    latest = open_checkpoint(served.content, [parse_vkey(DESK_VKEY), key])
    assert (latest.checkpoint.size, len(latest.witnessed_by)) == (9, 1)


def test_forks_rewinds_and_strangers_are_answered_as_the_specification_says(started):
    program = started(*NEW)
    assert ask(program, Log().request(0, 8))[0] == 200
    conflict = program.http.post("/add-checkpoint", content=Log().request(0, 12))
    assert conflict.headers["content-type"].partition(";")[0] == SIZE_TYPE
    forked = Log("another")
    answers = {
        "rewound": ask(program, Log().request(3, 3)),
        "forked at its size": ask(program, forked.request(8, 8)),
        "forked beyond": ask(program, forked.request(8, 12))[0],
        "smaller than it goes on from": ask(program, Log().request(9, 3))[0],
        "no request": ask(program, b"old\n")[0],
        "of another record": ask(program, Log().request(0, 3, "elsewhere.example"))[0],
        "of another key": ask(program, Log(key=Ed25519PrivateKey.generate()).request(8, 9))[0],
        "flipped byte": ask(program, Log().request(8, 9).replace(b"river\n9", b"river\n8"))[0],
        "too long": ask(program, b"old 0\n\n" + b"x" * 400_000)[0],
    }
    assert answers == {
        "rewound": (409, "8\n"),
        "forked at its size": (409, "8\n"),
        "forked beyond": 422,
        "smaller than it goes on from": 400,
        "no request": 400,
        "of another record": 404,
        "of another key": 403,
        "flipped byte": 403,
        "too long": 413,
    }
    assert ask(program, Log().request(8, 9))[0] == 200


@pytest.mark.long
def test_what_was_refused_as_a_fork_can_be_taken_out_as_evidence(started, tmp_path):
    program = started(*NEW)
    assert ask(program, Log().request(0, 8))[0] == 200
    assert ask(program, Log("another").request(8, 12))[0] == 422
    program.end()
    command = [*COMMAND, "witness", tmp_path / "w", "--evidence", tmp_path / "out"]
    subprocess.run(command, check=True, capture_output=True)
    note = (tmp_path / "out" / "0.checkpoint").read_bytes()
    assert open_checkpoint(note, [parse_vkey(DESK_VKEY)]).checkpoint.size == 12
    assert "from 8" in (tmp_path / "out" / "0.txt").read_text()


def test_of_many_who_ask_at_once_none_takes_the_witness_back(tmp_path):
    identity = open_identity(tmp_path, "east.example/w1")
    identity.memory.watch(parse_vkey(DESK_VKEY))
    second = open_identity(tmp_path, None)
    cosigners = [
        Cosigner(identity=each, now_s=lambda: 1_700_000_000.0) for each in (identity, second)
    ]
    requests = [parse_request(Log().request(0, size)) for size in range(1, 25)]
    cosigned: list[int] = []

    def work(at: int) -> None:
        try:
            cosigners[at % 2].cosign(requests[at])
            cosigned.append(at + 1)
        except OtherSize:
            pass

    threads = [threading.Thread(target=work, args=(at,)) for at in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(cosigned) == 1
    held = identity.memory.find(ORIGIN)
    assert held is not None
    assert held.seen.size == cosigned[0]


def test_a_witness_whose_memory_is_lost_does_not_start_under_its_key(tmp_path):
    open_identity(tmp_path, "east.example/w1").memory.close()
    for path in tmp_path.glob("witness.db*"):
        path.unlink()
    with pytest.raises(Unavailable, match="could cosign a fork"):
        open_identity(tmp_path, "east.example/w1")


def test_a_new_witness_needs_a_name_and_keeps_it(tmp_path: Path):
    with pytest.raises(Malformed, match="--name"):
        open_identity(tmp_path / "none", None)
    open_identity(tmp_path, "east.example/w1").memory.close()
    with pytest.raises(Malformed, match=r"east\.example/w1"):
        open_identity(tmp_path, "other.example/w1")


def test_a_clock_set_back_cosigns_nothing(tmp_path):
    identity = open_identity(tmp_path, "east.example/w1")
    identity.memory.watch(parse_vkey(DESK_VKEY))
    Cosigner(identity=identity, now_s=lambda: 2_000.0).cosign(parse_request(Log().request(0, 5)))
    with pytest.raises(Unavailable, match="clock"):
        Cosigner(identity=identity, now_s=lambda: 1_000.0).cosign(
            parse_request(Log().request(5, 6))
        )


def with_rows(body: bytes, count: int, salt: int = 0, *, proof: bytes | None = None) -> bytes:
    """The request with rows under its checkpoint that anybody could add, and perhaps this proof."""
    request = parse_request(body)
    key_id = salt.to_bytes(4, "big")
    rows = (
        NoteSignature(name=f"n{at}.example", key_id=key_id, signature=b"x" * 64)
        for at in range(count)
    )
    note = with_cosignatures(request.note, rows)
    hashes = request.proof if proof is None else (proof,)
    return render_request(AddCheckpoint(old_size=request.old_size, proof=hashes, note=note))


@pytest.fixture
def cosigner(tmp_path: Path) -> Iterator[Cosigner]:
    """A witness that watches the record."""
    identity = open_identity(tmp_path, "east.example/w1")
    identity.memory.watch(parse_vkey(DESK_VKEY))
    yield Cosigner(identity=identity, now_s=lambda: 1_000.0)
    identity.memory.close()


NEWER = Ed25519PrivateKey.from_private_bytes(b"e" * 32)
NEWER_KEY = note_key(ORIGIN, NEWER)


def test_once_a_newer_key_of_the_desk_has_been_cosigned_the_older_counts_no_more(cosigner):
    memory = cosigner.identity.memory
    memory.watch(NEWER_KEY)
    cosigner.cosign(parse_request(Log().request(0, 5)))
    cosigner.cosign(parse_request(Log(key=NEWER).request(5, 6)))
    memory.watch(parse_vkey(DESK_VKEY))
    with pytest.raises(UnknownSigner):
        cosigner.cosign(parse_request(Log().request(6, 7)))
    assert memory.logs() == (NEWER_KEY,)
    cosigner.cosign(parse_request(Log(key=NEWER).request(6, 7)))


def test_an_older_key_that_is_unwatched_is_refused_at_once_and_stays_so(cosigner):
    memory = cosigner.identity.memory
    memory.watch(NEWER_KEY)
    memory.unwatch(parse_vkey(DESK_VKEY))
    memory.watch(parse_vkey(DESK_VKEY))
    with pytest.raises(UnknownSigner):
        cosigner.cosign(parse_request(Log().request(0, 5)))
    cosigner.cosign(parse_request(Log(key=NEWER).request(0, 5)))
    with pytest.raises(UnknownThing):
        memory.unwatch(note_key("other.example", NEWER))


def test_the_newest_key_that_is_unwatched_leaves_the_one_before_it(cosigner):
    memory = cosigner.identity.memory
    memory.watch(NEWER_KEY)
    cosigner.cosign(parse_request(Log(key=NEWER).request(0, 5)))
    memory.unwatch(NEWER_KEY)
    assert memory.logs() == (parse_vkey(DESK_VKEY),)


def test_rows_that_anybody_adds_neither_stay_nor_make_the_memory_unreadable(cosigner):
    cosigner.cosign(parse_request(with_rows(Log().request(0, 5), 63)))
    held = cosigner.identity.memory.find(ORIGIN)
    assert len(parse_note(held.note).signatures) == 2
    assert open_checkpoint(held.note, [parse_vkey(DESK_VKEY), cosigner.key]).witnessed_by


def test_poor_proofs_of_what_everybody_has_leave_room_for_the_evidence_of_a_fork(cosigner):
    cosigner.cosign(parse_request(Log().request(0, 8)))
    same, next_ = Log().request(8, 8), Log().request(8, 9)
    for at in range(EVIDENCE_MAX // 2 + 1):
        for body in (same, next_):
            with pytest.raises(ProofFails):
                cosigner.cosign(parse_request(with_rows(body, 1, at, proof=b"p" * 32)))
    with pytest.raises(Forked):
        cosigner.cosign(parse_request(Log("another").request(8, 8)))
    with pytest.raises(ProofFails):
        cosigner.cosign(parse_request(Log("another").request(8, 12)))
    kept = [
        open_checkpoint(each.note, [parse_vkey(DESK_VKEY)]).checkpoint
        for each in cosigner.identity.memory.evidence()
    ]
    assert sorted(each.size for each in kept) == [8, 9, 12]


def kept_by(cosigner: Cosigner) -> list[tuple[int, bytes]]:
    """Size and root of all that it refused."""
    notes = (each.note for each in cosigner.identity.memory.evidence())
    opened = (open_checkpoint(note, [parse_vkey(DESK_VKEY)]).checkpoint for note in notes)
    return [(each.size, each.root) for each in opened]


def poor(log: Log, old: int, new: int) -> AddCheckpoint:
    return parse_request(with_rows(log.request(old, new), 1, proof=b"p" * 32))


def test_checkpoints_beyond_the_last_cosigned_one_with_poor_proofs_do_not_hide_a_fork(
    cosigner, monkeypatch
):
    monkeypatch.setattr(memory_module, "REFUSED_A_DAY_MAX", 20)
    true, fork = Log(), Log("another")
    cosigner.cosign(parse_request(true.request(0, 8)))
    for request in [poor(true, 8, size) for size in range(9, 40)]:
        with pytest.raises(ProofFails):
            cosigner.cosign(request)
    assert len(kept_by(cosigner)) == 20
    # Of a size that the junk spoke of: two roots for it are a fork, however full the rest is.
    with pytest.raises(ProofFails):
        cosigner.cosign(poor(fork, 8, 12))
    assert {root for size, root in kept_by(cosigner) if size == 12} == {
        open_checkpoint(
            each.request(8, 12).partition(b"\n\n")[2], [parse_vkey(DESK_VKEY)]
        ).checkpoint.root
        for each in (true, fork)
    }
    # A day later there is room again for what shows nothing by itself.
    later = Cosigner(identity=cosigner.identity, now_s=lambda: 1_000.0 + 86_401)
    with pytest.raises(ProofFails):
        later.cosign(poor(fork, 8, 50))
    assert 50 in [size for size, _ in kept_by(cosigner)]


def test_however_full_it_is_of_junk_a_fork_that_comes_with_its_own_hashes_is_kept_as_one(
    cosigner, monkeypatch
):
    monkeypatch.setattr(memory_module, "REFUSED_A_DAY_MAX", 3)
    true, fork = Log(), Log("another")
    cosigner.cosign(parse_request(true.request(0, 7)))
    for size in range(8, 14):
        with pytest.raises(ProofFails):
            cosigner.cosign(poor(true, 7, size))
    with pytest.raises(BeginsOtherwise):
        cosigner.cosign(parse_request(fork.request(7, 20)))
    assert sorted(size for size, _ in kept_by(cosigner)) == [8, 9, 10, 20]
    # What nobody forked cannot be made to look so, whichever hashes of it are sent.
    with pytest.raises(ProofFails) as refused:
        cosigner.cosign(poor(true, 7, 21))
    assert not isinstance(refused.value, BeginsOtherwise)


def test_forks_by_a_stolen_key_take_no_room_from_the_evidence_against_a_newer_one(
    cosigner, monkeypatch
):
    monkeypatch.setattr(memory_module, "EVIDENCE_MAX", 3)
    cosigner.cosign(parse_request(Log().request(0, 7)))
    for size in range(8, 14):
        with pytest.raises(BeginsOtherwise):
            cosigner.cosign(parse_request(Log("the thief's").request(7, size)))
    cosigner.identity.memory.watch(NEWER_KEY)
    with pytest.raises(BeginsOtherwise):
        cosigner.cosign(parse_request(Log("another", key=NEWER).request(7, 20)))
    notes = (each.note for each in cosigner.identity.memory.evidence())
    keys = (parse_vkey(DESK_VKEY), NEWER_KEY)
    assert [open_checkpoint(note, keys).checkpoint.size for note in notes] == [8, 9, 10, 20]


def test_what_came_with_a_poor_proof_and_is_cosigned_after_all_is_no_evidence(cosigner):
    true = Log()
    cosigner.cosign(parse_request(true.request(0, 8)))
    with pytest.raises(ProofFails):
        cosigner.cosign(poor(true, 8, 12))
    assert [size for size, _ in kept_by(cosigner)] == [12]
    cosigner.cosign(parse_request(true.request(8, 12)))
    assert kept_by(cosigner) == []


def test_another_root_for_a_size_that_is_cosigned_after_all_is_kept_as_a_fork_beside_it(
    cosigner, monkeypatch
):
    true, fork = Log(), Log("another")
    cosigner.cosign(parse_request(true.request(0, 8)))
    with pytest.raises(ProofFails):
        cosigner.cosign(poor(fork, 8, 12))
    cosigner.cosign(parse_request(true.request(8, 12)))
    cosigner.cosign(parse_request(true.request(12, 14)))
    kept = kept_by(cosigner)
    assert [size for size, _ in kept] == [12, 12]
    assert len({root for _, root in kept}) == 2
    # It is evidence: no room is taken from what shows nothing by itself, and none is lacking.
    monkeypatch.setattr(memory_module, "REFUSED_MAX", 1)
    with pytest.raises(ProofFails):
        cosigner.cosign(poor(true, 14, 20))
    assert len(kept_by(cosigner)) == 3


def test_forgetting_a_record_stays_written_down(tmp_path):
    identity = open_identity(tmp_path, "east.example/w1")
    identity.memory.watch(parse_vkey(DESK_VKEY))
    cosigner = Cosigner(identity=identity, now_s=lambda: 1_000.0)
    cosigner.cosign(parse_request(Log().request(0, 5)))
    identity.memory.forget(ORIGIN, 1_001)
    assert cosigner.cosign(parse_request(Log("restored").request(0, 3)))
    (kept,) = Memory(tmp_path / "witness.db").evidence()
    assert open_checkpoint(kept.note, [parse_vkey(DESK_VKEY)]).checkpoint.size == 5
