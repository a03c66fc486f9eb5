"""Who a caller is: a position of a party at this desk, and what it may do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from msgspec import Struct

from openline.desk.authority import roles_of
from openline.desk.state import State
from openline.domain.party import PublicKey, Role
from openline.domain.statement import Attested, Author

T = TypeVar("T")


class Desk(Protocol):
    """What tokens need of the desk: to look at its committed state."""

    def read(self, look: Callable[[State], T]) -> T:
        """What `look` makes of the committed state, which it must not change."""


class Caller(Struct, frozen=True, kw_only=True):
    """A caller whose token was verified, until it expires."""

    party: str
    position: str
    roles: tuple[Role, ...]
    issuer: str
    token_id: str
    expires_at: datetime

    @property
    def word(self) -> Attested:
        """On whose word the desk attests what this caller says."""
        return Attested(issuer=self.issuer, token_id=self.token_id)


class Client(Struct, frozen=True, kw_only=True):
    """A position as the roster has it now, and the key in force that it was found by, if by one."""

    party: str
    position: str
    roles: tuple[Role, ...]
    key: PublicKey | None = None


def find_client_by_key(state: State, kid: str) -> Client | None:
    """The position that the key speaks for; None if the key is unknown or revoked."""
    key = state.keys.get(kid)
    if key is None or key.revoked_at is not None:
        return None
    return Client(
        party=key.party,
        position=key.position,
        roles=_roles(state, key.party, key.position),
        key=PublicKey(kid=key.kid, x=key.x),
    )


def find_client(state: State, position: str) -> Client | None:
    """The position by its id, which one cell of the desk has; None if none has it."""
    for cell in state.cells.values():
        if any(each.id == position for each in cell.positions):
            return Client(
                party=cell.party, position=position, roles=_roles(state, cell.party, position)
            )
    return None


def _roles(state: State, party: str, position: str) -> tuple[Role, ...]:
    return tuple(sorted(roles_of(state, Author(party=party, position=position))))
