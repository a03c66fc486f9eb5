"""What intents and constraints have in common: where and when, and whom to ask or to notify.

Both stay with the supplier that manages them: the desk keeps what it judges by, and an address.

Source: ASTM F3548-21.
"""

from __future__ import annotations

from msgspec import Struct

from openline.domain.airspace import Volume4D


class FiledBody(Struct, frozen=True, gc=False, kw_only=True):
    """Where and when, and the address of the supplier that has the details."""

    volumes: tuple[Volume4D, ...]
    base_url: str = ""


class ChangedBody(Struct, frozen=True, gc=False, kw_only=True):
    """Addresses: of what was changed its supplier's, and one for each subscription, in order."""

    base_url: str = ""
    notify_urls: tuple[str, ...] = ()
