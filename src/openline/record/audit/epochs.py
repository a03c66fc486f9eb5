"""New epochs: what the desk says that it put back, against what is here; and what was lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, Final

from msgspec import Struct

from openline.record.audit.keyring import EPOCH
from openline.record.audit.tree import find_differing, roots_at
from openline.record.audit.words import Fault, RecordCopy, Wrong
from openline.record.checkpoint import Checkpoint
from openline.record.encoding import encode_base64
from openline.record.errors import CopyDamaged, NotAKey, NotALeaf, NotATile, TileMissing
from openline.record.leaf import Leaf, open_leaf

_WHY: Final = {
    "key_lost": "its key was lost",
    "key_stolen": "its key was stolen",
}


class Epoch(Struct, frozen=True, kw_only=True):
    """What an entry that opens a new epoch says: how much was put back, of how much, and why.

    `key` is the kid of the new key that no old one vouches for, if it names one.
    """

    index: int
    restored_size: int
    restored_root: bytes
    known_size: int
    known_root: bytes
    key: str | None = None
    why: str = ""

    @property
    def missing(self) -> str | None:
        """Which entries are lost by the desk's own word; None if none are."""
        if self.known_size <= self.restored_size:
            return None
        return f"entries {self.restored_size} to {self.known_size - 1}"

    @property
    def sizes(self) -> Iterator[int]:
        """At which sizes of this record it says what the root was."""
        yield self.restored_size
        if self.known_size <= self.restored_size:
            yield self.known_size


def epoch_in(index: int, leaf: Leaf) -> Epoch:
    """What the entry says.

    Raises:
        NotAKey: not what such an entry says, or it speaks of another beginning than its own.
    """
    data = leaf.data
    restored, known = data.get("restored_size"), data.get("last_known_size")
    if not isinstance(restored, int) or not isinstance(known, int) or not 0 <= restored <= index:
        raise NotAKey("It opens a new epoch, and of another beginning than this record's.")
    return Epoch(
        index=index,
        restored_size=restored,
        restored_root=_root_in(data, "restored_root"),
        known_size=known,
        known_root=_root_in(data, "last_known_root"),
        key=leaf.kid if "desk_key" in data else None,
        why=_WHY.get(str(data.get("why")), ""),
    )


def _root_in(data: Mapping[str, Any], name: str) -> bytes:
    try:
        return bytes.fromhex(data[name])
    except (KeyError, TypeError, ValueError) as error:
        raise NotAKey(f"It opens a new epoch and states no {name}.") from error


def faults_of_epochs(epochs: Sequence[Epoch], roots: Mapping[int, bytes]) -> Iterator[Fault]:
    """What an epoch says of this very record must be so."""
    for each in epochs:
        said = [(each.restored_size, each.restored_root)]
        if each.missing is None:
            said.append((each.known_size, each.known_root))
        wrong = [size for size, root in said if roots.get(size) != root]
        if wrong:
            yield Fault(
                slug=Wrong.EPOCH_MISSTATED,
                sentence=f"Entry {each.index} opens a new epoch and says that the record's first "
                f"{wrong[0]} entries had another root than they have here: what was put back is "
                "not what stands here, or was edited since.",
                index=each.index,
            )


def proven_of_epochs(epochs: Sequence[Epoch], roots: Mapping[int, bytes]) -> Iterator[str]:
    """That the beginning that was put back is the one here, hash for hash."""
    for each in epochs:
        if roots.get(each.restored_size) == each.restored_root:
            lost = (
                "none is missing by its word" if each.missing is None else f"{each.missing} are not"
            )
            yield (
                f"Entry {each.index} opens a new epoch. The first {each.restored_size} entries "
                f"here are, hash for hash, those that it says were put back; {lost}."
            )


def unproven_of_epochs(epochs: Sequence[Epoch]) -> Iterator[str]:
    """What was lost by the desk's own word, and whose key nobody vouched for."""
    for each in epochs:
        if each.key is not None:
            because = f" because {each.why}" if each.why else ""
            yield (
                f"That it is the same desk from entry {each.index} on: a new epoch begins there "
                f"with key {each.key}{because}, and no old key signed for it. Whether to trust it "
                "is for each party to decide: ask the desk by another way."
            )
        if each.missing is not None:
            yield (
                f"What {each.missing} were before entry {each.index}: the desk says there that it "
                f"lost them, and that the record had the root {encode_base64(each.known_root)} at "
                f"{each.known_size} entries. Receipts for them still stand; a copy with that root "
                "shows them: hold it against this with --earlier."
            )


class Parted(Struct, frozen=True, kw_only=True):
    """A copy that parts from this record just where an epoch says that entries were lost."""

    name: str
    copy: RecordCopy
    at: Checkpoint
    epoch: Epoch

    @property
    def is_all(self) -> bool:
        """Whether it goes as far as the desk says: there, and only there, the desk named a root."""
        return self.at.size == self.epoch.known_size

    def shares_with(self, other: Parted) -> bool:
        """Whether the shorter of the two is, hash for hash, how the longer one begins."""
        size = min(self.at.size, other.at.size)
        # Asked up to its end: a copy has the last tile in one width alone.
        ours, theirs = (roots_at(each.copy, {size, each.at.size})[size] for each in (self, other))
        return ours == theirs


class PartedTogether(Struct, frozen=True):
    """What all copies that parted from a record come to, held against each other."""

    faults: tuple[Fault, ...] = ()
    proven: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()


