"""The offline verifier: `python -m openline.record.verify PATH`.

Needs no desk, no network and nothing of ours but this package. It says what a copy of a record or
a receipt proves and by whose keys, what it does not prove, and what is wrong with it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from openline.record.audit.beside import PapersJudged, judge_beside
from openline.record.audit.complaint import audit_complaint
from openline.record.audit.receipt import audit_receipt
from openline.record.audit.verdict import audit_record
from openline.record.audit.words import Trust, Verdict
from openline.record.bundle import Bundle, open_bundle
from openline.record.complaint import COMPLAINT_BYTES_MAX
from openline.record.complaint import HEADER as COMPLAINT
from openline.record.errors import CopyDamaged, NotAKey, NotALeaf, RecordFault
from openline.record.keys import parse_public_jwk
from openline.record.leaf import LEAF_BYTES_MAX
from openline.record.note import NOTE_BYTES_MAX, NoteKey, parse_vkey
from openline.record.proof import HEADER, PROOF_BYTES_MAX
from openline.record.shown import in_one_row

SOUND: Final = 0
REFUTED: Final = 1
NOT_JUDGED: Final = 2

DESKS_OWN: Final = "record.db"
"""What lies in a desk's own directory and in its backups, and in no copy of a record."""
_JWK_BYTES_MAX: Final = 1 << 14
_LOOKS_MAX: Final = 3
_ABOUT: Final = """\
Judges a copy of a record (a folder or a .zip), a receipt (a .tlog-proof) or a statement that was
lodged with a mirror, offline.
Exit status: 0 nothing is wrong, 1 something is, 2 it could not be judged.
"""


JudgePapers = Callable[[Path], PapersJudged]
"""Makes the papers of a sound copy again, and says whether they are those that came with it."""


def main(arguments: Sequence[str] | None = None, judge_papers: JudgePapers | None = None) -> int:
    """Runs the verifier; the exit status.

    Args:
        judge_papers: for whoever has more of openline at hand than the verifier.
    """
    asked = _parser().parse_args(arguments)
    try:
        verdict = _judge(asked, judge_papers)
    except (RecordFault, OSError) as error:
        sys.stderr.write(f"{in_one_row(str(error))}\n")
        return NOT_JUDGED
    rendered = render_json(verdict) if asked.json else render_text(verdict)
    sys.stdout.write(rendered)
    return SOUND if verdict.sound else REFUTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="openline.record.verify", description=_ABOUT)
    parser.add_argument("path", type=Path, help="the copy or the receipt")
    parser.add_argument(
        "--vkey",
        action="append",
        default=[],
        help="a key you trust, from the desk or a witness itself; repeatable; without any, "
        "those in the copy are used, which proves less",
    )
    parser.add_argument(
        "--earlier",
        action="append",
        default=[],
        type=Path,
        help="a checkpoint that you kept, to see that nothing before it was rewritten; or a whole "
        "copy, to see what was lost where the record says that a backup was put back",
    )
    parser.add_argument(
        "--complete", action="store_true", help="the copy claims to be whole: miss nothing"
    )
    parser.add_argument("--leaf", type=Path, help="with a receipt: the leaf it was given for")
    parser.add_argument(
        "--copy", type=Path, help="with a lodged statement: a copy of the record to look in"
    )
    parser.add_argument("--key", type=Path, help="with a receipt: the signer's public JWK")
    parser.add_argument("--json", action="store_true", help="for machines")
    return parser


def _judge(asked: argparse.Namespace, judge_papers: JudgePapers | None) -> Verdict:
    keys = tuple(parse_vkey(text) for text in asked.vkey)
    leaf_file = asked.leaf or _leaf_beside(asked.path)
    if leaf_file is not None:
        receipt = read_bounded(asked.path, PROOF_BYTES_MAX)
        leaf = read_bounded(leaf_file, LEAF_BYTES_MAX)
        signer = None if asked.key is None else _read_jwk(asked.key)
        if not keys:
            raise NotAKey("A receipt holds no keys. Give the desk's with --vkey.")
        return audit_receipt(receipt, leaf, Trust(keys=keys), signer)
    if _begins_with(asked.path, COMPLAINT):
        return _judge_complaint(asked, keys)
    if _begins_with(asked.path, HEADER):
        raise NotALeaf(f"{asked.path}: a receipt. Give the leaf it is for with --leaf.")
    if (asked.path / DESKS_OWN).is_file():
        raise CopyDamaged(
            f"{asked.path}: a desk's own directory, or a backup of one, and no copy of its record. "
            "Make a copy with `openline mirror` or `openline export`, and verify that."
        )
    return _judge_copy(asked, keys, judge_papers)


