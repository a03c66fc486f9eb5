"""What is carried to a sleeping human, and what every bearer promises.

Nothing here imports the domain: the watchdog, which must stand when the desk has fallen, rings
through the same bearers.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, Protocol

from msgspec import Struct

NOT_AN_APPROVAL: Final = (
    "An acknowledgement is not an approval; a notification is not a permission; "
    "silence is never a yes."
)
"""Said on every send."""

ANSWER_AT_THE_DESK: Final = "Open the desk and answer there; an answer to this is not read."

URGENT: Final = frozenset({"FLASH", "IMMEDIATE"})
"""The precedences that wake somebody; the rest can wait for the morning."""


class Ring(Struct, frozen=True, kw_only=True):
    """All that leaves the desk by a bearer: that something waits there, and until when.

    Never a position, a name, a plate or a text of a party's: mailboxes and pagers are read by
    others. `id` is the delivery's, or the notice's where there is none; `precedence` a domain
    `Precedence`; `why` and `do_next` are the desk's own sentences.
    """

    id: str
    precedence: str
    why: str
    line: str | None = None
    answer_by: datetime | None = None
    exercise: bool = False
    do_next: str = ANSWER_AT_THE_DESK

    @property
    def title(self) -> str:
        """One row for a subject or a pager: `EXERCISE FLASH M-7/v1:west`."""
        return f"{'EXERCISE ' if self.exercise else ''}{self.precedence} {self.id}"

    @property
    def text(self) -> str:
        """What a human reads or hears, in plain ASCII rows."""
        rows = [
            self.title,
            *([f"Line: {self.line}"] if self.line else []),
            f"Why: {self.why}",
            *([f"Answer by: {_zulu(self.answer_by)}"] if self.answer_by else []),
            self.do_next,
            NOT_AN_APPROVAL,
        ]
        if self.exercise:
            rows = ["EXERCISE EXERCISE EXERCISE", *rows, "EXERCISE EXERCISE EXERCISE"]
        return "\n".join(rows) + "\n"

    @property
    def fields(self) -> dict[str, str | bool | None]:
        """The same for a machine: what a webhook posts."""
        return {
            "id": self.id,
            "precedence": self.precedence,
            "line": self.line,
            "why": self.why,
            "answer_by": _zulu(self.answer_by) if self.answer_by else None,
            "exercise": self.exercise,
            "do_next": self.do_next,
            "not_an_approval": NOT_AN_APPROVAL,
            "text": self.text,
        }


def _zulu(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class BearerFailed(Exception):
    """The ring did not reach the next machine. The text never repeats the address rung.

    `slug` names the failure for machines and never changes once published.
    """

    slug = "failed"


class Unreachable(BearerFailed):
    """There was no connection, or it broke before the far end had taken the ring."""

    slug = "unreachable"


class Rejected(BearerFailed):
    """The far end answered, and would not take the ring."""

    slug = "rejected"


class TimedOut(BearerFailed):
    """The far end had not taken the ring when the time for one attempt was over."""

    slug = "timed_out"


class UnusableAddress(BearerFailed):
    """The roster's address is not one that this bearer can ring, now or later."""

    slug = "unusable_address"


class Bearer(Protocol):
    """One way to ring a human.

    Contract, kept by every adapter and tested on each:

    * `carry` returns once the next machine has taken the ring. That a human has seen it only an
      acknowledgement at the desk can say.
    * It raises `BearerFailed` and nothing else, whatever the address or the far end, and is back
      within its own time limit, however slowly the far end drips.
    * It tries once: to try again is for whoever calls it.
    * It may be called from several threads at once, and keeps nothing between calls.
    """

    def carry(self, ring: Ring, address: str) -> None:
        """Takes the ring to the address, which only this bearer understands.

        Raises:
            BearerFailed: it did not arrive, or it is unknown whether it did.
        """