def hold_together(parted: Sequence[Parted]) -> PartedTogether:
    """Holds the copies against each other: of one loss there is one history.

    The desk names no root below the size that it had come to. So a copy that ends sooner is shown
    to be what was lost only by one that goes that far and begins with it.

    Raises:
        CopyDamaged: the hashes of a copy are not all there.
    """
    try:
        faults = [_forked(*pair) for pair in combinations(parted, 2) if not _agree(*pair)]
        proven, unproven = [], []
        for each in parted:
            proven.append(
                f"{each.name}, of {each.at.size} entries, is the same record up to entry "
                f"{each.epoch.restored_size - 1}, hash for hash."
            )
            if any(full.is_all and _is_begun_by(full, each) for full in parted):
                proven[-1] += (
                    " What it holds from there on is what was lost before entry "
                    f"{each.epoch.index}."
                )
            else:
                unproven.append(
                    f"That what {each.name} holds from entry {each.epoch.restored_size} on is what "
                    f"was lost before entry {each.epoch.index}: it ends at {each.at.size} entries, "
                    f"and the desk names a root at {each.epoch.known_size} alone. A copy that goes "
                    "that far shows it: give that too with --earlier."
                )
    except (TileMissing, NotATile) as error:
        raise CopyDamaged(f"A copy of what was lost: {error.sentence}") from error
    return PartedTogether(tuple(faults), tuple(proven), tuple(unproven))


def _is_begun_by(full: Parted, each: Parted) -> bool:
    return full is each or (full.epoch == each.epoch and full.shares_with(each))


def _forked(one: Parted, other: Parted) -> Fault:
    return Fault(
        slug=Wrong.RECORD_FORKED,
        sentence=f"{one.name} and {other.name} part from this record before entry "
        f"{min(one.epoch.index, other.epoch.index)}, and from each other: in their first "
        f"{min(one.at.size, other.at.size)} entries they differ, and the desk has signed both. It "
        "has shown two records, and no loss explains that.",
    )


def _agree(one: Parted, other: Parted) -> bool:
    """Whether both can be of one record that never showed two histories."""
    if max(one.epoch.restored_size, other.epoch.restored_size) > min(
        one.epoch.index, other.epoch.index
    ):
        return True  # the later loss was of a record that held the earlier epoch already
    if one.shares_with(other):
        return True
    # What was lost may itself tell of a loss, after which it went on otherwise than the other.
    return _tells_of(one, other) or _tells_of(other, one)


def _tells_of(one: Parted, other: Parted) -> bool:
    told = tuple(_epochs_lost(one))
    return find_parted(other.name, other.copy, other.at, told, (one.copy, one.at.size)) is not None


def _epochs_lost(parted: Parted) -> Iterator[Epoch]:
    """The epochs that open in what a copy holds beyond its parting, each hashed into its tree."""
    differing = find_differing(parted.copy, parted.at.size)
    for index in range(parted.epoch.restored_size, parted.at.size):
        raw = None if index in differing else parted.copy.leaf(index)
        try:
            if raw is not None and (leaf := open_leaf(raw)).kind == EPOCH:
                yield epoch_in(index, leaf)
        except (NotALeaf, NotAKey):
            continue  # it says nothing that would explain a loss


def find_parted(
    name: str,
    copy: RecordCopy,
    at: Checkpoint,
    epochs: Sequence[Epoch],
    ours: tuple[RecordCopy, int],
) -> Parted | None:
    """Whether a copy of another end of this record parts from it just where an epoch says.

    None if it parts sooner, or later, or goes further than the desk says that its record had come:
    then no loss that the desk speaks of explains it.

    Args:
        copy: what was kept, whose checkpoint is `at`.
        ours: the record as it is judged, and its size.

    Raises:
        CopyDamaged: its hashes are not all there, or not those that were signed.
    """
    try:
        if roots_at(copy, {at.size})[at.size] != at.root:
            raise CopyDamaged(f"{name}: its hashes do not lead to the root that was signed.")
        for epoch in epochs:
            is_told = epoch.restored_size < at.size <= epoch.known_size and (
                at.size < epoch.known_size or at.root == epoch.known_root
            )
            if is_told and _parts_at(epoch, (copy, at.size), ours):
                return Parted(name=name, copy=copy, at=at, epoch=epoch)
    except (TileMissing, NotATile) as error:
        raise CopyDamaged(f"{name}: {error.sentence}") from error
    return None


def _parts_at(epoch: Epoch, lost: tuple[RecordCopy, int], ours: tuple[RecordCopy, int]) -> bool:
    """The same up to what was put back; and not the same with the entry that says so."""
    same, after = epoch.restored_size, min(epoch.index + 1, lost[1])
    # Asked up to its end: a copy has the last tile in one width alone.
    theirs, here = (roots_at(copy, {same, after, size}) for copy, size in (lost, ours))
    return theirs[same] == here[same] and theirs[after] != here[after]


def advice(at: Checkpoint, epochs: Sequence[Epoch]) -> str:
    """What to add where a checkpoint is not how the record begins, and an epoch may be why."""
    for each in epochs:
        if each.restored_size < at.size and each.missing is not None:
            return (
                f" Entry {each.index} says that {each.missing} were lost: that may be the whole of "
                "it, or hide an edit. A whole copy of what was lost, given with --earlier, shows "
                "which."
            )
    return ""
