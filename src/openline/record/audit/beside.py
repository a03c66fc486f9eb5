"""Judging what lies beside a copy of a record: evidence by its digest, and whatever came along.

Nothing signs these files. Evidence is bound by the digest that a signed account names; the papers
for people are bound by nothing, and are judged by making them again.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from openline.record.audit.words import Fault, Verdict, Wrong, count_text, ranges_text
from openline.record.bundle import Bundle
from openline.record.errors import CopyDamaged, NotALeaf
from openline.record.leaf import SALT_BYTES, open_leaf

_NOT_MADE_AGAIN: Final = (
    "{papers}: papers for people, which nothing signs. They were not made again from the entries "
    "here; `openline verify`, where all of openline is installed, does so."
)


class PapersJudged(Struct, frozen=True, kw_only=True):
    """What came of making the papers of a copy again."""

    proven: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()


class _NamesEvidence(Struct):
    evidence: tuple[str, ...] = ()
    account: _NamesEvidence | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """What it names itself, or in the account that it reveals."""
        return self.evidence + (self.account.named if self.account is not None else ())


def judge_beside(bundle: Bundle, verdict: Verdict, papers: PapersJudged | None) -> Verdict:
    """The verdict over a copy with what is to be said of the files beside it.

    Args:
        papers: what came of making the papers again; None where nobody has tried.
    """
    try:
        named = frozenset(_named_in(bundle))
        judged = tuple(_judge_evidence(bundle, named))
    except CopyDamaged as error:
        fault = Fault(slug=Wrong.COPY_DAMAGED, sentence=error.sentence)
        return replace(verdict, faults=(*verdict.faults, fault))
    papers = papers or _not_made_again(bundle)
    altered = (Fault(slug=Wrong.PAPER_ALTERED, sentence=each) for each in papers.altered)
    faults = (each for each in judged if isinstance(each, Fault))
    return replace(
        verdict,
        proven=(*verdict.proven, *_proven(bundle, judged), *papers.proven),
        unproven=(*verdict.unproven, *_unproven(bundle, named), *papers.unproven),
        faults=(*verdict.faults, *faults, *altered),
    )


def _named_in(bundle: Bundle) -> Iterator[str]:
    """The digests that accounts whose bodies are held name."""
    for index in sorted(bundle.indices()):
        leaf, salted = bundle.leaf(index), bundle.salted_body(index)
        if leaf is None or salted is None:
            continue
        try:
            if open_leaf(leaf).kind.startswith("incident."):
                yield from msgspec.json.decode(salted[SALT_BYTES:], type=_NamesEvidence).named
        except (NotALeaf, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue  # judged, and refuted, as an entry


def _judge_evidence(bundle: Bundle, named: frozenset[str]) -> Iterator[Fault | str]:
    """A fault for each file that is not what its name says; the digests of those that are named."""
    for digest in bundle.evidence():
        content = bundle.evidence_file(digest)
        if content is None or sha256(content).hexdigest() != digest:
            yield Fault(
                slug=Wrong.EVIDENCE_ALTERED,
                sentence=f"evidence/{digest} is not the file of that SHA-256: it was changed or "
                "swapped.",
            )
        elif digest in named:
            yield digest


def _proven(bundle: Bundle, judged: tuple[Fault | str, ...]) -> Iterator[str]:
    right = sum(isinstance(each, str) for each in judged)
    if right:
        files = count_text(
            right, "evidence file is the very one", "evidence files are the very ones"
        )
        yield f"{files} that an account here names by its SHA-256."


def _unproven(bundle: Bundle, named: frozenset[str]) -> Iterator[str]:
    held = set(bundle.evidence())
    if missing := len(named - held):
        files = count_text(missing, "file", "files")
        yield f"What is in {files} that accounts name as evidence: not in this copy."
    if held & named:
        yield "That this evidence is genuine, or shows what is said of it: no digest tells."
    if unnamed := sorted(held - named):
        yield f"No account here names these files in evidence/: {', '.join(unnamed)}."
    if coming := bundle.coming():
        yield (
            f"Entries {ranges_text(coming)}: a mirror has begun to copy them, and no checkpoint "
            "here signs them yet."
        )
    if strangers := bundle.strangers():
        yield f"These files came along and nothing here proves anything of them: {_few(strangers)}."


def _few(names: tuple[str, ...]) -> str:
    shown = ", ".join(ascii(name) for name in names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown


def _not_made_again(bundle: Bundle) -> PapersJudged:
    papers = bundle.papers()
    if not papers:
        return PapersJudged()
    return PapersJudged(unproven=(_NOT_MADE_AGAIN.format(papers=", ".join(papers)),))
