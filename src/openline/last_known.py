"""How far a record was known to go, and whether what is put in its place is how that began.

After a restore one record has two ends, and a longer one need not hold what the shorter answered
for. So roots are compared and not sizes alone: what is not how the known record began is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from openline.cosigning.agreed import every_desk_key
from openline.desk_directory import HEAD, JOURNAL
from openline.desk_directory.head import Head, HeadFile, head_of
from openline.domain.errors import Refused, Unavailable
from openline.domain.evidence import EvidenceErased, EvidenceKept
from openline.domain.party import DeskKeyRotated, DeskOpened, EpochOpened
from openline.domain.statement import Content, Entry
from openline.journal import Damaged, Journal, Row
from openline.journal.at_rest import AtRest
from openline.journal.sqlite import SqliteJournal
from openline.record.checkpoint import open_checkpoint
from openline.record.errors import RecordFault
from openline.record.leaf import leaf_hash, open_leaf
from openline.record.merkle import EMPTY_ROOT, Tree
from openline.record.note import NoteKey
from openline.record.tiles import tree_from_tiles
from openline.sealing import entry_from_row

_CHANGES: Final = (DeskOpened, DeskKeyRotated, EpochOpened)
_KEEP: Final = (
    "Nothing was changed. Keep the desk as it stands, or put back a backup of its own branch; what "
    "only the other branch holds, the parties may supply again."
)


class OtherBranch(Unavailable):
    """What is to be put back is not how the record began that was answered for."""

    slug = "other-branch"


class Seen(Struct, frozen=True, kw_only=True):
    """A checkpoint that others hold, and the desk's keys that were given by hand for it."""

    note: bytes
    keys: tuple[NoteKey, ...] = ()


class Known(Struct, frozen=True, kw_only=True):
    """That the record had come as far as `head`, and by whose word: it begins a sentence."""

    by: str
    head: Head


class Stood(Struct, frozen=True, kw_only=True):
    """What can be learnt from the desk that is replaced: how far it had come; and its changes of
    keys and epochs, None if its record is not there or cannot be read.

    `without_body` are the entries whose body was not there any more: erased, or lost. `erased` are
    the digests of the evidence that the record says was erased, for every incident that had it.
    """

    known: tuple[Known, ...]
    changes: tuple[Entry, ...] | None
    without_body: tuple[int, ...] = ()
    erased: frozenset[str] = frozenset()


def changes_of_keys(journal: Journal) -> Iterator[Entry]:
    """The entries that say whose signatures are the desk's, and that a new epoch begins.

    Raises:
        Damaged: an entry is not what stands beside it.
        Malformed: a later release wrote it.
    """
    for row in journal.read(0, journal.size()):
        entry = entry_from_row(row)
        if isinstance(entry.content, _CHANGES):
            yield entry


def head_seen(seen: Seen, origin: str, keys: Iterable[NoteKey]) -> Known:
    """How far a checkpoint that others hold says that the record had come.

    Args:
        origin: the record's name.
        keys: every key that is known to be the desk's, apart from those given by hand.

    Raises:
        Damaged: it is no checkpoint of this record, or none of these keys signed it.
    """
    try:
        signed = open_checkpoint(seen.note, (*keys, *seen.keys)).checkpoint
    except RecordFault as fault:
        raise Damaged(
            f"The checkpoint that others hold: {fault.sentence} Nothing was changed."
        ) from fault
    if signed.origin != origin:
        raise Damaged(
            f"The checkpoint that others hold is of {signed.origin} and not of {origin}. Nothing "
            "was changed: name one of this record."
        )
    return Known(by="the checkpoint that others hold", head=head_of(seen.note, epoch=0))


def furthest_known(journal: Journal, restored: Head, known: Iterable[Known]) -> Head:
    """How far the record had come by the furthest of these; `restored` itself if none is further.

    LIMIT: of a head that is further than `restored` only its record could tell whether it begins
    like this one. `find_stood` compares them where that record can still be read.

    Args:
        journal: what is to be put back, whose size and root are `restored`.

    Raises:
        OtherBranch: one of them is not further, and what is restored begins otherwise; or two of
            them have one size and different roots.
        Damaged: the hashes are not all there.
    """
    furthest = Known(by="what is put back", head=restored)
    for each in known:
        if each.head.size <= restored.size:
            _check_branch(each, _root_at(journal, each.head.size), restored.size)
        elif each.head.size > furthest.head.size:
            furthest = each
        elif each.head.size == furthest.head.size and each.head.root != furthest.head.root:
            raise OtherBranch(
                f"By {furthest.by} and by {each.by} the record had two different roots at "
                f"{each.head.size} entries: one of them is of another branch. Nothing was changed. "
                "Leave out --seen to name the desk's own, and keep the other checkpoint as it is."
            )
    return furthest.head


