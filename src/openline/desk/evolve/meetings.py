"""How meetings change: minuted, cosigned by each, agreed by all."""

from __future__ import annotations

from msgspec.structs import replace

from openline.desk.evolve.cadence import note_heard
from openline.desk.state import State, evolves
from openline.domain.meeting import Meeting, MeetingAgreed, MeetingCosigned, MeetingMinuted
from openline.domain.statement import Entry


@evolves(MeetingMinuted)
def meeting_minuted(state: State, entry: Entry, content: MeetingMinuted) -> None:
    state.meetings[content.meeting] = Meeting(
        id=content.meeting,
        author=entry.author.party,
        parties=content.parties,
        level=content.level,
        held_at=content.held_at,
        entry=entry.index,
        measures=content.measures,
        cosigned=(entry.author.party,),
        body=content.body,
    )


@evolves(MeetingCosigned)
def meeting_cosigned(state: State, entry: Entry, content: MeetingCosigned) -> None:
    meeting = state.meetings[content.meeting]
    state.meetings[meeting.id] = replace(meeting, cosigned=(*meeting.cosigned, entry.author.party))


@evolves(MeetingAgreed)
def meeting_agreed(state: State, entry: Entry, content: MeetingAgreed) -> None:
    """They have met face to face, which is a contact; its deadlines run from when it was said."""
    meeting = state.meetings[content.meeting]
    state.meetings[meeting.id] = replace(meeting, agreed_at=entry.recorded_at)
    note_heard(state, meeting.parties, None, entry.recorded_at)
