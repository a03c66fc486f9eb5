"""A short spoken digest of a geometry, that two sides read to each other."""

from __future__ import annotations

from collections.abc import Sequence

from openline.domain.airspace import Volume4D


def check_phrase(volumes: Sequence[Volume4D]) -> str:
    """Four words and two digits: the same for two geometries iff they are the same to the metre."""
    raise NotImplementedError
