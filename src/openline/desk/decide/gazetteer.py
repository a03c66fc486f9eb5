"""The places that names are held against: stated by the operator, seen by all."""

from __future__ import annotations

from datetime import datetime

from openline.desk.ruling import Ruling, decides
from openline.desk.state import State
from openline.detection import check_position
from openline.domain.errors import Malformed
from openline.domain.finding import GazetteerStated
from openline.domain.statement import EVERYONE, Statement


@decides(GazetteerStated)
def gazetteer_stated(
    _state: State, _said: Statement, content: GazetteerStated, _now: datetime
) -> Ruling:
    if content.body is None:
        raise Malformed("gazetteer: it states no places. Send them in the body.")
    names = set()
    for number, place in enumerate(content.body.places, 1):
        check_position(f"gazetteer: place {number}", place.position)
        if not place.name or place.name.casefold() in names:
            raise Malformed(
                f"gazetteer: place {number} has no name, or one stated before it. "
                "Give each place a name of its own."
            )
        names.add(place.name.casefold())
    return Ruling(readers=(EVERYONE,))
