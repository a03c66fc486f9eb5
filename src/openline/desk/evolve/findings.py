"""The findings that were made, and the gazetteer some of them rest on."""

from __future__ import annotations

from openline.desk.state import State, evolves
from openline.domain.finding import FindingMade, GazetteerStated
from openline.domain.statement import Entry


@evolves(FindingMade)
def finding_made(state: State, _entry: Entry, content: FindingMade) -> None:
    state.findings[content.finding] = content


@evolves(GazetteerStated)
def gazetteer_stated(state: State, _entry: Entry, content: GazetteerStated) -> None:
    body = content.body
    state.places = {each.name.casefold(): each for each in body.places} if body else {}
    state.area = body.area if body else None
