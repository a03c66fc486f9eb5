"""Straight segments in three dimensions: where two of them are nearest, and how near."""

from __future__ import annotations

import numpy as np

from openline.geometry.ellipsoid import Flags, Floats


def nearest_on_segments(
    a0: Floats, a1: Floats, b0: Floats, b1: Floats
) -> tuple[Floats, Floats, Floats]:
    """Fractions along each of n pairs of segments at which they are nearest, and the distance.

    Args:
        a0, a1, b0, b1: ends, shape (n, 3), metres in one straight-axed frame. A segment of no
            length is a point.

    Source: Ericson, Real-Time Collision Detection, 5.1.9.
    """
    along_a, along_b, apart = a1 - a0, b1 - b0, a0 - b0
    aa, bb, ab = _dot(along_a, along_a), _dot(along_b, along_b), _dot(along_a, along_b)
    a_apart, b_apart = _dot(along_a, apart), _dot(along_b, apart)
    slant = aa * bb - ab * ab
    # Parallel segments are nearest at many places; zero is one unless clamped below.
    on_a = np.clip(_ratio(ab * b_apart - a_apart * bb, slant, slant > 1e-14 * aa * bb), 0.0, 1.0)
    on_b = np.clip(_ratio(ab * on_a + b_apart, bb, bb > 0), 0.0, 1.0)
    on_a = np.clip(_ratio(ab * on_b - a_apart, aa, aa > 0), 0.0, 1.0)
    between = apart + along_a * on_a[:, None] - along_b * on_b[:, None]
    return on_a, on_b, np.sqrt(_dot(between, between))


def _dot(a: Floats, b: Floats) -> Floats:
    return np.asarray(np.einsum("ij,ij->i", a, b))


def _ratio(over: Floats, under: Floats, use: Flags) -> Floats:
    """over / under where `use`, zero elsewhere."""
    return np.divide(over, under, out=np.zeros_like(over), where=use)
