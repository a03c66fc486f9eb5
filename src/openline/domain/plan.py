"""A plan: the volumes that one party says it will occupy."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from openline.domain.airspace import Volume4D


class Kind(StrEnum):
    """What moves or stands there; it decides which separation holds."""

    GROUND = "ground"
    AIR = "air"
    DRONE = "drone"


class Plan(Struct, frozen=True, kw_only=True):
    """What a party says it will occupy: each volume a part of its own, never merged into a hull."""

    id: str
    party: str
    kind: Kind
    volumes: tuple[Volume4D, ...]
