"""A record laid out as C2SP tlog-tiles wants it, and how it is judged by us and by others."""

from __future__ import annotations

import json
import subprocess
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from openline.record.audit.verdict import audit_record
from openline.record.audit.words import Trust
from openline.record.checkpoint import open_checkpoint
from openline.record.encoding import decode_base64, encode_base64
from openline.record.leaf import leaf_hash
from openline.record.merkle import verify_consistency, verify_inclusion
from openline.record.note import parse_vkey
from openline.record.tiles import (
    consistency_from_tiles,
    decode_entries,
    encode_entries,
    entries_path,
    inclusion_from_tiles,
    tile_path,
    tiles_of_size,
)

SIZE, EARLIER = 300, 170
"""A full tile, a partial one, and one above them; the earlier checkpoint lies within the first."""
PROVEN = (0, 1, 7, 128, 169, 170, 255, 256, 298, 299)

Verdicts = dict[str, str]
Judge = Callable[[Sequence["Case"]], Verdicts]


class Case(Struct, kw_only=True):
    """A copy in a folder, some files of which are replaced; `accept` is what must come of it."""

    name: str
    base: Path
    vkey: str
    instead: dict[str, bytes] = {}
    accept: bool = False

    def read(self, name: str) -> bytes | None:
        if name in self.instead:
            return self.instead[name]
        path = self.base / name
        return path.read_bytes() if path.is_file() else None

    def wire(self) -> dict[str, Any]:
        instead = {name: b64encode(content).decode() for name, content in self.instead.items()}
        return {
            "name": self.name,
            "base": str(self.base),
            "vkey": self.vkey,
            "instead": instead,
        }


def files_of(scribe: Any, leaves: Sequence[bytes], earlier: bytes) -> dict[str, bytes]:
    """All that a foreign client fetches of a record with these leaves, and the proofs."""
    copy = scribe.copy(list(leaves))
    size = len(leaves)
    files = {"checkpoint": copy.note, "earlier": earlier}
    for level, n, width in tiles_of_size(size):
        files[tile_path(level, n, width)] = copy.tiles[level, n][: width * 32]
    for n in range(0, size, 256):
        part = leaves[n : n + 256]
        files[entries_path(n // 256, len(part))] = encode_entries(part)
    inclusion = [
        {"index": at, "hashes": texts(inclusion_from_tiles(at, size, copy.tile))}
        for at in PROVEN
        if at < size
    ]
    old = min(EARLIER, size)
    files["inclusion.json"] = json.dumps(inclusion).encode()
    files["consistency.json"] = json.dumps(
        texts(consistency_from_tiles(old, size, copy.tile))
    ).encode()
    return files


def texts(hashes: Iterable[bytes]) -> list[str]:
    return [encode_base64(each) for each in hashes]


class _Files:
    """A case as the `RecordCopy` that our own auditor reads."""

    def __init__(self, case: Case, size: int) -> None:
        self._case = case
        self.leaves: dict[int, bytes] = {}
        for n in range(0, size, 256):
            bundle = case.read(entries_path(n // 256, min(256, size - n)))
            for at, leaf in enumerate(decode_entries(bundle or b"")):
                self.leaves[n + at] = leaf

    def checkpoint(self) -> bytes | None:
        return self._case.read("checkpoint")

    def earlier_checkpoints(self) -> list[tuple[str, bytes]]:
        return [("earlier", self._case.read("earlier") or b"")]

    def tile(self, level: int, n: int, width: int, /) -> bytes | None:
        return self._case.read(tile_path(level, n, width))

    def leaf(self, index: int) -> bytes | None:
        return self.leaves.get(index)

    def salted_body(self, _index: int) -> bytes | None:
        return None

    def indices(self) -> Iterable[int]:
        return self.leaves


def ours_judges_one(case: Case) -> str:
    try:
        trust = Trust(keys=(parse_vkey(case.vkey),))
        at = open_checkpoint(case.read("checkpoint") or b"", trust.keys).checkpoint
        copy = _Files(case, at.size)
        verdict = audit_record(copy, trust, complete=True)
        if not verdict.sound:
            return verdict.faults[0].slug
        for proof in json.loads(case.read("inclusion.json") or b""):
            hashes = [decode_base64(each) for each in proof["hashes"]]
            leaf = leaf_hash(copy.leaves[proof["index"]])
            verify_inclusion(leaf, proof["index"], at.size, hashes, at.root)
        old = open_checkpoint(case.read("earlier") or b"", trust.keys).checkpoint
        hashes = [decode_base64(each) for each in json.loads(case.read("consistency.json") or b"")]
        verify_consistency(old.size, old.root, at.size, at.root, hashes)
    except Exception as error:  # noqa: BLE001  whatever it raises, it has refused
        return f"{type(error).__name__}: {error}"
    return ""


def ours(cases: Sequence[Case]) -> Verdicts:
    return {case.name: ours_judges_one(case) for case in cases}


def asked(command: Sequence[object], cases: Iterable[dict[str, Any]]) -> Verdicts:
    """What a program says of the cases."""
    ran = subprocess.run(
        [str(each) for each in command],
        input=json.dumps({"cases": list(cases)}),
        capture_output=True,
        text=True,
        check=True,
    )
    verdicts: Verdicts = json.loads(ran.stdout)
    return verdicts
