"""`python -m openline.cli.inquiry.judge COPY [DIR]`: the papers of a copy, made again and compared.

A process of its own: the verifier needs nothing of what papers are made with, and what goes wrong
in making them cannot touch its verdict. With DIR the papers are written there as well.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from openline.cli.inquiry.papers import MadeWith, differing, papers_of
from openline.domain.errors import Refused
from openline.record.audit.beside import PapersJudged
from openline.record.bundle import MADE_WITH, Bundle, open_bundle
from openline.record.errors import RecordFault


def judge(copy: Path, to: Path | None = None) -> PapersJudged:
    """Whether the papers that came with a copy are those that its entries make."""
    with open_bundle(copy) as bundle:
        try:
            made = papers_of(bundle)
        except (RecordFault, Refused) as error:
            return PapersJudged(
                unproven=(f"The papers could not be made again: {error} Do not rely on them.",)
            )
        if to is not None:
            to.mkdir(parents=True, exist_ok=True)
            for name, content in made.items():
                (to / name).write_bytes(content)
        return _compared(bundle, made)


def _compared(bundle: Bundle, made: dict[str, bytes]) -> PapersJudged:
    came = {name: _read(bundle, name) for name in bundle.papers()}
    broken = tuple(name for name, content in came.items() if content is None)
    same = tuple(name for name, content in came.items() if content == made[name])
    others = tuple(name for name in came if name not in (*same, *broken))
    proven: tuple[str, ...] = ()
    if same:
        proven = (
            f"{', '.join(same)}: made again from the entries here, and the same to the byte.",
        )
    said = _made_with(bundle)
    comparable = [name for name in others if not differing(said, name)]
    return PapersJudged(
        proven=proven,
        unproven=tuple(
            f"{name}: said to be made with other releases than those here, so that it cannot be "
            "compared. Make it again with --papers DIR, and read that."
            for name in others
            if name not in comparable
        ),
        altered=tuple(
            f"{name} came along and cannot be read: its bytes are damaged. Make it again with "
            "--papers DIR, and read that."
            for name in broken
        )
        + tuple(
            f"{name} is not the paper that the entries here make: it was edited. Make it again "
            "with --papers DIR, and read that."
            for name in comparable
        ),
    )


def _read(bundle: Bundle, name: str) -> bytes | None:
    """The bytes of a paper that came along; None where they are damaged or far too many."""
    try:
        return bundle.paper(name)
    except RecordFault:
        return None


def _made_with(bundle: Bundle) -> MadeWith:
    try:
        return msgspec.json.decode(_read(bundle, MADE_WITH) or b"", type=MadeWith)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return MadeWith(format="", releases={})  # whoever removes it hides nothing by that


if __name__ == "__main__":
    judged = judge(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    sys.stdout.buffer.write(msgspec.json.encode(judged))
