"""The whole judgement over a copy of a record, in plain words."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from openline.record.audit.entries import EntryAudit
from openline.record.audit.epochs import (
    Parted,
    PartedTogether,
    advice,
    faults_of_epochs,
    find_parted,
    hold_together,
    proven_of_epochs,
    unproven_of_epochs,
)
from openline.record.audit.losses import doubts_of
from openline.record.audit.sayings import (
    TIMES_ARE_WORDS,
    cosigned_by_whom,
    refuted,
    signed_by_whom,
    slug_of_note,
    unproven_of_trust,
    verdict_over,
)
from openline.record.audit.sealed import proven_of_accounts, unproven_of_accounts
from openline.record.audit.succession import predecessors, successors
from openline.record.audit.tree import (
    faults_of_entries,
    faults_of_tiles,
    find_altered_tiles,
    find_differing,
    roots_at,
)
from openline.record.audit.words import (
    Fault,
    RecordCopy,
    Trust,
    Verdict,
    Wrong,
    count_text,
    ranges_text,
)
from openline.record.checkpoint import Checkpoint, SignedCheckpoint, open_checkpoint
from openline.record.errors import (
    CopyDamaged,
    NotATile,
    RecordFault,
    TileMissing,
    UnknownSigner,
)

_AFTER_THE_LAST = (
    "That nobody signed more after their last entry here: only a receipt would show it."
)


def audit_record(
    copy: RecordCopy,
    trust: Trust,
    *,
    kept: Sequence[tuple[str, bytes]] = (),
    kept_copies: Sequence[tuple[str, RecordCopy]] = (),
    complete: bool = False,
) -> Verdict:
    """Judges a copy of a record by nothing but its own bytes and the keys that are trusted.

    Args:
        copy: what is held; every byte of it may be hostile.
        trust: whose signatures count.
        kept: checkpoints that the reader kept, each with a name; held against the record just as
            earlier ones in the copy are.
        kept_copies: whole copies that the reader kept: their checkpoints are held against it so
            too; and where a new epoch says that entries were lost, their hashes show which.
        complete: the copy claims to be whole, so an entry that is not held is a fault.
    """
    try:
        note = copy.checkpoint()
        if note is None:
            return refuted(Wrong.CHECKPOINT_UNREADABLE, "The copy holds no checkpoint.")
        signed, trust = _open(copy, note, trust)
    except CopyDamaged as error:
        return refuted(Wrong.COPY_DAMAGED, error.sentence)
    except RecordFault as error:
        return refuted(slug_of_note(error), f"checkpoint: {error.sentence}")
    audit = _Audit(copy, trust, signed)
    try:
        audit.take_copies(kept_copies)
        audit.judge_earlier_checkpoints([*copy.earlier_checkpoints(), *kept])
        audit.judge_tree_and_entries()
        audit.judge_what_lies_beside(complete=complete)
    except CopyDamaged as error:
        audit.give_up(error)
    return audit.verdict()


def _open(copy: RecordCopy, note: bytes, trust: Trust) -> tuple[SignedCheckpoint, Trust]:
    """The checkpoint, and whom to trust: also what a trusted key of the desk handed over to."""
    try:
        return open_checkpoint(note, trust.keys), trust
    except UnknownSigner:
        keys = (*trust.keys, *successors(copy, trust))
        if len(keys) == len(trust.keys):
            raise
        return open_checkpoint(note, keys), replace(trust, keys=keys)


class _Audit:
    """One judgement in the making."""

    def __init__(self, copy: RecordCopy, trust: Trust, signed: SignedCheckpoint) -> None:
        self._copy = copy
        self._trust = trust
        self._signed = signed
        self._checkpoint = signed.checkpoint
        signs_now = frozenset(each.key.public for each in signed.signed_by)
        self._entries = EntryAudit(self._checkpoint.origin, trust.desk_key, signs_now)
        self._earlier: dict[str, SignedCheckpoint] = {}
        self._beginnings: list[tuple[str, SignedCheckpoint]] = []
        self._faults: list[Fault] = []
        self._tree_is_right = False
        self._copies: dict[str, RecordCopy] = {}
        self._roots: dict[int, bytes] = {}
        self._parted: list[Parted] = []
        self._lost = PartedTogether()

    def take_copies(self, copies: Iterable[tuple[str, RecordCopy]]) -> None:
        """Whole copies that the reader kept, to be held against the record with the rest."""
        for name, copy in copies:
            note = copy.checkpoint()
            if note is None:
                raise CopyDamaged(f"{name} holds no checkpoint.")
            self._copies[name] = copy
            self.judge_earlier_checkpoints([(name, note)])

    def judge_earlier_checkpoints(self, notes: Iterable[tuple[str, bytes]]) -> None:
        """Opens them; whether the record still begins as they say is judged with the tree."""
        for name, note in notes:
            try:
                signed = self._opened_earlier(note)
            except RecordFault as error:
                self._fault(slug_of_note(error), f"{name}: {error.sentence}")
                continue
            earlier = signed.checkpoint
            if earlier.origin != self._checkpoint.origin:
                self._fault(Wrong.WRONG_RECORD, f"{name} is a checkpoint of another record.")
            elif earlier.size > self._checkpoint.size and name not in self._copies:
                self._fault_withheld(name, earlier)
            else:
                self._earlier[name] = signed

    def _opened_earlier(self, note: bytes) -> SignedCheckpoint:
        """An earlier checkpoint, perhaps by a key that has handed over to a trusted one since."""
        try:
            return open_checkpoint(note, self._trust.keys)
        except UnknownSigner:
            for key, until in predecessors(self._copy, self._trust):
                with contextlib.suppress(UnknownSigner):
                    signed = open_checkpoint(note, (key, *self._trust.keys))
                    if signed.checkpoint.size <= until:
                        return signed
            raise

    def judge_tree_and_entries(self) -> None:
        """Every way in which tiles, entries and roots can disagree; then entry by entry."""
        size = self._checkpoint.size
        try:
            differing = find_differing(self._copy, size)
            self._roots = roots_at(self._copy, self._sizes_known_at_first())
            self._tree_is_right = self._roots[size] == self._checkpoint.root
            self._faults += find_altered_tiles(self._copy, size)
            genuine = self._judge_differing(differing)
        except TileMissing as error:
            self._fault(
                Wrong.ENTRIES_WITHHELD,
                f"The checkpoint signs {size} entries and not all are shown: {error.sentence}",
            )
            return
        except NotATile as error:
            self._fault(Wrong.TILE_ALTERED, error.sentence)
            return
        for index in range(size):
            leaf = self._copy.leaf(index)
            if leaf is None or (index in differing and not genuine):
                self._entries.pass_over(index)
            else:
                self._entries.take(index, leaf, self._copy.salted_body(index))
        self._judge_epochs()
        for name, earlier in self._earlier.items():
            self._judge_beginning(name, earlier)
        self._lost = hold_together(self._parted)
        self._faults += self._lost.faults

    def _sizes_known_at_first(self) -> set[int]:
        """At which sizes the root is wanted, before the entries have told of new epochs."""
        sizes = {each.checkpoint.size for each in self._earlier.values()}
        size = self._checkpoint.size
        return {size, *(each for each in sizes if each <= size)}

    def _judge_epochs(self) -> None:
        epochs = self._entries.epochs
        if epochs and self._tree_is_right:
            sizes = {size for each in epochs for size in each.sizes}
            self._roots |= roots_at(self._copy, {*sizes, self._checkpoint.size})
            self._faults += faults_of_epochs(epochs, self._roots)

    def _judge_differing(self, differing: Mapping[int, bytes]) -> bool:
        """Whether, where entries and tiles differ, it is the entries that were signed."""
        size, root = self._checkpoint.size, self._checkpoint.root
        if self._tree_is_right:
            self._faults += faults_of_entries(self._copy, size, differing)
            return False
        if roots_at(self._copy, [size], differing)[size] == root:
            self._faults += faults_of_tiles(differing)
            return True
        self._fault(
            Wrong.TILE_ALTERED,
            f"The hashes in the tiles do not lead to the root signed at size {size}: an entry was "
            "edited, dropped, added or moved after the root was signed.",
        )
        self._faults += faults_of_entries(self._copy, size, differing)
        return False

    def _judge_beginning(self, name: str, signed: SignedCheckpoint) -> None:
        earlier = signed.checkpoint
        if earlier.root == self._roots.get(earlier.size):
            self._beginnings.append((name, signed))
        elif (parted := self._find_parted(name, earlier)) is not None:
            self._parted.append(parted)
        elif earlier.size > self._checkpoint.size:
            self._fault_withheld(name, earlier)
        elif earlier.size == self._checkpoint.size and self._tree_is_right:
            self._fault(
                Wrong.RECORD_FORKED,
                f"{name} signs another root for the same {earlier.size} entries: the desk has "
                "shown two records.",
            )
        else:
            self._fault(
                Wrong.OLD_ENTRY_EDITED,
                f"{name}: what was signed at size {earlier.size} is not how this record begins: "
                f"one of its first {earlier.size} entries was edited, dropped or moved since."
                + advice(earlier, self._entries.epochs),
            )

    def _find_parted(self, name: str, earlier: Checkpoint) -> Parted | None:
        copy, epochs = self._copies.get(name), self._entries.epochs
        if copy is None or not epochs or not self._tree_is_right:
            return None
        return find_parted(name, copy, earlier, epochs, (self._copy, self._checkpoint.size))

    def _fault_withheld(self, name: str, earlier: Checkpoint) -> None:
        self._fault(
            Wrong.ENTRIES_WITHHELD,
            f"{name} signs {earlier.size} entries and the record offered ends at "
            f"{self._checkpoint.size}: the later ones are withheld.",
        )

    def judge_what_lies_beside(self, *, complete: bool) -> None:
        """Files of entries that nothing signs; and, of a whole copy, entries that are missing."""
        size = self._checkpoint.size
        beyond = sorted(index for index in self._copy.indices() if index >= size)
        if beyond:
            self._fault(
                Wrong.ENTRY_UNPROVEN,
                f"Entries {ranges_text(beyond)} lie beyond the {size} that the checkpoint signs: "
                "nothing proves them.",
            )
        not_held = self._entries.not_held
        if complete and not_held:
            self._fault(
                Wrong.ENTRIES_WITHHELD,
                f"The copy is said to be whole, and entries {ranges_text(not_held)} are missing.",
            )

    def give_up(self, error: CopyDamaged) -> None:
        """The rest cannot be read, so it is not judged."""
        self._fault(Wrong.COPY_DAMAGED, f"{error.sentence} The rest was not judged.")

    def verdict(self) -> Verdict:
        """What it has come to."""
        faults = (*self._faults, *self._entries.faults, *self._faults_of_keys())
        return verdict_over(self._checkpoint, self._proven(), self._unproven(), faults)

    def _proven(self) -> Iterator[str]:
        yield from signed_by_whom(self._signed)
        entries = self._entries
        if self._tree_is_right:
            yield "The tree, computed again from its hashes, has the root that was signed."
            for name, signed in self._beginnings:
                size = signed.checkpoint.size
                yield f"The record as {name} signs it, at size {size}, is how this one begins."
                yield from cosigned_by_whom(signed)
            yield from proven_of_epochs(entries.epochs, self._roots)
            yield from self._lost.proven
        if entries.verified_by_desk:
            count = count_text(entries.verified_by_desk, "entry is", "entries are")
            yield f"{count} signed by the desk's own key {entries.keys.desk_kid}."
        for index, kid, by_old in entries.keys.changes:
            if by_old:
                yield f"At entry {index} the desk's old key hands over to its key {kid}."
        if entries.verified_by_parties:
            count = count_text(entries.verified_by_parties, "entry is", "entries are")
            yield f"{count} signed by parties' keys, enrolled and not revoked at that place."
        if self._tree_is_right and not entries.not_held and not entries.faults:
            yield "Up to its last entry here, no key's entries have a gap, a repeat or a fork."
        yield from proven_of_accounts(entries.sealed)
        if entries.bodies_held:
            count = count_text(entries.bodies_held, "body is", "bodies are")
            yield f"{count} what the entries commit to."

    def _unproven(self) -> Iterator[str]:
        entries = self._entries
        yield from unproven_of_trust(self._trust, self._signed, self._witnessed_size())
        if entries.not_held:
            yield (
                f"What {len(entries.not_held)} of the {self._checkpoint.size} entries say: "
                f"{ranges_text(entries.not_held)} not in this copy. Where they stand is proven."
            )
        if lacking := sorted(entries.rested_on.intersection(entries.not_held)):
            yield f"What entries here rest on: {ranges_text(lacking)} not in this copy."
        if entries.bodies_not_held:
            count = count_text(entries.bodies_not_held, "body is", "bodies are")
            yield f"{count} not in this copy: erased, or not yours to read."
        yield from unproven_of_accounts(entries.sealed)
        yield from self._unproven_of_keys()
        if entries.attested:
            count = count_text(entries.attested, "entry is", "entries are")
            yield (
                f"{count} the desk's word for a caller without a key: that it passed on all they "
                "said, and nothing else, cannot be proven."
            )
        if self._signed_by_another() and not self._trust.from_copy:
            yield "That the key which signs checkpoints is the desk's own: entries name another."
        yield _AFTER_THE_LAST
        yield TIMES_ARE_WORDS

    def _unproven_of_keys(self) -> Iterator[str]:
        """What is not known since a key was lost, or since the desk's own was put in its place."""
        yield from unproven_of_epochs(self._entries.epochs)
        yield from self._lost.unproven
        yield from doubts_of(self._copy, self._entries.keys.losses)

    def _witnessed_size(self) -> int:
        """Up to where witnesses whom the reader trusts have cosigned how this record begins."""
        begun = (signed for _, signed in self._beginnings if signed.witnessed_by)
        return max((signed.checkpoint.size for signed in begun), default=0)

    def _signed_by_another(self) -> bool:
        """No signature on the checkpoint is by the key that the entries name as the desk's."""
        own = self._desk_key_bytes()
        return own is not None and all(s.key.public != own for s in self._signed.signed_by)

    def _faults_of_keys(self) -> Iterator[Fault]:
        """Keys that a copy brings along for itself must at least be those that its entries name;
        and one of a new epoch must be vouched for by the reader's own trust.
        """
        if (index := self._entries.keys.unbelieved()) is not None:
            yield Fault(
                slug=Wrong.KEY_FORGED,
                sentence=f"Entry {index}: It names a key of the desk that no key you trust has "
                "vouched for.",
                index=index,
            )
        if self._trust.from_copy and self._signed_by_another():
            yield Fault(
                slug=Wrong.KEY_FORGED,
                sentence="The checkpoint is signed by a key that came with the copy, and the "
                "entries name another as the desk's: the key, or the checkpoint, was swapped.",
            )

    def _desk_key_bytes(self) -> bytes | None:
        keys = self._entries.keys
        desk = keys.find(keys.desk_kid) if keys.desk_kid else None
        return desk.key.public_bytes_raw() if desk else None

    def _fault(self, slug: Wrong, sentence: str) -> None:
        self._faults.append(Fault(slug=slug, sentence=sentence))
