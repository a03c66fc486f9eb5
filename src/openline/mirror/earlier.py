"""What the keeper of a mirror kept of the record from before: what is offered goes on from it.

A checkpoint, or a whole copy such as an older mirror's. It means here what it means to `openline
verify`, and where hashes alone do not tell it is judged by that: if a new epoch says that entries
were lost, a whole copy shows whether that is all of it. Until it is judged its checkpoint lies in
`checkpoints/`, so that no stop and no restart forgets it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NoReturn

from msgspec import Struct

from openline.domain.errors import Malformed
from openline.mirror.held import HeldCopy
from openline.mirror.refusing import Refusing
from openline.record.audit.succession import predecessors
from openline.record.audit.verdict import audit_record
from openline.record.audit.words import Fault, RecordCopy, Trust, Verdict, Wrong
from openline.record.checkpoint import (
    Checkpoint,
    SignedCheckpoint,
    open_checkpoint,
    parse_checkpoint,
)
from openline.record.errors import RecordFault, UnknownSigner
from openline.record.note import NoteKey, parse_note
from openline.record.tiles import tiles_of_growth

_HOW: Final[Mapping[Wrong, str]] = {
    Wrong.OLD_ENTRY_EDITED: "REWRITTEN",
    Wrong.RECORD_FORKED: "REWRITTEN",
    Wrong.ENTRIES_WITHHELD: "REWOUND",
}
"""What the desk is refused for; anything else is wrong with what was kept itself."""


class Earlier(Struct, frozen=True, kw_only=True):
    """A checkpoint that was kept, a name to speak of it by, and the whole copy if there is one."""

    name: str
    note: bytes
    copy: RecordCopy | None = None


class Offer:
    """The record as it is offered, as a `RecordCopy`: what is held, and what comes behind it."""

    def __init__(
        self, held: HeldCopy, note: bytes, signed: SignedCheckpoint, hashes: Sequence[bytes]
    ) -> None:
        """`hashes` are those of the entries beyond the ones held; together they are as signed."""
        self.note, self.signed, self.hashes = note, signed, hashes
        self._held = held
        self._grown = {
            (tile.level, tile.n): tile.hashes
            for tile in tiles_of_growth(held.size, hashes, held.tile)
        }

    @property
    def size(self) -> int:
        """How many entries it has."""
        return self.signed.checkpoint.size

    def begins_with(self, earlier: Checkpoint) -> bool:
        """Whether its first entries are, hash for hash, those of the earlier checkpoint."""
        held = self._held
        if earlier.size > self.size:
            return False
        if earlier.size <= held.size:
            return held.root_at(earlier.size) == earlier.root
        tree = held.tree.copy()
        tree.extend(self.hashes[: earlier.size - held.size])
        return tree.root() == earlier.root

    def every_hash(self) -> list[bytes]:
        """The hashes of all its entries."""
        return [*self._held.hashes(self._held.size), *self.hashes]

    def checkpoint(self) -> bytes:
        """As `RecordCopy`."""
        return self.note

    def earlier_checkpoints(self) -> Sequence[tuple[str, bytes]]:
        """As `RecordCopy`: none; they are judged one by one."""
        return ()

    def tile(self, level: int, n: int, width: int, /) -> bytes | None:
        """As `RecordCopy`."""
        hashes = self._grown.get((level, n))
        return hashes if hashes is not None else self._held.tile(level, n, width)

    def leaf(self, index: int) -> bytes | None:
        """As `RecordCopy`."""
        return self._held.leaf(index)

    def salted_body(self, index: int) -> bytes | None:
        """As `RecordCopy`."""
        return self._held.salted_body(index)

    def indices(self) -> range:
        """As `RecordCopy`: of some of these nothing may be held."""
        return range(self.size)


class EarlierOnes:
    """All that was kept, held against what is offered until each is judged."""

    def __init__(self, held: HeldCopy, given: Sequence[Earlier], refusing: Refusing) -> None:
        """Those given now, and those that an earlier run was given.

        Raises:
            Malformed: one of them is no checkpoint of this record.
            Unavailable: the disk does not take it.
        """
        self._held, self._refusing = held, refusing
        for each in given:
            held.keep_earlier(each.note, _checkpoint_in(each, held.origin).size)
        notes = {each.note for each in given}
        before = [Earlier(name=name, note=note) for name, note in held.earlier_checkpoints()]
        # What is held beyond one of them was not taken over before that was judged.
        self._unjudged = [
            *given,
            *(each for each in before if each.note not in notes and not self._is_held(each)),
        ]
        self._lost: list[Earlier] = []
        self.said: tuple[str, ...] = ()

    def hold(self, offer: Offer) -> None:
        """Judges those of which hashes alone tell, before any entry is copied.

        Raises:
            RecordRefused: what is offered does not begin with one of them.
        """
        for each in tuple(self._unjudged):
            try:
                at = open_checkpoint(each.note, self._held.keys).checkpoint
            except UnknownSigner:
                continue  # by an older key, which the entries may name
            except RecordFault as fault:
                self._give_up([each], f"{each.name}: {fault.sentence}")
            if offer.begins_with(at):
                self._unjudged.remove(each)
            elif each.copy is None and at.size > offer.size:
                self._refuse(
                    each,
                    offer,
                    f"REWOUND: {each.name}, which you kept, has {at.size} entries that the desk "
                    f"had signed, and the record that it offers has {offer.size}. {_IF_LOST}",
                )
            elif each.copy is None:
                self._refuse(
                    each,
                    offer,
                    f"REWRITTEN: the record of {offer.size} entries that the desk offers does not "
                    f"begin with the {at.size} of {each.name}, which you kept. {_IF_LOST}",
                )

    def judge(self, offer: Offer) -> None:
        """Judges the others, once all entries of the offer that may be read are here.

        Raises:
            RecordRefused: what is offered does not begin with one of them, and no loss that the
                desk names explains that.
            Malformed: one of them cannot be judged.
        """
        if not self._unjudged:
            return
        trust = Trust(keys=self._held.keys)
        verdict = self._verdict(offer, trust)
        if verdict.faults:
            # What is wrong with the record without them is for `openline verify` to say.
            others = audit_record(offer, trust).faults
            for fault in verdict.faults:
                if fault not in others:
                    self._refuse_for(fault, offer)
        names = tuple(each.name for each in self._unjudged)
        told = (*verdict.proven, *verdict.unproven)
        self.said = tuple(each for each in told if any(name in each for name in names))
        self._lost = [each for each in self._unjudged if self._is_lost(each, offer)]
        for fault in verdict.faults if self._lost else ():
            if fault.slug is Wrong.EPOCH_MISSTATED:
                self._refuse(self._lost[0], offer, f"REWRITTEN: {fault.sentence}")

    def settle(self) -> None:
        """What is offered is held now. What it was lost from is no beginning of it for anybody."""
        for each in self._lost:
            self._held.forget_earlier(each.note)
        self._unjudged, self._lost = [], []

    def _verdict(self, offer: Offer, trust: Trust) -> Verdict:
        return audit_record(
            offer,
            trust,
            kept=[(each.name, each.note) for each in self._unjudged if each.copy is None],
            kept_copies=[
                (each.name, each.copy) for each in self._unjudged if each.copy is not None
            ],
        )

    def _is_held(self, each: Earlier) -> bool:
        at = _checkpoint_in(each, self._held.origin)
        return at.size <= self._held.size and self._held.root_at(at.size) == at.root

    def _is_lost(self, each: Earlier, offer: Offer) -> bool:
        return not offer.begins_with(_checkpoint_in(each, self._held.origin))

    def _refuse_for(self, fault: Fault, offer: Offer) -> NoReturn:
        named = [each for each in self._unjudged if fault.sentence.startswith(each.name)]
        if fault.slug not in _HOW or not named:
            self._give_up(named or self._unjudged, fault.sentence)
        each = max(named, key=lambda each: len(each.name))
        self._refuse(each, offer, f"{_HOW[fault.slug]}: {fault.sentence}")

    def _give_up(self, some: Sequence[Earlier], why: str) -> NoReturn:
        """They are of no use to anybody, and nobody is to be asked about them again."""
        for each in some:
            self._held.forget_earlier(each.note)
        raise Malformed(
            f"{why} Give what the desk's own key signed; and if that key was another one then, "
            "give it as well: --vkey OLD --vkey NEW."
        )

    def _refuse(self, each: Earlier, offer: Offer, sentence: str) -> NoReturn:
        keys = tuple(dict.fromkeys((*self._older_keys(offer), *self._held.keys)))
        kept = each.note, open_checkpoint(each.note, keys)
        self._refusing.not_as_kept(sentence, (offer.note, offer.every_hash()), kept, keys)

    def _older_keys(self, offer: Offer) -> Iterator[NoteKey]:
        return (key for key, _ in predecessors(offer, Trust(keys=self._held.keys)))


_IF_LOST: Final = (
    "If the desk's keeper tells you that entries were lost, give a whole copy of them with "
    "--earlier in its place: it shows whether that is all."
)


def _checkpoint_in(earlier: Earlier, origin: str) -> Checkpoint:
    """What it says; by whom it is signed is judged later.

    Raises:
        Malformed: it is no checkpoint, or one of another record.
    """
    try:
        found = parse_checkpoint(parse_note(earlier.note).text)
    except RecordFault as fault:
        raise Malformed(f"{earlier.name}: {fault.sentence}") from fault
    if found.origin != origin:
        raise Malformed(f"{earlier.name}: a checkpoint of {found.origin}, and this is {origin}.")
    return found
