"""Whether what a party signed was signed by the key that it names.

A kid is made of nothing but its key, so a key met once is known for good: what it signs next is
verified by whoever hands it in, on whichever core, and not in the writer's turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from openline.domain.errors import BadSignature
from openline.domain.party import Key
from openline.domain.statement import Signed
from openline.record.errors import RecordFault
from openline.record.keys import public_key_from_facts
from openline.record.leaf import Verifier
from openline.sealing.party import Spoken

_KEYS_MET_MAX: Final = 16_384


class Signatures:
    """Verifies signatures; `check` is the writer's, `verify_early` anybody's."""

    def __init__(self) -> None:
        self._met: dict[str, Verifier] = {}

    def verify_early(self, spoken: Spoken) -> Spoken:
        """What is signed with a key met before, verified; anything else as it is.

        Raises:
            BadSignature: that key did not sign it.
        """
        word = spoken.statement.word
        key = self._met.get(word.kid) if isinstance(word, Signed) else None
        if not isinstance(word, Signed) or key is None:
            return spoken
        _verify(word, key)
        return replace(spoken, is_verified=True)

    def check(self, spoken: Spoken, keys: Mapping[str, Key]) -> None:
        """Returns if nobody signed, or the key that the leaf names is enrolled and has signed it.

        Whether that key is in force, and speaks for the author, is the desk's to decide.

        Raises:
            BadSignature: it is not enrolled, or did not sign these bytes.
        """
        word = spoken.statement.word
        if not isinstance(word, Signed):
            return
        enrolled = keys.get(word.kid)
        if enrolled is None:
            raise BadSignature(f"key {word.kid}: not enrolled at this desk. Enrol it first.")
        if spoken.is_verified:
            return
        _verify(word, self._meet(enrolled))

    def _meet(self, enrolled: Key) -> Verifier:
        key = self._met.get(enrolled.kid)
        if key is None:
            if len(self._met) >= _KEYS_MET_MAX:
                self._met.clear()
            try:
                key = Verifier(public_key_from_facts({"kid": enrolled.kid, "x": enrolled.x}))
            except RecordFault as fault:
                raise BadSignature(f"key {enrolled.kid}: {fault.sentence}") from fault
            self._met[enrolled.kid] = key
        return key


def _verify(word: Signed, key: Verifier) -> None:
    try:
        key.verify(word.leaf.encode())
    except RecordFault as fault:
        raise BadSignature(f"key {word.kid}: {fault.sentence} Sign it again.") from fault
