"""Random valid things said at the river desk, for what must hold of every view."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import strategies as st

from desk_harness import T0, Desk, add_party
from ground_harness import circle, plan
from notification_harness import aid_desk, release, site, site_form, validate
from openline.desk.view import view
from openline.domain.airspace import Volume4D
from openline.domain.delivery import ReceiptGiven, Rung
from openline.domain.errors import Refused
from openline.domain.form import Tier
from openline.domain.incident import AccountBody, AccountKind, IncidentOpened, IncidentStated
from openline.domain.line import CheckResult, LineChecked
from openline.domain.message import MessageBody, MessageKind, MessageSent
from openline.domain.party import PartyKind
from openline.domain.plan import PlanReleased, PlanWithdrawn
from openline.domain.question import Asked, QuestionAsked, QuestionBody
from openline.domain.rules import Level, Precedence

SIDES = ("EAST", "WEST")
OTHERS = ("EAST", "WEST", "EASTB", "WESTB", "HUM", "AID", "DRONES", "WATCHER")
_MIRROR = {"EAST": "WEST", "WEST": "EAST", "L-4": "L-5", "L-5": "L-4"}

Deed = tuple[str, str, int, int]
"""What is done, by which force, and two numbers to choose by."""

DEEDS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "file",
                "amend",
                "release",
                "withdraw",
                "warn",
                "answer",
                "open",
                "tell",
                "ask",
                "wait",
            ]
        ),
        st.sampled_from(SIDES),
        st.integers(0, 7),
        st.integers(0, 7),
    ),
    max_size=14,
)


def eight_party_desk() -> Desk:
    """The river desk with a humanitarian party, a drone operator and an observer."""
    desk = aid_desk()
    add_party(desk, "DRONES", PartyKind.CIVIL_OPERATOR, levels=(Level.TACTICAL,))
    add_party(desk, "WATCHER", PartyKind.OBSERVER, levels=(Level.TACTICAL,))
    return desk


def desk_after(deeds: list[Deed], *, mirrored: bool = False) -> Desk:
    """The desk once all of it was said; with the two sides swapped if `mirrored`."""
    desk = eight_party_desk()
    for line in ("L-1", "L-2", "L-2S"):  # one side opened it: both have spoken on it
        desk.say("WESTB", LineChecked(line=line, result=CheckResult.PASSED))
    desk.say("AID", site(body=site_form(35.31, 40.21)))
    validate(desk, "N-001")
    release(desk, "N-001", Tier.PLACE_AND_TIME, ("EAST", "WEST"))
    for number, (what, force, first, second) in enumerate(deeds):
        by = mirror(force) if mirrored else force
        try:
            _DEEDS[what](desk, by, number, first, second)
        except Refused:
            continue  # what cannot be said is part of the game: it changes nothing
    return desk


def mirror(text: str) -> str:
    """The same with the two sides, and the lines to their backers, swapped."""
    for name in ("EAST", "L-4"):
        text = text.replace(name, "\0").replace(_MIRROR[name], name).replace("\0", _MIRROR[name])
    return text


def view_json(desk: Desk, party: str) -> str:
    """A party's view as it would be sent."""
    return msgspec.json.encode(view(desk.state, party)).decode()


def canonical(value: Any) -> Any:
    """JSON values with every list in one order, whatever the ids are called."""
    if isinstance(value, dict):
        return {key: canonical(each) for key, each in sorted(value.items())}
    if isinstance(value, list):
        return sorted((canonical(each) for each in value), key=repr)
    return value


def place(first: int, second: int) -> tuple[float, float]:
    """One of 64 (lon_deg, lat_deg) some 150 m apart, with digits that no other place shares."""
    number = first * 8 + second
    return round(40.2001237 + number * 0.0011, 7), round(35.3004561 + number * 0.0009, 7)


def _file(desk: Desk, by: str, number: int, first: int, second: int) -> None:
    desk.say(by, plan(f"{by}-plan-{first}", at=place(first, second), radius_m=700.0))


def _amend(desk: Desk, by: str, number: int, first: int, second: int) -> None:
    held = desk.state.plans.get(f"{by}-plan-{first}")
    version = held.version + 1 if held else 1
    desk.say(by, plan(f"{by}-plan-{first}", at=place(second, first), version=version))


def _release(desk: Desk, by: str, number: int, first: int, second: int) -> None:
    to = mirror(OTHERS[second]) if by == "WEST" else OTHERS[second]
    desk.say(by, PlanReleased(plan=f"{by}-plan-{first}", to=(to,)))


def _withdraw(desk: Desk, by: str, number: int, first: int, second: int) -> None:
    desk.say(by, PlanWithdrawn(plan=f"{by}-plan-{first}"))


def _warn(desk: Desk, by: str, number: int, first: int, second: int) -> None:
    desk.say(
        by,
        MessageSent(
            message=f"M-{number}",
            kind=(MessageKind.CHECK_FIRE, MessageKind.RELAY)[second % 2],
            recipients=(mirror(by),),
            precedence=Precedence.FLASH,
            body=MessageBody(positions=(place(first, second),)),
        ),
    )


def _answer(desk: Desk, by: str, number: int, first: int, second: int) -> None:
    owed = [each for each in desk.state.deliveries.values() if each.recipient == by]
    if owed:
        chosen = min(owed, key=lambda each: each.owed_since)
        desk.say(
            by,
            ReceiptGiven(delivery=chosen.id, rung=(Rung.ACKNOWLEDGED, Rung.OBJECTED)[second % 2]),
        )


def _open(desk: Desk, by: str, number: int, first: int, second: int) -> None:
    desk.say(
        by,
        IncidentOpened(incident=f"I-{first}", occurred_at=T0, put_to=(mirror(by),) * (second % 2)),
    )


def _tell(desk: Desk, by: str, number: int, first: int, second: int) -> None:
    desk.say(
        by,
        IncidentStated(
            incident=f"I-{first}",
            account=f"S-{number}",
            kind=(AccountKind.CLAIM, AccountKind.REGRET)[second % 2],
            occurred_at=T0,
            body=AccountBody(text=f"told by {by}"),
        ),
    )


def _ask(desk: Desk, by: str, number: int, first: int, second: int) -> None:
    area = (Volume4D(footprint=circle(at=place(first, second))),)
    body = QuestionBody(volumes=area)
    desk.say(by, QuestionAsked(question=f"Q-{number}", asked=Asked.WOULD_MEET, body=body))


def _wait(desk: Desk, by: str, number: int, first: int, second: int) -> None:
    desk.tick(desk.now + timedelta(minutes=first * 5 + second))


_DEEDS: dict[str, Callable[[Desk, str, int, int, int], None]] = {
    "file": _file,
    "amend": _amend,
    "release": _release,
    "withdraw": _withdraw,
    "warn": _warn,
    "answer": _answer,
    "open": _open,
    "tell": _tell,
    "ask": _ask,
    "wait": _wait,
}
