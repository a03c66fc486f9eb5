"""Who sees what: `view(state, party)`, pure, and the only way anything leaves the desk.

`table` is the table itself; `sight` applies it to one thing; `sections` and `exchange` to all
there are; `seen` holds the values. Every protocol, stream and screen answers through here and
only through here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from openline.desk.alarms import alarms_for
from openline.desk.clock import next_due
from openline.desk.owing.awaited import is_open_flash, open_for, still_overdue
from openline.desk.owing.telling import told_by
from openline.desk.state import State
from openline.desk.view import exchange, filed, sections
from openline.desk.view.open_acts import open_acts_for
from openline.desk.view.sections import evidence_for, sees_own_tracks, tracks_for
from openline.desk.view.seen import OperatorView, View, ViewSection
from openline.desk.view.sight import may_read_entry
from openline.desk.view.table import VIEW, Sight, Standing, Thing, sight_of, standing_of
from openline.domain.errors import UnknownThing

__all__ = [
    "NO_APPROVAL",
    "SECTIONS",
    "VIEW",
    "OperatorView",
    "Sight",
    "Standing",
    "Thing",
    "View",
    "ViewSection",
    "evidence_for",
    "may_read_entry",
    "operator_view",
    "sees_own_tracks",
    "sight_of",
    "standing_of",
    "tracks_for",
    "view",
    "view_section",
]

NO_APPROVAL: Final = (
    "An acknowledgement is never an approval, and a notification never a permission. What is not "
    "shown here is not thereby clear: it is UNKNOWN, and not deconflicted. No notice adds or "
    "removes any protection under the law of war."
)


SECTIONS: Final[Mapping[str, Callable[[State, str], Any]]] = MappingProxyType(
    {
        "rules": lambda state, _party: state.rules,
        "parties": lambda state, _party: tuple(map(state.parties.get, sorted(state.parties))),
        "cells": exchange.cells_for,
        "keys": sections.keys_for,
        "lines": exchange.lines_for,
        "board": exchange.board_for,
        "messages": exchange.messages_for,
        "deliveries": exchange.deliveries_for,
        "watches": sections.watches_for,
        "open_now": open_for,
        "alarms": alarms_for,
        "notifications": sections.notifications_for,
        "told_notifications": sections.told_notifications_for,
        "plans": sections.plans_for,
        "intents": filed.intents_for,
        "constraints": filed.constraints_for,
        "subscriptions": filed.subscriptions_for,
        "measures": sections.measures_for,
        "edges": sections.edges_for,
        "claims": sections.claims_for,
        "crossings": sections.crossings_for,
        "conflicts": sections.conflicts_for,
        "pointers": sections.pointers_for,
        "cadences": sections.cadences_for,
        "incidents": sections.incidents_for,
        "evidence": sections.evidence_for,
        "assurances": sections.assurances_for,
        "meetings": sections.meetings_for,
        "findings": sections.findings_for,
        "probings": sections.probings_for,
        "open_acts": open_acts_for,
        "counts": sections.counts_for,
    }
)
"""What each part of a view holds of a state for a party."""


def view(state: State, party: str) -> View:
    """All that a party of the desk may see of it.

    Raises:
        UnknownThing: no such party.
    """
    head = _head(state, party)
    parts = {name: part(state, party) for name, part in SECTIONS.items()}
    return View(origin=state.origin, exercise=state.exercise, party=party, **head, **parts)


def view_section(state: State, party: str, name: str) -> ViewSection:
    """One part of what a party may see, the very same as in its `view`, and none of the others.

    Args:
        state: as `view`.
        party: as `view`.
        name: the field of a `View`.

    Raises:
        UnknownThing: no such party.
    """
    head = _head(state, party)
    return ViewSection(items=SECTIONS[name](state, party), **head)


def _head(state: State, party: str) -> dict[str, Any]:
    if party not in state.parties:
        raise UnknownThing(f"{party}: no such party at this desk. Ask its operator.")
    tellers, _ = told_by(state, reader=party)
    return {"size": state.size, "as_of": state.now, "told_by": tellers, "no_approval": NO_APPROVAL}


def operator_view(state: State) -> OperatorView:
    """What whoever keeps the desk sees: its roster, its lines, whether it runs, who is silent."""
    running = (each for each in state.deliveries.values() if each.ended_at is None)
    owed = sorted(running, key=lambda each: (each.owed_since, each.id))
    flashes = tuple(each for each in owed if is_open_flash(each))
    return OperatorView(
        origin=state.origin,
        exercise=state.exercise,
        epoch=state.epoch,
        size=state.size,
        as_of=state.now,
        time_doubted=state.time_doubted,
        rules=state.rules,
        parties=tuple(state.parties[each] for each in sorted(state.parties)),
        cells=tuple(state.cells[each] for each in sorted(state.cells)),
        keys=tuple(state.keys[each] for each in sorted(state.keys)),
        lines=tuple(state.lines[each] for each in sorted(state.lines)),
        open_deliveries=sum(not each.heard for each in owed),
        flashes=flashes,
        overdue=tuple(each for each in owed if not is_open_flash(each) and still_overdue(each)),
        awaiting=next_due(state),
    )
