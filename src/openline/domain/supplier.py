"""Suppliers: who speaks ASTM F3548-21 to the desk for civil drone operators, and if they answer.

Whoever a trusted authority vouches for is a supplier. The desk admits it on its first word, by an
entry that all see; which authorities it trusts is an entry of its operator's.
"""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum
from typing import Final

from msgspec import Struct

from openline.domain.statement import Content, concluded, operated, said

SUPPLIERS: Final = "USS."
"""Every supplier's party id begins so, and no other party's."""
_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")


class Availability(StrEnum):
    """Whether a supplier can be asked about what it manages, as an arbiter has set it."""

    UNKNOWN = "unknown"
    NORMAL = "normal"
    DOWN = "down"


class SupplierBody(Struct, frozen=True, kw_only=True):
    """The name it goes by: the subject of its tokens."""

    name: str


class Supplier(Struct, frozen=True, kw_only=True):
    """A supplier of the desk. `version` of its availability is empty until that is set.

    It has no `body` where its availability was set before it ever spoke and the name was erased.
    """

    party: str
    availability: Availability = Availability.UNKNOWN
    version: str = ""
    body: SupplierBody | None = None

    @property
    def name(self) -> str:
        """What others know it by."""
        return self.body.name if self.body else self.party


def supplier_party(name: str) -> str:
    """The party id of the supplier of that name: the name itself, or a digest of it."""
    if _NAME.fullmatch(name) is not None and not _is_digest(name):
        return SUPPLIERS + name
    return f"{SUPPLIERS}{hashlib.sha256(name.encode()).hexdigest()[:32]}"


def supplier_position(party: str) -> str:
    """The one position of a supplier: the machine that holds its token."""
    return f"{party}.machine"


def _is_digest(name: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{32}", name) is not None


@operated("authority.trusted.v1")
class AuthorityTrusted(Content, frozen=True, kw_only=True):
    """From here on the desk takes the word of whoever holds these keys for who a supplier is.

    `keys` are SHA-256 digests, in hex, of public keys; `audiences` are the names under which the
    desk answers. They take the place of all that were trusted before.
    """

    keys: tuple[str, ...]
    audiences: tuple[str, ...]


class TrustedAuthority(Struct, frozen=True, kw_only=True):
    """Whose word is taken for who a supplier is, since the operator's last entry about it."""

    keys: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()


@concluded("supplier.admitted.v1")
class SupplierAdmitted(Content, frozen=True, kw_only=True):
    """A supplier has spoken for the first time, vouched for by a trusted authority; all see it."""

    party: str
    body: SupplierBody | None = None


@said("availability.set.v1")
class AvailabilitySet(Content, frozen=True, kw_only=True):
    """An arbiter says whether a supplier answers, showing the version (`replaces`) it has seen."""

    supplier: str
    availability: Availability
    replaces: str = ""
    body: SupplierBody | None = None


class ReportBody(Struct, frozen=True, kw_only=True):
    """The report itself, as JSON text: an exchange between two machines that went wrong."""

    text: str


@said("exchange.reported.v1")
class ExchangeReported(Content, frozen=True, kw_only=True):
    """A supplier reports an exchange that went wrong; it is kept for whoever looks into it."""

    report: str
    body: ReportBody | None = None
