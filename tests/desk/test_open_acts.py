"""What a view says that one may say of a thing is what the desk takes, and no more and no less."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
import pytest

from ground_harness import agree, area
from notification_harness import aid_desk, site, told_desk
from openline.cases.case import find_case
from openline.desk.comparing.ground import volumes_of
from openline.desk.decide import decide
from openline.desk.state import State
from openline.desk.taking.notifications import NOTIFICATION_ACTS
from openline.desk.view import View, view
from openline.domain.authority import may
from openline.domain.check_phrase import check_phrase
from openline.domain.delivery import ReceiptGiven, RelayForwarded, Rung
from openline.domain.edge import CrossingStated
from openline.domain.errors import Refused
from openline.domain.form import Tier
from openline.domain.incident import (
    AccountBody,
    AccountKind,
    IncidentAgreed,
    IncidentClosing,
    IncidentStated,
)
from openline.domain.line import CheckResult, LineChecked, LineState, LineStateSet
from openline.domain.measure import CosignBody, MeasureProposed, MeasureSuspended
from openline.domain.measure_acts import MEASURE_ACTS
from openline.domain.message import MessageKind, MessageSent
from openline.domain.notification import Notification, ReasonBody, Release
from openline.domain.notification_said import (
    NotificationCancelled,
    NotificationReturned,
    NotificationSuspended,
    NotificationValidated,
)
from openline.domain.rules import Precedence
from openline.domain.statement import CONTENT_TYPES, Attested, Author, Content, Statement
from replayed_case import NAME, replaying

WHY = ReasonBody(text="Why.")
Asked = tuple[str, str, str, str, Content]
"""The thing, the kind, the choice and the position that it is about, and what is said."""


def of_notifications(state: State, seen: View, position: str) -> Iterator[Asked]:
    ids = {each.id for each in (*seen.notifications, *seen.told_notifications)}
    for thing in sorted(ids):
        for kind in NOTIFICATION_ACTS:
            held = state.notifications[thing]
            yield thing, kind, "", position, said_of_notification(held, CONTENT_TYPES[kind])


def said_of_notification(held: Notification, cls: type[Content]) -> Content:
    """The least that this kind can say of it."""
    fields = {each.name for each in msgspec.structs.fields(cls)}
    given: dict[str, Any] = {"notification": held.id}
    if "kind" in fields:  # an amendment tells the form anew
        told = ("kind", "starts_at", "ends_at", "evacuation", "escort", "site", "body")
        return cls(
            version=held.version + 1, **given, **{each: getattr(held, each) for each in told}
        )
    if "version" in fields:
        given["version"] = held.version
    if "releases" in fields:
        nobody = Release(recipient="WEST", tier=Tier.CONDUIT_ONLY)
        given["releases"] = held.consent.releases if held.consent else (nobody,)
    if "consent" in fields:
        given["consent"] = held.consent.entry if held.consent else None
    if "body" in fields:
        given["body"] = WHY
    return cls(**given)


def of_measures(state: State, seen: View, position: str) -> Iterator[Asked]:
    for held in seen.measures:
        key = held.key
        for kind in MEASURE_ACTS:
            given: dict[str, Any] = {"measure": held.id, "version": held.version}
            if "cosigned" in kind:
                given["proposal"] = held.entry
                given["body"] = CosignBody(check_phrase=check_phrase(volumes_of(state, held)))
            yield key, kind, "", position, CONTENT_TYPES[kind](**given)
        told = msgspec.structs.asdict(held)
        names = {each.name for each in msgspec.structs.fields(MeasureProposed)} - {"measure"}
        anew = {name: told[name] for name in names} | {"version": held.version + 1}
        yield key, MeasureProposed.KIND, "", position, MeasureProposed(measure=held.id, **anew)
        crossing = CrossingStated(measure=held.id, crossed=False)
        if held.state == "in_force":
            yield key, CrossingStated.KIND, "", position, crossing


def of_lines(state: State, seen: View, position: str) -> Iterator[Asked]:
    for line in seen.lines:
        checked = LineChecked(line=line.id, result=CheckResult.PASSED)
        yield line.id, LineChecked.KIND, "", position, checked
        for to in LineState:
            content = LineStateSet(line=line.id, state=to)
            yield line.id, LineStateSet.KIND, to, position, content


def of_deliveries(state: State, seen: View, position: str) -> Iterator[Asked]:
    for owed in seen.deliveries:
        for rung in Rung:
            content = ReceiptGiven(delivery=owed.id, rung=rung)
            yield owed.id, ReceiptGiven.KIND, rung, position, content
        message = state.messages.get(owed.subject)
        for party in state.parties if message else ():
            relay = RelayForwarded(
                delivery=owed.id, message=owed.subject, to=party, of=message.leafhash
            )
            yield owed.id, RelayForwarded.KIND, party, position, relay


def of_calls(state: State, seen: View, _position: str) -> Iterator[Asked]:
    for called in seen.messages:
        for cell in (each for each in seen.cells if each.party == seen.party):
            for post in cell.positions:
                to = sorted({*called.recipients, called.author} - {seen.party})
                resume = MessageSent(
                    message="RS-1",
                    kind=MessageKind.RESUME,
                    precedence=called.precedence,
                    recipients=tuple(to),
                    in_reply_to=called.id,
                )
                yield called.id, MessageSent.KIND, "RESUME", post.id, resume


def of_incidents(state: State, seen: View, position: str) -> Iterator[Asked]:
    for incident in seen.incidents:
        yield incident.id, IncidentClosing.KIND, "", position, IncidentClosing(incident=incident.id)
        for about in (None, *incident.accounts):
            thing = incident.id if about is None else f"{incident.id}/{about.id}"
            for kind in AccountKind:
                stated = IncidentStated(
                    incident=incident.id,
                    account="A-NEW",
                    kind=kind,
                    occurred_at=incident.occurred_at,
                    within_s=600,
                    about=() if about is None else (about.id,),
                    body=AccountBody(text="Told."),
                )
                yield thing, IncidentStated.KIND, kind, position, stated
            if about is not None:
                agreed = IncidentAgreed(incident=incident.id, account=about.id)
                yield thing, IncidentAgreed.KIND, "", position, agreed


PARTS = (of_notifications, of_measures, of_lines, of_deliveries, of_calls, of_incidents)


def takes(state: State, party: str, position: str, content: Content, now: datetime) -> bool:
    statement = Statement(
        id="asked",
        author=Author(party=party, position=position, by_human=True),
        content=content,
        word=Attested(issuer="tests", token_id="t"),
    )
    try:
        decide(state, statement, now)
    except Refused:
        return False
    return True


def commander_of(state: State, party: str) -> str:
    """A position whose roles let it say whatever its party can; some position, if there is none."""
    posts = [
        post for cell in state.cells.values() if cell.party == party for post in cell.positions
    ]
    able = [post.id for post in posts if "commander" in post.roles]
    return (able or [post.id for post in posts] or [""])[0]


def told_open(seen: View) -> set[tuple[str, str, str, str]]:
    return {
        (row.thing, act.kind, choice, by)
        for row in seen.open_acts
        for act in row.acts
        for choice in act.choices or ("",)
        for by in act.by or ("",)
    }


def look(state: State, at: datetime, counted: dict[str, int]) -> list[object]:
    """What a view and the desk differ in, for every party, kind, thing and choice."""
    differ: list[object] = []
    for party in sorted(state.parties):
        seen, position = view(state, party), commander_of(state, party)
        told, asked = told_open(seen), set()
        for part in PARTS:
            for thing, kind, choice, by, content in part(state, seen, position):
                row = (thing, kind, choice, by if kind == MessageSent.KIND else "")
                asked.add(row)
                if not may(kind).roles & roles_at(state, by):
                    continue
                is_taken = takes(state, party, by, content, at)
                counted[kind] = counted.get(kind, 0) + is_taken
                if is_taken != (row in told):
                    differ.append((party, *row, "is taken" if is_taken else "is refused"))
        differ += [(party, *row, "was not asked") for row in told - asked]
    return differ


def roles_at(state: State, position: str) -> frozenset[str]:
    posts = (post for cell in state.cells.values() for post in cell.positions)
    return frozenset(role for post in posts if post.id == position for role in post.roles)


def standing(state: State) -> set[tuple[str, str]]:
    """How things stand, one of each: what is open goes by that."""
    return {
        *((each.kind, each.status) for each in state.notifications.values()),
        *(("measure", f"{each.state} v{each.version}") for each in state.measures.values()),
        *(("line", each.state) for each in state.lines.values()),
        *(("owed", each.rung) for each in state.deliveries.values()),
        *(("incident", each.state) for each in state.incidents.values()),
        *(("account", each.kind) for i in state.incidents.values() for each in i.accounts),
        *((each.kind, each.level) for each in state.messages.values()),
    }


@pytest.mark.long
def test_what_a_view_says_is_open_is_just_what_the_desk_takes() -> None:
    seen: set[tuple[str, str]] = set()
    counted: dict[str, int] = {}
    with replaying(find_case(NAME)) as (replay, service):
        for number, _outcome in enumerate(replay.run()):
            now = service.read(standing)
            if now <= seen:
                continue
            seen |= now
            at = service.now()
            differ = service.read(lambda state, at=at: look(state, at, counted))
            assert differ == [], (number, differ[:20])

    never = {kind for kind, taken in counted.items() if taken == 0}
    assert never == {"measure.resumed.v1", "notification.resumed.v1"}, (
        "what the case never comes to is looked at below"
    )


SITE = site(notification="N-001")
LIVES: dict[str, tuple[tuple[str, Content], ...]] = {
    "returned": (("HUM", NotificationReturned(notification="N-001", version=1, body=WHY)),),
    "validated": (("HUM", NotificationValidated(notification="N-001", version=1)),),
    "cancelled": (("AID", NotificationCancelled(notification="N-001")),),
}


@pytest.mark.parametrize("how", ["submitted", *LIVES])
def test_what_is_open_of_a_form_that_nobody_was_told_of(how: str) -> None:
    desk = aid_desk()
    desk.say("AID", SITE)
    for party, content in LIVES.get(how, ()):
        desk.say(party, content)
    assert desk.state.notifications["N-001"].status == how
    assert look(desk.state, desk.now, {}) == []


@pytest.mark.parametrize("by", ["AID", "HUM"])
def test_what_is_open_of_a_site_that_is_suspended(by: str) -> None:
    desk = told_desk(SITE)
    desk.say(by, NotificationSuspended(notification="N-001"))
    counted: dict[str, int] = {}
    assert look(desk.state, desk.now, counted) == []
    assert counted["notification.resumed.v1"] > 0


@pytest.mark.parametrize("by", ["EAST", "WEST"])
def test_what_is_open_of_a_measure_that_is_suspended(by: str) -> None:
    desk = aid_desk()
    agree(desk, area(parties=("EAST", "WEST")))
    desk.say(by, MeasureSuspended(measure="NFA-1", version=1))
    counted: dict[str, int] = {}
    assert look(desk.state, desk.now, counted) == []
    assert counted["measure.resumed.v1"] > 0


def test_nobody_passes_a_word_on_to_itself() -> None:
    desk = aid_desk()
    desk.say(
        "EAST",
        MessageSent(
            message="M-1",
            kind=MessageKind.WARN,
            recipients=("EASTB",),
            precedence=Precedence.ROUTINE,
        ),
    )
    (owed,) = [each for each in desk.state.deliveries.values() if each.subject == "M-1"]
    leaf = desk.state.messages["M-1"].leafhash
    with pytest.raises(Refused):
        desk.say("EASTB", RelayForwarded(delivery=owed.id, message="M-1", to="EASTB", of=leaf))
