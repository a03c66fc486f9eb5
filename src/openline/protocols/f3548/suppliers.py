"""The suppliers a desk has admitted, at hand, so that no request waits to be told of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Protocol, TypeVar

from msgspec.structs import replace

from openline.awaiting import answer_to
from openline.desk.state import State
from openline.domain.errors import Refused
from openline.domain.statement import THE_DESK, Attested, Author, Content, Entry, Statement
from openline.domain.supplier import (
    AvailabilitySet,
    Supplier,
    SupplierAdmitted,
    SupplierBody,
    supplier_party,
    supplier_position,
)
from openline.protocols.f3548.codec import Manager
from openline.protocols.f3548.tokens import Bearer
from openline.service import Observer, Recorded

T = TypeVar("T")


class Desk(Protocol):
    """What F3548 needs of the service; see `openline.service.Service`."""

    def read(self, look: Callable[[State], T]) -> T: ...

    def hear(self, asked: Statement) -> Future[Recorded]: ...

    def subscribe(self, observer: Observer) -> Callable[[], None]: ...


class Suppliers:
    """Speaks to the desk for suppliers, and knows each by the name others are shown."""

    def __init__(self, desk: Desk, new_id: Callable[[], str]) -> None:
        self._desk, self._new_id = desk, new_id
        self._managers: dict[str, Manager] = {}
        self._admitted: set[str] = set()
        # First told, then asked: what comes between the two is then told twice, and never missed.
        desk.subscribe(self._hear)
        for supplier, is_admitted in desk.read(_suppliers):
            self._managers[supplier.party] = _manager(supplier)
            if is_admitted:
                self._admitted.add(supplier.party)

    def manager_of(self, party: str) -> Manager:
        """A supplier as others are shown it."""
        return self._managers.get(party) or Manager(name=party)

    async def say(self, bearer: Bearer, content: Content) -> Recorded:
        """Says it for a supplier, and returns once it is durable, with what followed from it.

        Raises:
            Refused: it cannot stand.
            Unavailable: it was not taken.
        """
        party = supplier_party(bearer.name)
        if party not in self._admitted:
            await self._admit(party, bearer.name)
        statement = Statement(
            id=self._new_id(),
            author=Author(party=party, position=supplier_position(party)),
            content=content,
            word=Attested(issuer=bearer.issuer, token_id=bearer.token_id),
        )
        return await answer_to(self._desk.hear(statement))

    async def _admit(self, party: str, name: str) -> None:
        """Two of its first words at once admit it once: whichever comes second finds it there."""
        content = SupplierAdmitted(party=party, body=SupplierBody(name=name))
        statement = Statement(id=self._new_id(), author=THE_DESK, content=content)
        try:
            await answer_to(self._desk.hear(statement))
        except Refused:
            if not self._desk.read(lambda state: party in state.suppliers):
                raise
        self._admitted.add(party)

    def _hear(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if isinstance(entry.content, SupplierAdmitted | AvailabilitySet):
                self._note(entry.content)

    def _note(self, content: SupplierAdmitted | AvailabilitySet) -> None:
        party = content.party if isinstance(content, SupplierAdmitted) else content.supplier
        name = content.body.name if content.body else party
        held = self._managers.get(party) or Manager(name=name)
        if isinstance(content, AvailabilitySet):
            held = replace(held, availability=content.availability)
        self._managers[party] = held


def _suppliers(state: State) -> list[tuple[Supplier, bool]]:
    return [(each, each.party in state.parties) for each in state.suppliers.values()]


def _manager(supplier: Supplier) -> Manager:
    return Manager(name=supplier.name, availability=supplier.availability)
