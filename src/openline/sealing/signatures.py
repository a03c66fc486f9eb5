"""Whether what a party signed was signed by the key that it names.

It is asked at the door, by whoever hands it in, on whichever core: nobody who cannot sign takes a
turn or room in another's name. A kid is made of nothing but its key, so a key met once is known for
good, and what it signs next is verified without looking into the state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from openline.domain.errors import BadSignature, NotPermitted
from openline.domain.party import Key
from openline.domain.statement import Signed
from openline.record.errors import NotALeaf, RecordFault
from openline.record.keys import public_key_from_facts
from openline.record.leaf import Verifier, kid_of
from openline.sealing.party import Spoken

_KEYS_MET_MAX: Final = 16_384


class _Met(Struct, frozen=True):
    """A key that is enrolled, ready to verify, and whom it speaks for."""

    verifier: Verifier
    party: str
    position: str


class Signatures:
    """Verifies signatures: `verify` at the door, in any thread; `check` in the writer's turn."""

    def __init__(self) -> None:
        self._met: dict[str, _Met] = {}

    def find_public(self, leaf: bytes) -> bytes | None:
        """The 32 bytes of the key that a leaf names, if that key was met before."""
        try:
            met = self._met.get(kid_of(leaf))
        except NotALeaf:
            return None
        return None if met is None else met.verifier.public

    def verify(
        self, spoken: Spoken, find_key: Callable[[str], Key | None], *, is_vouched: bool = False
    ) -> Spoken:
        """What a party signed, verified; what nobody signed, as it is.

        A key that is out of force is no reason to refuse it here: what it said while in force may
        be sent again, and is answered as before.

        Args:
            spoken: as it was sent.
            find_key: looks for an enrolled key by its kid, in the state; asked for new ones only.
            is_vouched: `record.vouching` saw that the key which the leaf names, and which was met
                here before, has signed it. Whose key that is, is looked at all the same.

        Raises:
            BadSignature: its key is not enrolled, or did not sign it.
            NotPermitted: its key is another party's.
        """
        word, author = spoken.statement.word, spoken.statement.author
        if not isinstance(word, Signed):
            return spoken
        met = self._met.get(word.kid)
        is_met = met is not None
        if met is not None and not is_vouched:
            # First of all: nobody who cannot sign makes us wait for a look into the state.
            _verify(word, met.verifier)
        if met is None or (met.party != author.party and not is_vouched):
            met = self._meet(_enrolled(word.kid, find_key(word.kid)))
        if met.party != author.party:
            raise NotPermitted(
                f"key {word.kid}: speaks for {met.position}, not for {author.position} of "
                f"{author.party}. Sign with the key of the position that speaks."
            )
        if not is_met:
            _verify(word, met.verifier)
        return replace(spoken, is_verified=True)

    def forget(self) -> None:
        """A batch was undone: whatever key was met in it may be another party's by now."""
        self._met.clear()

    def check(self, spoken: Spoken, keys: Mapping[str, Key]) -> None:
        """Returns if nobody signed, or the key that the leaf names is enrolled and has signed it.

        Whether that key is in force, and speaks for the author, is the desk's to decide.

        Raises:
            BadSignature: it is not enrolled, or did not sign these bytes.
        """
        word = spoken.statement.word
        if not isinstance(word, Signed):
            return
        enrolled = _enrolled(word.kid, keys.get(word.kid))
        if not spoken.is_verified:
            _verify(word, self._meet(enrolled).verifier)

    def _meet(self, enrolled: Key) -> _Met:
        met = self._met.get(enrolled.kid)
        if met is None or met.party != enrolled.party:
            if len(self._met) >= _KEYS_MET_MAX:
                self._met.clear()
            try:
                key = Verifier(public_key_from_facts({"kid": enrolled.kid, "x": enrolled.x}))
            except RecordFault as fault:
                raise BadSignature(f"key {enrolled.kid}: {fault.sentence}") from fault
            met = self._met[enrolled.kid] = _Met(key, enrolled.party, enrolled.position)
        return met


def _enrolled(kid: str, key: Key | None) -> Key:
    if key is None:
        raise BadSignature(f"key {kid}: not enrolled at this desk. Enrol it first.")
    return key


def _verify(word: Signed, key: Verifier) -> None:
    try:
        key.verify(word.leaf.encode())
    except RecordFault as fault:
        raise BadSignature(f"key {word.kid}: {fault.sentence} Sign it again.") from fault
