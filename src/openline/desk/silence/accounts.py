"""When the time for committing to accounts is over, and when that for revealing them is."""

from __future__ import annotations

from datetime import datetime

from openline.desk.ruling import Conclusion
from openline.desk.sides import parties_of_kind
from openline.desk.state import State
from openline.domain.incident import Incident, Sealing
from openline.domain.party import PartyKind
from openline.domain.sealed_accounts import AccountsUnsealed, AccountsWithheld


def commitments_over(
    state: State, thing: str, _due_at: datetime, _now: datetime
) -> list[Conclusion]:
    """Whoever has not committed is shown so, and the others may be revealed all the same."""
    incident, sealing = _sealed(state, thing)
    return [unsealed(state, incident, sealing)]


def unsealed(state: State, incident: Incident, sealing: Sealing) -> Conclusion:
    """From here on accounts may be revealed; who committed by then, and who did not."""
    committed = tuple(each.party for each in sealing.commitments)
    silent = tuple(party for party in incident.parties if party not in committed)
    return Conclusion(
        content=AccountsUnsealed(incident=incident.id, committed=committed, silent=silent),
        readers=_readers(state, incident),
        refs=(sealing.entry, *(each.entry for each in sealing.commitments)),
    )


def reveals_over(state: State, thing: str, _due_at: datetime, _now: datetime) -> list[Conclusion]:
    """Whoever committed and has not revealed is shown so."""
    incident, sealing = _sealed(state, thing)
    withheld = AccountsWithheld(incident=incident.id, parties=sealing.awaited)
    entries = tuple(each.entry for each in sealing.commitments if each.revealed_at is None)
    return [Conclusion(content=withheld, readers=_readers(state, incident), refs=entries)]


def _sealed(state: State, thing: str) -> tuple[Incident, Sealing]:
    incident = state.incidents[thing]
    assert incident.sealing is not None, "a deadline runs for a sealing that stands"
    return incident, incident.sealing


def _readers(state: State, incident: Incident) -> tuple[str, ...]:
    return tuple(sorted({*incident.parties, *parties_of_kind(state, PartyKind.CONDUIT)}))
