"""Who witnesses the record: an act of the operator that all see."""

from __future__ import annotations

from datetime import datetime

from openline.desk.ruling import Ruling, decides
from openline.desk.state import State
from openline.domain.statement import EVERYONE, Statement
from openline.domain.witness import WitnessesNamed, check_witnesses


@decides(WitnessesNamed)
def witnesses_named(
    _state: State, _said: Statement, content: WitnessesNamed, _now: datetime
) -> Ruling:
    check_witnesses(content)
    return Ruling(readers=(EVERYONE,))
