"""The two kinds of refusal a speaker can meet, and the names of the first."""

from __future__ import annotations


def in_words(code: str) -> str:
    """A code such as `static_site` as people write it."""
    return code.replace("_", " ")


class Refused(Exception):
    """The caller's to mend: nothing was changed, and the whole of it can be sent again.

    The text is one sentence: what happened, to which thing, and what to do next. It never
    repeats a position, a name, a plate or a phone number: refusals are logged.

    `slug` names the kind for machines and never changes once published.
    """

    slug = "refused"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Malformed(Refused):
    """What was sent cannot be read as what it claims to be."""

    slug = "malformed"


class UnknownThing(Refused):
    """It names a thing that the desk does not have, or does not have for this reader."""

    slug = "unknown-thing"


class NotPermitted(Refused):
    """The speaker is known, and this is not theirs to say or to see."""

    slug = "not-permitted"


class WrongState(Refused):
    """The thing exists, but its transition table has no such step from where it stands."""

    slug = "wrong-state"


class OutOfTurn(Refused):
    """The statement's seq or prevhash is not the next of its key; the sentence names the head."""

    slug = "out-of-turn"


class Replayed(Refused):
    """The same party and id were used before with other content."""

    slug = "replayed"


class StaleVersion(Refused):
    """It amends or cosigns a version that is no longer the current one."""

    slug = "stale-version"


class TooLarge(Refused):
    """An area, duration, list or text beyond its stated bound."""

    slug = "too-large"


class BadSignature(Refused):
    """The signature does not verify with a key in force for that position."""

    slug = "bad-signature"


class Unavailable(Exception):
    """Ours, not the caller's: nothing was acknowledged; try the same again."""

    slug = "unavailable"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
