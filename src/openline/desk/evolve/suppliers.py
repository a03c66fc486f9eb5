"""How suppliers are admitted, trusted and marked, and how their reports are kept."""

from __future__ import annotations

from msgspec.structs import replace

from openline.desk.state import State, evolves
from openline.domain.party import Cell, Party, PartyBody, PartyKind, Post, Role
from openline.domain.rules import Level
from openline.domain.statement import Entry
from openline.domain.supplier import (
    AuthorityTrusted,
    AvailabilitySet,
    ExchangeReported,
    Supplier,
    SupplierAdmitted,
    TrustedAuthority,
    supplier_position,
)


@evolves(AuthorityTrusted)
def authority_trusted(state: State, _entry: Entry, content: AuthorityTrusted) -> None:
    state.trusted = TrustedAuthority(keys=content.keys, audiences=content.audiences)


@evolves(SupplierAdmitted)
def supplier_admitted(state: State, _entry: Entry, content: SupplierAdmitted) -> None:
    """A civil operator with one cell, so that pointers and lines have somewhere to go."""
    party, body = content.party, content.body
    held = state.suppliers.get(party) or Supplier(party=party)
    state.suppliers[party] = replace(held, body=body)
    state.parties[party] = Party(
        id=party,
        kind=PartyKind.CIVIL_OPERATOR,
        names=PartyBody(label=body.name) if body else None,
    )
    roles = (Role.DUTY, Role.RELEASE)
    state.cells[party] = Cell(
        id=party,
        party=party,
        level=Level.TACTICAL,
        positions=(Post(id=supplier_position(party), roles=roles),),
    )


@evolves(AvailabilitySet)
def availability_set(state: State, entry: Entry, content: AvailabilitySet) -> None:
    held = state.suppliers.get(content.supplier)
    state.suppliers[content.supplier] = Supplier(
        party=content.supplier,
        availability=content.availability,
        version=entry.id,
        body=held.body if held and held.body else content.body,
    )


@evolves(ExchangeReported)
def exchange_reported(_state: State, _entry: Entry, _content: ExchangeReported) -> None:
    """Kept on the record for whoever looks into it; the desk needs it no more."""
