"""Reads of protected sites: who was shown where one is stands on the record before it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from openline.desk.decide.reading import find_reads
from openline.desk.view import View
from openline.domain.drafting import PhraseTold
from openline.domain.errors import Unavailable, WrongState
from openline.domain.reading import SitesRead
from openline.domain.statement import THE_DESK, Entry, Statement
from openline.protocols.rest.callers import Caller
from openline.protocols.rest.gate import Gate


def find_withheld(gate: Gate, caller: Caller, shown: View) -> tuple[str, ...]:
    """Others' sites in a view that cannot be shown now: the desk is halted, and records no read.

    None of a desk that takes statements; nor those that this position has read within the hour.
    """
    if gate.desk.why_halted is None:
        return ()
    reads = _news(gate, caller, tuple(_notifications_in(shown)))
    return () if reads is None else reads.sites


def without_forms(shown: View, sites: tuple[str, ...]) -> View:
    """The view with all but where these sites are, and what stands there."""
    return replace(
        shown,
        notifications=tuple(
            replace(each, body=None) if each.id in sites else each for each in shown.notifications
        ),
        told_notifications=tuple(
            replace(each, form=None) if each.id in sites else each
            for each in shown.told_notifications
        ),
    )


def record_reads(gate: Gate, caller: Caller, shown: Any) -> None:
    """Records which of others' sites stand in what is about to be shown, each once an hour.

    Raises:
        Unavailable: it cannot be recorded, and so it is not shown.
    """
    _record(gate, caller, tuple(_notifications_in(shown)))


def record_entry_reads(gate: Gate, caller: Caller, entries: Iterable[Entry]) -> None:
    """The same for entries that are about to be told whole: where a site is stands in their bodies.

    Raises:
        Unavailable: it cannot be recorded, and so they are not told.
    """
    contents = (entry.content for entry in entries)
    _record(
        gate,
        caller,
        tuple(
            content.notification
            for content in contents
            if hasattr(content, "notification") and getattr(content, "body", None) is not None
        ),
    )


def record_phrase_read(gate: Gate, caller: Caller, told: PhraseTold) -> None:
    """The same for the phrase of a site, which says where it stands: as words, and by its bank.

    Raises:
        Unavailable: it cannot be recorded, and so it is not told.
    """
    _record(gate, caller, (told.thing,))


def _record(gate: Gate, caller: Caller, seen: tuple[str, ...]) -> None:
    if not seen:
        return
    tried = None
    while (reads := _news(gate, caller, seen)) is not None:
        try:
            gate.desk.submit(Statement(id="sites-read", author=THE_DESK, content=reads)).result()
        except WrongState as error:
            # Another request of the same position was recorded in between, of some of these or of
            # all: what it left is looked for anew, and is less each time.
            if reads == tried:
                raise Unavailable(
                    f"{caller.position}: this look is not recorded. {error}"
                ) from error
            tried = reads


def _news(gate: Gate, caller: Caller, seen: tuple[str, ...]) -> SitesRead | None:
    now = gate.desk.now()
    return gate.desk.read(lambda state: find_reads(state, caller.party, caller.position, seen, now))


def _notifications_in(shown: Any) -> Iterator[str]:
    """The ids of the notifications in a view, a list of them, or one of them."""
    if isinstance(shown, View):
        items: tuple[Any, ...] = (*shown.notifications, *shown.told_notifications)
    else:
        items = getattr(shown, "items", (shown,))
    yield from (item.id for item in items)
