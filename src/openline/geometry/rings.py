"""Whether a ring is fit to bound an area: it must not cross or touch itself."""

from __future__ import annotations

from openline.geometry.areas import Ring


def is_simple(ring: Ring) -> bool:
    """Whether a ring of at least three corners bounds one area: Shapely, on its plane."""
    import shapely  # only desks that are told of areas pay for it

    return bool(shapely.is_valid(shapely.polygons(shapely.linearrings(ring.x, ring.y))))