def find_stood(desk: Path, restored: Head, at_rest: AtRest) -> Stood:
    """What the desk in this directory can still tell of how far it had come.

    Its head counts for more than its record, in whose place another may have been put by hand.
    Where the head is lost, the record is believed if it is whole.

    Raises:
        OtherBranch: what was answered for went on otherwise than what is to be put back.
        Unavailable: the disk does not give the head.
    """
    head = _find_head(desk)
    sizes = {restored.size, head.size if head else 0}
    record = _find_record(desk / JOURNAL, at_rest, sizes)
    if record is None and head is not None:
        record = _find_moved(desk, at_rest, sizes, head)
    if record is None:
        return Stood(known=_own(head), changes=None)
    own = head or record.head
    stood = Stood(
        known=_own(own),
        changes=record.changes,
        without_body=record.without_body,
        erased=record.erased,
    )
    if record.roots.get(own.size) != own.root:
        return stood
    if restored.size <= own.size:
        had = Head(
            origin=own.origin,
            epoch=own.epoch,
            size=restored.size,
            root=record.roots[restored.size],
        )
        _check_branch(Known(by="the desk's own record", head=had), restored.root, restored.size)
    told = _told_before(record.changes, restored.size, own)
    return replace(stood, known=(*_own(own), *told))


class _Record(Struct, frozen=True, kw_only=True):
    """A whole record: where it ends, its roots (hex) at the sizes asked for and at its end."""

    head: Head
    roots: dict[int, str]
    changes: tuple[Entry, ...]
    without_body: tuple[int, ...]
    erased: frozenset[str]


def _check_branch(known: Known, root: str, restored: int) -> None:
    if root != known.head.root:
        raise OtherBranch(
            f"What is to be put back, of {restored} entries, is of another branch of this record: "
            f"by {known.by} the first {known.head.size} entries (epoch {known.head.epoch}) have "
            f"the root {known.head.root}, and there {root}. {_KEEP}"
        )


def _root_at(journal: Journal, size: int) -> str:
    try:
        return tree_from_tiles(size, journal.tile).root().hex()
    except RecordFault as fault:
        raise Damaged(f"{fault.sentence} Put another backup back.") from fault


def _find_head(desk: Path) -> Head | None:
    """How far the desk had come by its own head; None if that is lost too."""
    try:
        return HeadFile(desk / HEAD).read()
    except Damaged:
        return None


def _own(head: Head | None) -> tuple[Known, ...]:
    return () if head is None else (Known(by="the desk's own head", head=head),)


def _find_moved(desk: Path, at_rest: AtRest, sizes: set[int], head: Head) -> _Record | None:
    """The record that the head is of, where an act that was cut short has only moved it aside."""
    for path in desk.glob(f"{JOURNAL}.replaced-*[0-9]"):
        record = _find_record(path, at_rest, sizes)
        if record is not None and record.roots.get(head.size) == head.root:
            return record
    return None


def _find_record(path: Path, at_rest: AtRest, sizes: set[int]) -> _Record | None:
    """The record in this file, if every entry of it is as one of its own keys has signed."""
    if not path.exists():
        return None
    try:
        journal = SqliteJournal(path, at_rest)
    except Unavailable:
        return None
    try:
        return _read_record(journal, sizes)
    except (Unavailable, Refused, RecordFault):
        # It is replaced because something is wrong with it: then only the head tells.
        return None
    finally:
        journal.close()


def _read_record(journal: Journal, sizes: set[int]) -> _Record:
    note = journal.checkpoint() or b""
    end = head_of(note, epoch=0)
    tree, roots, changes = Tree(), {0: EMPTY_ROOT.hex()}, list[Entry]()
    erasures = _Erasures()
    for row in journal.read(0, end.size):
        tree.append(leaf_hash(row.leaf))
        if tree.size in sizes:
            roots[tree.size] = tree.root().hex()
        entry = entry_from_row(row)
        if isinstance(entry.content, _CHANGES):
            changes.append(entry)
        erasures.take(row, entry.content)
    open_checkpoint(note, every_desk_key(changes, end.origin))
    if tree.root().hex() != end.root:
        raise Damaged("The entries are not those that were signed.")
    roots[end.size] = end.root
    epochs = sum(isinstance(each.content, EpochOpened) for each in changes)
    head = Head(origin=end.origin, epoch=epochs, size=end.size, root=end.root)
    return _Record(
        head=head,
        roots=roots,
        changes=tuple(changes),
        without_body=tuple(erasures.without_body),
        erased=erasures.digests,
    )


class _Erasures:
    """What a record shows to be no longer there, taken entry by entry."""

    def __init__(self) -> None:
        self.without_body: list[int] = []
        self._digests: dict[str, str] = {}
        self._gone: set[str] = set()

    def take(self, row: Row, content: Content) -> None:
        if row.body is None and open_leaf(row.leaf).bodydigest is not None:
            self.without_body.append(row.index)
        if isinstance(content, EvidenceKept) and content.body is not None:
            self._digests[content.evidence] = content.body.sha256
        elif isinstance(content, EvidenceErased):
            self._gone.add(content.evidence)

    @property
    def digests(self) -> frozenset[str]:
        """Of the files that were erased from every incident that had them."""
        kept = {digest for id, digest in self._digests.items() if id not in self._gone}
        return frozenset(self._digests[id] for id in self._gone & self._digests.keys()) - kept


def _told_before(changes: Iterable[Entry], restored: int, own: Head) -> Iterator[Known]:
    """What an epoch that will be lost has said to be lost: else that would now be forgotten."""
    for entry in changes:
        said = entry.content
        if isinstance(said, EpochOpened) and entry.index >= restored:
            head = Head(
                origin=own.origin,
                epoch=own.epoch,
                size=said.last_known_size,
                root=said.last_known_root,
            )
            if head.size > own.size:
                yield Known(by=f"the epoch that entry {entry.index} opened", head=head)
