"""A copy of a record read as entries: what is held of it, in the desk's own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import MINYEAR, UTC, datetime

from msgspec import Struct

from openline.cli.sentences import time_text
from openline.domain.party import DeskOpened, Heard
from openline.domain.statement import (
    THE_DESK,
    Attested,
    Author,
    Entry,
    Signed,
    Word,
    read_content,
)
from openline.record.audit.verdict import audit_record
from openline.record.audit.words import Verdict
from openline.record.bundle import Bundle
from openline.record.leaf import SALT_BYTES, Leaf, open_leaf
from openline.sealing import author_from_source


class CopyRead(Struct, frozen=True, kw_only=True):
    """The entries that a copy holds, in order, and what the verifier says of it.

    `recorded` has, by index, the instants between which an entry was recorded: one and the same
    where the desk says so in what is held.
    """

    entries: tuple[Entry, ...]
    recorded: dict[int, tuple[datetime, datetime]]
    kids: dict[int, str]
    verdict: Verdict
    evidence: frozenset[str]

    @property
    def origin(self) -> str:
        """Which record it is a copy of."""
        return self.verdict.origin or ""

    @property
    def exercise(self) -> bool:
        """Whether it is the record of an exercise."""
        return any(isinstance(e.content, DeskOpened) and e.content.exercise for e in self.entries)


def read_copy(bundle: Bundle) -> CopyRead:
    """What a copy holds.

    Raises:
        RecordFault: a leaf, a key or a file of it cannot be read.
        Malformed: an entry is of a kind that this release does not know.
    """
    leaves = {
        index: open_leaf(raw)
        for index in sorted(bundle.indices())
        if (raw := bundle.leaf(index)) is not None
    }
    recorded = _recorded(leaves)
    return CopyRead(
        entries=tuple(
            _entry(index, leaf, bundle, recorded[index][1]) for index, leaf in leaves.items()
        ),
        recorded=recorded,
        kids={index: leaf.kid for index, leaf in leaves.items()},
        verdict=audit_record(bundle, bundle.trust()),
        evidence=frozenset(bundle.evidence()),
    )


def _entry(index: int, leaf: Leaf, bundle: Bundle, recorded_at: datetime) -> Entry:
    salted = bundle.salted_body(index)
    content = read_content(leaf.kind, leaf.data, None if salted is None else salted[SALT_BYTES:])
    author = author_from_source(leaf.source)
    word: Word | None = None
    raw = bundle.leaf(index) or b""
    if leaf.attested is not None:
        by = leaf.attested
        author = Author(party=by.party, position=by.position, by_human=by.human)
        word = Attested(issuer=by.issuer, token_id=by.tokenid)
    elif leaf.recordedat is not None:
        author = THE_DESK
    else:
        word = Signed(
            kid=leaf.kid,
            seq=leaf.seq,
            prevhash=leaf.prevhash,
            leafhash=leaf.digest,
            leaf=raw.decode("ascii"),
        )
    return Entry(
        index=index,
        recorded_at=recorded_at,
        id=leaf.id,
        author=author,
        content=content,
        readers=leaf.readers or (),
        said_at=datetime.fromisoformat(leaf.time),
        refs=leaf.refs or (),
        word=word,
    )


def _recorded(leaves: dict[int, Leaf]) -> dict[int, tuple[datetime, datetime]]:
    """When each was recorded: as the desk says of it, or between what it says of its neighbours."""
    exact = dict(_said_exactly(leaves))
    bounds: dict[int, tuple[datetime, datetime]] = {}
    first = datetime.min.replace(tzinfo=UTC)
    for index in leaves:
        first = exact.get(index, first)
        bounds[index] = (first, first)
    last = max(exact.values(), default=first)
    for index in reversed(leaves):
        last = exact.get(index, last)
        bounds[index] = (bounds[index][0], last)
    return bounds


def _said_exactly(leaves: dict[int, Leaf]) -> Iterator[tuple[int, datetime]]:
    """By index the instant at which the desk says that it recorded an entry.

    What it concluded from a statement it recorded in the same instant; so it did what it says
    that it heard.
    """
    for index, leaf in leaves.items():
        if leaf.recordedat is None:
            continue
        at = datetime.fromisoformat(leaf.recordedat)
        yield index, at
        heard: Iterable[int] = ()
        if leaf.kind == Heard.KIND:
            heard = (each[0] for each in leaf.data.get("leaves", ()))
        elif leaf.attested is None and leaf.refs:
            heard = leaf.refs[:1] if _follows_at_once(leaves, leaf.refs[0], index) else ()
        for each in heard:
            if each in leaves and leaves[each].recordedat is None:
                yield each, at


def _follows_at_once(leaves: dict[int, Leaf], cause: int, index: int) -> bool:
    """Nothing that is not held, or that follows from something else, stands in between."""
    between = (leaves.get(each) for each in range(cause + 1, index))
    return all(
        leaf is not None and leaf.recordedat is not None and (leaf.refs or ())[:1] == (cause,)
        for leaf in between
    )


def recorded_text(copy: CopyRead, index: int) -> str:
    """When an entry was recorded, or between which instants."""
    first, last = copy.recorded[index]
    if first == last:
        return time_text(first)
    if first.year == MINYEAR:
        return f"by {time_text(last)}"
    return f"between {time_text(first)} and {time_text(last)}"
