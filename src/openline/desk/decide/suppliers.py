"""Suppliers: who vouches for them, their first word, whether they answer, and their reports."""

from __future__ import annotations

from datetime import datetime

from openline.desk.ruling import Ruling, decides
from openline.desk.state import State
from openline.domain.errors import Malformed, StaleVersion, WrongState
from openline.domain.statement import EVERYONE, Statement, check_id
from openline.domain.supplier import (
    SUPPLIERS,
    AuthorityTrusted,
    Availability,
    AvailabilitySet,
    ExchangeReported,
    SupplierAdmitted,
    supplier_party,
)

MOST_REPORTED = 200_000
"""No report has more characters."""


@decides(AuthorityTrusted)
def authority_trusted(
    _state: State, _said: Statement, _content: AuthorityTrusted, _now: datetime
) -> Ruling:
    return Ruling(readers=(EVERYONE,))


@decides(SupplierAdmitted)
def supplier_admitted(
    state: State, _said: Statement, content: SupplierAdmitted, _now: datetime
) -> Ruling:
    check_id("supplier", content.party)
    if not content.party.startswith(SUPPLIERS):
        raise Malformed(f"{content.party}: a supplier's id begins with {SUPPLIERS}. Correct it.")
    if content.party in state.parties or content.party in state.cells:
        raise WrongState(f"{content.party}: the desk has this party already.")
    return Ruling(readers=(EVERYONE,))


@decides(AvailabilitySet)
def availability_set(
    state: State, said: Statement, content: AvailabilitySet, _now: datetime
) -> Ruling:
    """Over its own version alone: two arbiters at once do not undo each other."""
    if content.availability is Availability.UNKNOWN:
        raise Malformed(f"{content.supplier}: it is normal or down. Say which.")
    if content.body is not None and supplier_party(content.body.name) != content.supplier:
        raise Malformed(f"{content.supplier}: it goes by another name. Correct it.")
    check_id("supplier", content.supplier)
    held = state.suppliers.get(content.supplier)
    if content.replaces != (held.version if held else ""):
        raise StaleVersion(
            f"{content.supplier}: its availability has changed meanwhile. Read it, then set it."
        )
    return Ruling(readers=(EVERYONE,))


@decides(ExchangeReported)
def exchange_reported(
    _state: State, said: Statement, content: ExchangeReported, _now: datetime
) -> Ruling:
    check_id("report", content.report)
    if content.body is None or len(content.body.text) > MOST_REPORTED:
        raise Malformed(f"{content.report}: no report, or a longer one than anybody reads.")
    return Ruling(readers=(said.author.party,))
