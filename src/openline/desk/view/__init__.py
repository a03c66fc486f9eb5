"""Who sees what: `view(state, party)`, pure, and the only way anything leaves the desk.

`table` is the table itself; `sight` applies it to one thing; `sections` to all there are; `seen`
holds the values. Every protocol, stream and screen answers through here and only through here.
"""

from __future__ import annotations

from typing import Final

from openline.desk.alarms import alarms_for
from openline.desk.clock import next_due
from openline.desk.owing.awaited import open_for
from openline.desk.owing.telling import told_by
from openline.desk.state import State
from openline.desk.view import filed, sections
from openline.desk.view.sections import evidence_for, tracks_for
from openline.desk.view.seen import OperatorView, View
from openline.desk.view.sight import may_read_entry
from openline.desk.view.table import VIEW, Sight, Standing, Thing, sight_of, standing_of
from openline.domain.errors import UnknownThing

__all__ = [
    "NO_APPROVAL",
    "VIEW",
    "OperatorView",
    "Sight",
    "Standing",
    "Thing",
    "View",
    "evidence_for",
    "may_read_entry",
    "operator_view",
    "sight_of",
    "standing_of",
    "tracks_for",
    "view",
]

NO_APPROVAL: Final = (
    "An acknowledgement is never an approval, and a notification never a permission. What is not "
    "shown here is not thereby clear: it is UNKNOWN, and not deconflicted. No notice adds or "
    "removes any protection under the law of war."
)


def view(state: State, party: str) -> View:
    """All that a party of the desk may see of it.

    Raises:
        UnknownThing: no such party.
    """
    if party not in state.parties:
        raise UnknownThing(f"{party}: no such party at this desk. Ask its operator.")
    tellers, _ = told_by(state)
    deliveries = sections.deliveries_for(state, party)
    return View(
        origin=state.origin,
        exercise=state.exercise,
        party=party,
        size=state.size,
        as_of=state.now,
        told_by=tellers,
        no_approval=NO_APPROVAL,
        rules=state.rules,
        parties=tuple(state.parties[each] for each in sorted(state.parties)),
        cells=sections.cells_for(state, party),
        keys=sections.keys_for(state, party),
        lines=sections.lines_for(state, party),
        board=sections.board_for(state, deliveries),
        messages=sections.messages_for(state, party),
        deliveries=deliveries,
        watches=sections.watches_for(state, party),
        open_now=open_for(state, party),
        alarms=alarms_for(state, party),
        notifications=sections.notifications_for(state, party),
        told_notifications=sections.told_notifications_for(state, party),
        plans=sections.plans_for(state, party),
        intents=filed.intents_for(state, party),
        constraints=filed.constraints_for(state, party),
        subscriptions=filed.subscriptions_for(state, party),
        measures=sections.measures_for(state, party),
        edges=sections.edges_for(state, party),
        claims=sections.claims_for(state, party),
        crossings=sections.crossings_for(state, party),
        conflicts=sections.conflicts_for(state, party),
        pointers=sections.pointers_for(state, party),
        cadences=sections.cadences_for(state, party),
        incidents=sections.incidents_for(state, party),
        evidence=sections.evidence_for(state, party),
        assurances=sections.assurances_for(state, party),
        meetings=sections.meetings_for(state, party),
        findings=sections.findings_for(state, party),
        probings=sections.probings_for(state, party),
        counts=sections.counts_for(state, party),
    )


def operator_view(state: State) -> OperatorView:
    """What whoever keeps the desk sees: its roster, its lines and whether it runs."""
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
        open_deliveries=sum(
            each.ended_at is None and not each.heard for each in state.deliveries.values()
        ),
        awaiting=next_due(state),
    )
