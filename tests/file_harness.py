"""Files as people hand them in: plans in GeoJSON and tracks in CSV, a few words each."""

from __future__ import annotations

import json
from typing import Any

HEADER = "id,party,time,lat,lon,height_m,course_deg,speed_mps,climb_mps"
POINT = {"type": "Point", "coordinates": [40.0, 35.0]}
SQUARE = [[40.0, 35.0], [40.1, 35.0], [40.1, 35.1], [40.0, 35.1], [40.0, 35.0]]


def collection(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    """A plan `p-1` of party A on the ground, unless its properties say otherwise."""
    said = {"id": "p-1", "party": "A", "kind": "ground", **properties}
    return {"type": "Feature", "properties": said, "geometry": geometry}


def point(id: str, party: str, lon: float = 40.0, lat: float = 35.0, **said: Any) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    return feature(geometry, id=id, party=party, **said)


def tracks(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows, ""]).encode()
