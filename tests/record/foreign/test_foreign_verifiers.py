"""Verifiers that others wrote accept our record, and refuse every attack on it, as ours does.

Each attack is judged by our own auditor, by Go's sumdb/note and sumdb/tlog, and by aics-tlog; the
receipts also by @sigstore/verify. `scripts/setup.sh foreign` gets them.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from foreign_harness import EARLIER, SIZE, Case, Judge, files_of, ours
from openline.record.canonical import parse_canonical_json
from openline.record.chain import head_after
from openline.record.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from openline.record.encoding import decode_base64, decode_base64url, encode_base64
from openline.record.leaf import open_leaf, seal
from openline.record.note import COSIGNATURE_V1, cosign_note, note_key, parse_note, render_vkey
from openline.record.proof import parse_proof
from openline.record.witnessing import with_cosignatures
from record_scribe import Scribe

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

JUDGES = ("ours", "go", "aics")
LEAVES_FLIPPED = 24


@pytest.fixture(scope="module")
def scribe() -> Any:
    scribe = Scribe()
    scribe.open()
    while len(scribe.leaves) < SIZE:
        at = len(scribe.leaves)
        signer = ("east", "west", "desk")[at % 3]
        more = {"refs": [at - 1]} if signer == "desk" else {}
        scribe.write(signer, "message.sent.v1", {"message": f"M-{at}"}, **more)
    return scribe


@pytest.fixture(scope="module")
def base(scribe: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record, untouched, in a folder."""
    folder = tmp_path_factory.mktemp("record")
    earlier = scribe.checkpoint(scribe.leaves[:EARLIER])
    for name, content in files_of(scribe, scribe.leaves, earlier).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def judge(request: pytest.FixtureRequest) -> Judge:
    named: str = request.param
    if named == "ours":
        return ours
    held: Judge = request.getfixturevalue(f"{named}_judge")
    return held


each_judge = pytest.mark.parametrize("judge", JUDGES, indirect=True)


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def spells_the_same(note: bytes, other: bytes) -> bool:
    """Whether only unused bits of a signature's base64 differ: Go reads both as one signature.

    Nothing of what is signed differs then; ours, stricter, refuses all but one spelling.
    """
    if note.rpartition(b"\n\n")[0] != other.rpartition(b"\n\n")[0]:
        return False
    try:
        one, two = (b64decode(each.rstrip(b"\n").rpartition(b" ")[2]) for each in (note, other))
    except ValueError:
        return False
    return one == two and note.rpartition(b" ")[0] == other.rpartition(b" ")[0]


class Attacker:
    """Makes the copies that an attacker would hand out."""

    def __init__(self, scribe: Any, base: Path) -> None:
        self.scribe, self.base = scribe, base
        self.vkey = render_vkey(scribe.trust.keys[0])

    def case(self, name: str, instead: dict[str, bytes], *, accept: bool = False) -> Case:
        return Case(name=name, base=self.base, vkey=self.vkey, instead=instead, accept=accept)

    def of(self, name: str) -> bytes:
        return (self.base / name).read_bytes()

    def outside(self, name: str, leaves: list[bytes]) -> Case:
        """Somebody on the way changes entries, and can sign for nobody."""
        made = files_of(self.scribe, leaves, self.of("earlier"))
        entries = {path: made[path] for path in made if path.startswith("tile/entries/")}
        return self.case(name, entries)

    def desk(self, name: str, leaves: list[bytes]) -> Case:
        """The desk itself makes all anew, and signs it: but what was signed earlier stands."""
        return self.case(name, files_of(self.scribe, leaves, self.of("earlier")))

    def rewritten(self, what: str, leaves: list[bytes]) -> Iterator[Case]:
        yield self.outside(f"{what}, on the way", leaves)
        yield self.desk(f"{what}, by the desk", leaves)

    def resealed(self, at: int, signer: str | None = None, **members: Any) -> list[bytes]:
        """The record with one leaf sealed again, by its own signer's key or another."""
        leaves = list(self.scribe.leaves)
        payload = _payload(leaves[at])
        key = self.scribe.keys[signer or _signer(leaves[at])]
        leaves[at] = seal(key, payload | members)
        return leaves


def _payload(leaf: bytes) -> dict[str, Any]:
    payload: dict[str, Any] = parse_canonical_json(decode_base64url(leaf.split(b".")[1]))
    return payload


def _signer(leaf: bytes) -> str:
    return open_leaf(leaf).party


@pytest.fixture(scope="module")
def attacker(scribe: Any, base: Path) -> Attacker:
    return Attacker(scribe, base)


