"""Meetings face to face: minutes that all who met sign, naming the measures agreed there."""

from __future__ import annotations

from datetime import datetime

from openline.desk.bounds import check_past, check_texts
from openline.desk.ruling import Conclusion, Ruling, decides
from openline.desk.state import State
from openline.detection import check_position
from openline.domain.errors import Malformed, NotPermitted, UnknownThing, WrongState
from openline.domain.measure import Measure, version_key
from openline.domain.meeting import (
    MeasureVersion,
    MeetingAgreed,
    MeetingCosigned,
    MeetingMinuted,
    MinutesBody,
)
from openline.domain.statement import Statement, check_id


@decides(MeetingMinuted)
def meeting_minuted(
    state: State, said: Statement, content: MeetingMinuted, now: datetime
) -> Ruling:
    check_id("meeting", content.meeting)
    if content.meeting in state.meetings:
        raise WrongState(
            f"{content.meeting}: minuted already, and minutes never change. Choose another id."
        )
    _check_parties(state, content, said.author.party)
    check_past(state, content.meeting, content.held_at, now)
    _check_body(content.meeting, content.body)
    measures = [_measure_before(state, content, each) for each in content.measures]
    return Ruling(
        readers=tuple(sorted(content.parties)),
        refs=tuple(measure.entry for measure in measures),
    )


@decides(MeetingCosigned)
def meeting_cosigned(
    state: State, said: Statement, content: MeetingCosigned, _now: datetime
) -> Ruling:
    """The last to sign makes it agreed: from then on it counts as a contact between them all."""
    author = said.author.party
    meeting = state.meetings.get(content.meeting)
    if meeting is None or author not in meeting.parties:
        raise UnknownThing(f"{content.meeting}: {author} was at no such meeting.")
    if author in meeting.cosigned:
        raise WrongState(f"{meeting.id}: {author} has signed these minutes already.")
    readers = tuple(sorted(meeting.parties))
    if {*meeting.cosigned, author} != set(meeting.parties):
        return Ruling(readers=readers, refs=(meeting.entry,))
    agreed = Conclusion(
        content=MeetingAgreed(meeting=meeting.id), readers=readers, refs=(meeting.entry,)
    )
    return Ruling(readers=readers, refs=(meeting.entry,), concluded=(agreed,))


def _check_parties(state: State, content: MeetingMinuted, author: str) -> None:
    if len(set(content.parties)) < max(2, len(content.parties)):
        raise Malformed(f"{content.meeting}: two or more parties meet, each named once.")
    if author not in content.parties:
        raise NotPermitted(f"{content.meeting}: only a party that was there minutes a meeting.")
    for party in content.parties:
        if party not in state.parties:
            raise UnknownThing(f"{content.meeting}: no party {party} at this desk.")


def _check_body(meeting: str, body: MinutesBody | None) -> None:
    if body is None:
        return
    check_texts(meeting, body.text, body.place_name, *body.present)
    if body.place is not None:
        check_position(meeting, body.place)


def _measure_before(state: State, content: MeetingMinuted, named: MeasureVersion) -> Measure:
    """The version of a measure that was before the meeting, each of those who met a party to it."""
    measure = state.measures.get(version_key(named.measure, named.version))
    if measure is None or not set(content.parties) <= set(measure.parties):
        raise UnknownThing(
            f"{content.meeting}: {named.measure} has no version {named.version} before all who "
            "met. Propose it to them first."
        )
    return measure
