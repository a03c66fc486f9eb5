"""A copy of the record, tampered with as a case says, and what the verifier makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from openline.cases.case import Tampering
from openline.domain.errors import Malformed
from openline.record.audit.verdict import audit_record
from openline.record.audit.words import Verdict
from openline.record.bundle import Bundle, leaf_name
from openline.record.verify import render_text

Files = Mapping[str, bytes]
"""A copy as files, by the names that `record.bundle` gives them."""


def verify_files(files: Files) -> Verdict:
    """What the verifier says of a copy that is said to be whole, by the keys that it names."""
    copy = Bundle(lambda name, _limit: files.get(name), files)
    return audit_record(copy, copy.trust(), complete=True)


def verdicts_on(
    tampering: tuple[Tampering, ...], files: Files, index_of: Callable[[str], int]
) -> dict[str, str]:
    """The verifier's words on each copy, by the name of what was done to it."""
    return {
        each.name: render_text(verify_files(tampered(each, files, index_of))) for each in tampering
    }


def tampered(tampering: Tampering, files: Files, index_of: Callable[[str], int]) -> Files:
    """The copy with one byte of an entry altered, or with one entry left out.

    Raises:
        Malformed: it names both, or a step that led to no entry.
    """
    match tampering:
        case Tampering(edit=str(step), withhold=None):
            name = leaf_name(index_of(step))
            return {**files, name: _with_one_byte_altered(files[name])}
        case Tampering(edit=None, withhold=str(step)):
            withheld = leaf_name(index_of(step))
            return {name: each for name, each in files.items() if name != withheld}
        case Tampering(edit=None, withhold=None):
            return files
        case _:
            raise Malformed(f"{tampering.name}: name a step to edit or one to withhold, not both.")


def _with_one_byte_altered(leaf: bytes) -> bytes:
    at = len(leaf) // 2
    other = b"B" if leaf[at : at + 1] == b"A" else b"A"
    return leaf[:at] + other + leaf[at + 1 :]
