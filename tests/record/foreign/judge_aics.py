"""Judges copies of a record with aics-tlog, which nobody here wrote. Run by its own Python.

Reads {"cases": [...]} on its input and says for each what was wrong, or "".
"""

import base64
import json
import sys
from pathlib import Path

from aics_tlog import (
    audit_tiles,
    parse_checkpoint,
    parse_note,
    parse_vkey,
    verify_checkpoint,
    verify_consistency,
    verify_leaf_inclusion,
)
from aics_tlog.tiles import entry_bundle_path, tile_path


class Case:
    """One copy, some files of which are replaced."""

    def __init__(self, case):
        self.base, self.vkey = Path(case["base"]), case["vkey"]
        self.instead = {name: base64.b64decode(text) for name, text in case["instead"].items()}

    def read(self, name):
        if name in self.instead:
            return self.instead[name]
        path = self.base / name
        return path.read_bytes() if path.is_file() else None

    def read_tile(self, level, index, width):
        return self.read(tile_path(level, index, width))

    def read_entry_bundle(self, index, width):
        return self.read(entry_bundle_path(index, width))

    def open(self, name):
        key = parse_vkey(self.vkey)
        note = parse_note(self.read(name))
        opened = verify_checkpoint(note, key, expected_origin=key.name)
        if not opened.ok:
            raise ValueError(f"{name}: {opened.error}")
        return parse_checkpoint(note.text)

    def leaves(self, size):
        found = []
        for n in range((size + 255) // 256):
            left = size - n * 256
            bundle = self.read_entry_bundle(n, None if left >= 256 else left)
            while bundle:
                length = int.from_bytes(bundle[:2], "big")
                found.append(bundle[2 : 2 + length])
                bundle = bundle[2 + length :]
        return found

    def judge(self):
        checkpoint = self.open("checkpoint")
        audit_tiles(self, checkpoint.size, checkpoint.root)
        leaves = self.leaves(checkpoint.size)
        for proof in json.loads(self.read("inclusion.json")):
            index = proof["index"]
            hashes = [base64.b64decode(each, validate=True) for each in proof["hashes"]]
            leaf = leaves[index]
            if not verify_leaf_inclusion(leaf, index, checkpoint.size, hashes, checkpoint.root):
                raise ValueError(f"inclusion of {index}")
        old = self.open("earlier")
        hashes = [
            base64.b64decode(e, validate=True) for e in json.loads(self.read("consistency.json"))
        ]
        if not verify_consistency(old.size, checkpoint.size, old.root, checkpoint.root, hashes):
            raise ValueError("consistency")


def verdict(case):
    try:
        Case(case).judge()
    except Exception as error:  # noqa: BLE001  whatever it raises, it has refused
        return f"{type(error).__name__}: {error}"
    return ""


if __name__ == "__main__":
    cases = json.load(sys.stdin)["cases"]
    json.dump({case["name"]: verdict(case) for case in cases}, sys.stdout)
