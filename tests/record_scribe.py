"""A small record of a desk and two parties, and copies of it that a test may spoil."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openline.record.audit.words import Trust
from openline.record.chain import Head, head_after
from openline.record.checkpoint import Checkpoint, sign_checkpoint
from openline.record.keys import key_facts
from openline.record.leaf import body_digest, leaf_hash, open_leaf, seal
from openline.record.merkle import Tree
from openline.record.note import note_key
from openline.record.proof import InclusionProof, render_proof
from openline.record.tiles import inclusion_from_tiles, tiles_of_growth

ORIGIN = "desk.example/river"


def private_key(name: str) -> Ed25519PrivateKey:
    """The same key for the same name in every run, so that golden files can be compared."""
    return Ed25519PrivateKey.from_private_bytes(sha256(f"a key of tests: {name}".encode()).digest())


class Copy:
    """A `RecordCopy` in memory, every part of which a test may change."""

    def __init__(self) -> None:
        self.note: bytes | None = None
        self.earlier: list[tuple[str, bytes]] = []
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.leaves: dict[int, bytes] = {}
        self.bodies: dict[int, bytes] = {}

    def checkpoint(self) -> bytes | None:
        return self.note

    def earlier_checkpoints(self) -> Iterable[tuple[str, bytes]]:
        return self.earlier

    def tile(self, level: int, n: int, width: int, /) -> bytes | None:
        return self.tiles.get((level, n))

    def leaf(self, index: int) -> bytes | None:
        return self.leaves.get(index)

    def salted_body(self, index: int) -> bytes | None:
        return self.bodies.get(index)

    def indices(self) -> Iterable[int]:
        return {*self.leaves, *self.bodies}


class Scribe:
    """Writes a record as a desk does; `desk`, `east` and `west` are whose key signs."""

    origin = ORIGIN

    def __init__(self) -> None:
        self.keys = {name: private_key(name) for name in ("desk", "east", "west")}
        self.heads: dict[str, Head] = {}
        self.leaves: list[bytes] = []
        self.bodies: dict[int, bytes] = {}
        self.minute = 0

    def payload(self, signer: str, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        head = self.heads.get(signer, Head())
        instant = f"2017-09-18T{10 + self.minute // 60:02d}:{self.minute % 60:02d}:00Z"
        payload: dict[str, Any] = {
            "specversion": "1.0",
            "id": f"{signer}-{head.seq}",
            "source": f"openline:{signer}?human#{signer}.duty",
            "type": f"openline.{kind}",
            "time": instant,
            "record": ORIGIN,
            "seq": head.seq,
            "prevhash": head.prevhash,
            "data": data,
        }
        if signer == "desk":
            payload |= {"recordedat": instant, "readers": ["*"]}
        return payload

    def write(
        self,
        signer: str,
        kind: str,
        data: dict[str, Any] | None = None,
        body: bytes | None = None,
        **members: Any,
    ) -> int:
        """Seals and appends one leaf; its index."""
        index = len(self.leaves)
        payload = self.payload(signer, kind, data or {})
        if body is not None:
            salt = sha256(b"salt of %d" % index).digest()
            payload["bodydigest"] = body_digest(salt, body)
            self.bodies[index] = salt + body
        leaf = seal(self.keys[signer], payload | members)
        self.heads[signer] = head_after(open_leaf(leaf))
        self.leaves.append(leaf)
        self.minute += 1
        return index

    def open(self) -> None:
        """Genesis, and both parties' keys."""
        desk_key = key_facts(self.keys["desk"].public_key())
        self.write("desk", "desk.opened.v1", {"origin": ORIGIN, "desk_key": desk_key})
        for party in ("east", "west"):
            self.enrol(party, party)

    def enrol(self, signer: str, party: str) -> int:
        facts = key_facts(self.keys[signer].public_key())
        data = {"party": party, "position": f"{party}.duty", "key": facts}
        return self.write("desk", "key.enrolled.v1", data)

    def copy(self, leaves: list[bytes] | None = None) -> Copy:
        """The record as the desk would sign it, with these leaves if others are given."""
        copy = Copy()
        held = self.leaves if leaves is None else leaves
        hashes = [leaf_hash(leaf) for leaf in held]
        for tile in tiles_of_growth(0, hashes, copy.tile):
            copy.tiles[tile.level, tile.n] = tile.hashes
        copy.note = self.checkpoint(held)
        copy.leaves = dict(enumerate(held))
        copy.bodies = {index: body for index, body in self.bodies.items() if index < len(held)}
        return copy

    def checkpoint(self, leaves: list[bytes]) -> bytes:
        tree = Tree()
        tree.extend(leaf_hash(leaf) for leaf in leaves)
        signed = Checkpoint(origin=ORIGIN, size=tree.size, root=tree.root())
        return sign_checkpoint(signed, self.keys["desk"])

    def receipt(self, index: int) -> bytes:
        """The receipt for one entry, under the checkpoint over all of them."""
        copy, size = self.copy(), len(self.leaves)
        hashes = tuple(inclusion_from_tiles(index, size, copy.tile))
        return render_proof(
            InclusionProof(index=index, hashes=hashes, checkpoint=self.checkpoint(self.leaves))
        )

    @property
    def trust(self) -> Trust:
        return Trust(keys=(note_key(ORIGIN, self.keys["desk"]),))