def expect(judge: Judge, cases: list[Case]) -> None:
    verdicts = judge(cases)
    wrong = {
        case.name: verdicts[case.name]
        for case in cases
        if case.accept is not (verdicts[case.name] == "")
    }
    assert wrong == {}
    assert len(verdicts) == len(cases)


@each_judge
def test_they_accept_our_checkpoints_tiles_entries_and_proofs(
    judge: Judge, attacker: Attacker, scribe: Any
) -> None:
    cosigned = with_cosignatures(
        attacker.of("checkpoint"),
        [
            cosign_note(
                parse_note(attacker.of("checkpoint")).text,
                "west.example/w1",
                scribe.keys["west"],
                1_505_730_600,
            )
        ],
    )
    expect(
        judge,
        [
            attacker.case("as it is", {}, accept=True),
            attacker.case("cosigned", {"checkpoint": cosigned}, accept=True),
        ],
    )


@each_judge
def test_they_refuse_a_flipped_byte_in_any_file(judge: Judge, attacker: Attacker) -> None:
    cases = []
    for name in ("checkpoint", "earlier"):
        content = attacker.of(name)
        cases += [
            attacker.case(f"{name}, byte {at}", {name: flipped(content, at)})
            for at in range(len(content))
            if judge is ours or not spells_the_same(content, flipped(content, at))
        ]
    for path in sorted((attacker.base / "tile").rglob("*")):
        if path.is_file():
            name, content = path.relative_to(attacker.base).as_posix(), path.read_bytes()
            step = max(1, len(content) // LEAVES_FLIPPED)
            cases += [
                attacker.case(f"{name}, byte {at}", {name: flipped(content, at)})
                for at in range(0, len(content), step)
            ]
    expect(judge, cases)


@each_judge
def test_they_refuse_a_flipped_bit_in_any_hash_of_a_proof(judge: Judge, attacker: Attacker) -> None:
    cases = []
    for name in ("inclusion.json", "consistency.json"):
        held = json.loads(attacker.of(name))
        lists = [each["hashes"] for each in held] if name == "inclusion.json" else [held]
        for n, hashes in enumerate(lists):
            for at, text in enumerate(hashes):
                hashes[at] = encode_base64(flipped(decode_base64(text), 5))
                content = json.dumps(held).encode()
                cases.append(attacker.case(f"{name} {n} {at}", {name: content}))
                hashes[at] = text
            if hashes:
                last = hashes.pop()
                cases.append(attacker.case(f"{name} {n} short", {name: json.dumps(held).encode()}))
                hashes.append(last)
    expect(judge, cases)


@each_judge
def test_they_refuse_a_fork(judge: Judge, attacker: Attacker) -> None:
    """Another history from before the earlier checkpoint on, sound in itself, the desk's own."""
    leaves = attacker.resealed(EARLIER - 1, data={"message": "M-fork"})
    forked = attacker.desk("a fork", leaves)
    itself = files_of(attacker.scribe, leaves, attacker.scribe.checkpoint(leaves[:EARLIER]))
    proof_of_the_other = {"consistency.json": attacker.of("consistency.json")}
    expect(
        judge,
        [
            forked,
            attacker.case("a fork with the true proof", forked.instead | proof_of_the_other),
            attacker.case(
                "the fork's earlier checkpoint with the true record",
                {"earlier": itself["earlier"]},
            ),
        ],
    )


@each_judge
def test_they_refuse_a_rewind(judge: Judge, attacker: Attacker) -> None:
    """The record as it was before a checkpoint that the reader has."""
    latest = attacker.of("checkpoint")
    fewer = files_of(attacker.scribe, attacker.scribe.leaves[:EARLIER], latest)
    fewer["inclusion.json"] = b"[]"
    expect(judge, [attacker.case("a rewind", fewer)])


@each_judge
def test_they_refuse_entries_reordered_dropped_back_dated_and_signed_again(
    judge: Judge, attacker: Attacker
) -> None:
    held = list(attacker.scribe.leaves)
    reordered = [*held[:50], held[51], held[50], *held[52:]]
    dropped = [*held[:50], *held[51:], held[50]]
    at = 50 - 50 % 3 + 2
    back_dated = attacker.resealed(at, time="2017-01-01T00:00:00Z")
    signed_again = attacker.resealed(51, signer="west")
    cases = [
        *attacker.rewritten("reordered", reordered),
        *attacker.rewritten("dropped", dropped),
        *attacker.rewritten("back-dated", back_dated),
        *attacker.rewritten("signed again", signed_again),
    ]
    expect(judge, cases)


@each_judge
def test_they_refuse_a_swapped_key(judge: Judge, attacker: Attacker, scribe: Any) -> None:
    """The same root signed by a key that the reader does not trust, in the desk's name."""
    stranger = Ed25519PrivateKey.from_private_bytes(b"x" * 32)
    true = open_checkpoint(attacker.of("checkpoint"), scribe.trust.keys).checkpoint
    swapped = sign_checkpoint(
        Checkpoint(origin=true.origin, size=true.size, root=true.root), stranger
    )
    by_witness = cosign_note(parse_note(swapped).text, true.origin, scribe.keys["desk"], 1)
    mixed = swapped.replace(
        swapped.rpartition(b" ")[2],
        b64encode(note_key(true.origin, scribe.keys["desk"]).key_id + b"x" * 64) + b"\n",
    )
    only_witnessed = with_cosignatures(swapped, [by_witness])
    expect(
        judge,
        [
            attacker.case("a swapped key", {"checkpoint": swapped}),
            attacker.case("a swapped key under the true key's id", {"checkpoint": mixed}),
            attacker.case("the true key as a witness alone", {"checkpoint": only_witnessed}),
            Case(
                name="another key asked for",
                base=attacker.base,
                vkey=render_vkey(note_key(true.origin, stranger)),
            ),
        ],
    )


def receipts(scribe: Any, vkey: str) -> Iterator[dict[str, Any]]:
    for index in (0, 7, 255, 256, SIZE - 1):
        proof = parse_proof(scribe.receipt(index))
        yield {
            "name": f"receipt {index}",
            "index": index,
            "leaf": b64encode(scribe.leaves[index]).decode(),
            "hashes": [b64encode(each).decode() for each in proof.hashes],
            "checkpoint": b64encode(proof.checkpoint).decode(),
            "vkey": vkey,
        }


def test_sigstore_accepts_our_receipts_and_refuses_spoilt_ones(sigstore: Any, scribe: Any) -> None:
    vkey = render_vkey(scribe.trust.keys[0])
    good = list(receipts(scribe, vkey))
    bad = []
    for each in good:
        name = each["name"]
        leaf = scribe.leaves[each["index"]]
        other = scribe.leaves[(each["index"] + 1) % SIZE]
        note = scribe.checkpoint(scribe.leaves)
        stranger = Ed25519PrivateKey.from_private_bytes(b"x" * 32)
        at = open_checkpoint(note, scribe.trust.keys).checkpoint
        swapped = sign_checkpoint(at, stranger)
        fork = scribe.checkpoint([*scribe.leaves[:-1], leaf])
        spoilt = {
            "leaf": b64encode(flipped(leaf, 30)).decode(),
            "another leaf": b64encode(other).decode(),
        }
        bad += [each | {"name": f"{name} {what}", "leaf": text} for what, text in spoilt.items()]
        hashes = [b64encode(bytes(32)).decode(), *each["hashes"][1:]]
        bad.append(each | {"name": f"{name} hash", "hashes": hashes})
        bad.append(each | {"name": f"{name} moved", "index": (each["index"] + 1) % SIZE})
        for what, held in {"key": swapped, "root": fork, "byte": flipped(note, 25)}.items():
            if what == "root" and each["index"] == SIZE - 1:
                continue
            bad.append(each | {"name": f"{name} {what}", "checkpoint": b64encode(held).decode()})
    verdicts = sigstore([*good, *bad])
    assert {each["name"]: verdicts[each["name"]] for each in good} == {
        each["name"]: "" for each in good
    }
    assert [each["name"] for each in bad if not verdicts[each["name"]]] == []


def test_sigstores_whole_verifier_takes_nothing_but_rekors_own_entries(
    sigstore: Any, scribe: Any
) -> None:
    """What it cannot be used for is known, and said in docs/trust.md."""
    (first, *_rest) = receipts(scribe, render_vkey(scribe.trust.keys[0]))
    (verdict,) = sigstore([first | {"whole": True}]).values()
    assert verdict
    assert "invalid checkpoint" not in verdict


def test_go_reads_a_cosigned_note_and_a_witnesss_key_is_of_a_kind_it_does_not_know(
    go_judge: Judge, attacker: Attacker, scribe: Any
) -> None:
    witness = note_key("west.example/w1", scribe.keys["west"], COSIGNATURE_V1)
    case = Case(name="witness", base=attacker.base, vkey=render_vkey(witness))
    assert "unknown" in go_judge([case])["witness"]
    assert head_after(open_leaf(scribe.leaves[-1])).seq > 0
