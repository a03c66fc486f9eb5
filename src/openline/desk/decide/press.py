"""What readers of the press confirm: kept for their own party, and nobody's account."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from openline.desk.bounds import check_texts, is_sha256
from openline.desk.ruling import Ruling, decides
from openline.desk.state import State
from openline.detection import check_position
from openline.domain.errors import Malformed
from openline.domain.press import ReportConfirmed
from openline.domain.statement import Statement, check_id

_WHEN: Final = re.compile(r"\d{4}-\d\d(-\d\d(T\d\d:\d\d(:\d\d)?Z)?)?")


@decides(ReportConfirmed)
def report_confirmed(
    _state: State, said: Statement, content: ReportConfirmed, _now: datetime
) -> Ruling:
    check_id("report", content.press)
    body = content.body
    if body is None or not is_sha256(body.report):
        raise Malformed(f"{content.press}: a report is cited by its SHA-256 in 64 hex digits.")
    if body.when and not _WHEN.fullmatch(body.when):
        raise Malformed(f"{content.press}: its time is a month, a day, or an instant in UTC.")
    check_texts(
        content.press, body.speaker, body.speaker_party, body.actor, body.target,
        body.place_name, body.when_precision, body.denies,
    )  # fmt: skip
    if body.place is not None:
        check_position(content.press, body.place)
    return Ruling(readers=(said.author.party,))