def _leaf_beside(receipt: Path) -> Path | None:
    """The leaf that `openline say --receipt` keeps beside a receipt."""
    beside = receipt.with_name(f"{receipt.name}.leaf")
    return beside if beside.is_file() and _begins_with(receipt, HEADER) else None


def _judge_copy(
    asked: argparse.Namespace, keys: tuple[NoteKey, ...], judge_papers: JudgePapers | None
) -> Verdict:
    """A mirror may be at work on the copy: what is refuted is judged again if it has changed."""
    for _ in range(_LOOKS_MAX):
        looked = _looks_of(asked.path)
        verdict = _judge_as_it_is(asked, keys, judge_papers)
        if verdict.sound or _looks_of(asked.path) == looked:
            break
    return verdict


def _looks_of(path: Path) -> tuple[frozenset[str], bytes | None] | None:
    try:
        with open_bundle(path) as bundle:
            return bundle.looks()
    except CopyDamaged:
        return None  # judged as it is


def _judge_as_it_is(
    asked: argparse.Namespace, keys: tuple[NoteKey, ...], judge_papers: JudgePapers | None
) -> Verdict:
    with ExitStack() as opened:
        bundle = opened.enter_context(open_bundle(asked.path))
        trust = Trust(keys=keys) if keys else _trust_of(bundle)
        verdict = audit_record(
            bundle,
            trust,
            kept=[
                (str(path), read_bounded(path, NOTE_BYTES_MAX))
                for path in asked.earlier
                if not _is_copy(path)
            ],
            kept_copies=[
                (str(path), opened.enter_context(open_bundle(path)))
                for path in asked.earlier
                if _is_copy(path)
            ],
            complete=asked.complete,
        )
        # Papers made from what is refuted would lend it a face: they are not made at all.
        makes = judge_papers is not None and verdict.sound and bool(bundle.papers())
        papers = judge_papers(asked.path) if judge_papers is not None and makes else None
        return judge_beside(bundle, verdict, papers)


def _judge_complaint(asked: argparse.Namespace, keys: tuple[NoteKey, ...]) -> Verdict:
    file = read_bounded(asked.path, COMPLAINT_BYTES_MAX)
    if asked.copy is None:
        if not keys:
            raise NotAKey("A lodged statement holds no keys. Give desk's and mirror's with --vkey.")
        return audit_complaint(file, Trust(keys=keys))
    with open_bundle(asked.copy) as bundle:
        trust = Trust(keys=keys) if keys else _trust_of(bundle)
        return audit_complaint(file, trust, bundle)


def _is_copy(path: Path) -> bool:
    return path.is_dir() or path.suffix == ".zip"


def _begins_with(path: Path, header: str) -> bool:
    return path.is_file() and read_bounded(path, len(header)).startswith(header.encode())


def _trust_of(bundle: Bundle) -> Trust:
    """The keys that the copy names for itself."""
    named = bundle.trust()
    if not named.keys:
        raise NotAKey("The copy names no keys. Give the desk's with --vkey.")
    return named


def _read_jwk(path: Path) -> Ed25519PublicKey:
    try:
        jwk = msgspec.json.decode(read_bounded(path, _JWK_BYTES_MAX), type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotAKey(f"{path}: not a JSON Web Key.") from error
    return parse_public_jwk(jwk)


def read_bounded(path: Path, limit: int) -> bytes:
    """A file's bytes, no more than one beyond the limit: parsers refuse what is too long."""
    with path.open("rb") as file:
        return file.read(limit + 1)


def render_json(verdict: Verdict) -> str:
    """The verdict for machines."""
    members = {"sound": verdict.sound, **msgspec.to_builtins(verdict)}
    return msgspec.json.format(msgspec.json.encode(members), indent=2).decode() + "\n"


def render_text(verdict: Verdict) -> str:
    """The verdict for people: proven, not proven, wrong, and the sum of it."""
    rows: list[str] = []
    for title, sentences in (
        ("Proven", verdict.proven),
        ("Not proven", verdict.unproven),
        ("Wrong", tuple(f"{fault.slug}: {fault.sentence}" for fault in verdict.faults)),
    ):
        if sentences:
            rows += [title, *(f"  - {in_one_row(each)}" for each in sentences), ""]
    if verdict.sound:
        rows.append("Nothing is wrong with what was shown. Rely on what is proven, and on no more.")
    else:
        rows.append("Refuted: do not rely on this.")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.exit(main())
