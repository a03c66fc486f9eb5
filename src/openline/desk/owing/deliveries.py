"""What is owed to whom, and by when: how every family of things said opens a delivery."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from openline.desk.owing.routes import Hop, find_hop, hop_without_line
from openline.desk.ruling import Conclusion
from openline.desk.state import State
from openline.domain.delivery import Delivery, DeliveryOwed, Rule, SubjectKind
from openline.domain.rules import Precedence, Rules


class Owed(Struct, frozen=True, kw_only=True):
    """Something of the origin's that others must be told.

    `entry` is the index of the entry that says it; `starts_at` when what it speaks of begins:
    nobody has longer than half the time left. A `movement` must also be passed down in time, and
    be in force by its start.
    """

    subject: str
    subject_kind: SubjectKind
    origin: str
    precedence: Precedence
    since: datetime
    entry: int
    version: int = 1
    starts_at: datetime | None = None
    movement: bool = False


def owe(state: State, owed: Owed, recipients: Iterable[str]) -> tuple[Conclusion, ...]:
    """It is owed to each recipient, over the best line from the origin, or else by the desk."""
    return tuple(
        owe_over(
            state.rules,
            owed,
            find_hop(state, owed.origin, recipient)
            or hop_without_line(state, owed.origin, recipient),
        )
        for recipient in recipients
    )


def owe_over(
    rules: Rules,
    owed: Owed,
    hop: Hop,
    *,
    number: int = 1,
    hops: int = 1,
    rule: Rule = Rule.BY_PRECEDENCE,
    path: str = "",
) -> Conclusion:
    """What is owed at the end of one hop, with every deadline that runs on it.

    Args:
        number: which hop from the origin it is, of `hops`.
        path: sets deliveries of one subject to one recipient apart, as by their lines.
    """
    within_s = rules.relay_hop_s if rule is Rule.RELAY_HOP else rules.machine_delivery_s
    delivery = Delivery(
        id=delivery_id(owed.subject, owed.version, hop.recipient, path),
        subject=owed.subject,
        subject_kind=owed.subject_kind,
        version=owed.version,
        origin=owed.origin,
        sender=hop.sender,
        recipient=hop.recipient,
        cell=hop.cell,
        line=hop.line,
        level=hop.level,
        precedence=owed.precedence,
        owed_since=owed.since,
        entry=owed.entry,
        hop=number,
        hops=hops,
        rule=rule,
        deliver_by=owed.since + timedelta(seconds=within_s),
        acknowledge_by=acknowledge_by(rules, owed),
        passed_down_by=passed_down_by(rules, owed) if owed.movement else None,
        in_force_by=owed.starts_at if owed.movement else None,
    )
    return Conclusion(content=DeliveryOwed(delivery=delivery), readers=delivery.parties)


def delivery_id(subject: str, version: int, recipient: str, path: str = "") -> str:
    """The id of what is owed: one for each subject, version, recipient and path."""
    return f"{subject}/v{version}:{recipient}" + (f":{path}" if path else "")


def acknowledge_by(rules: Rules, owed: Owed) -> datetime:
    """By its precedence, and never later than half the time left to the start."""
    by = owed.since + timedelta(seconds=rules.acknowledge_by_s[owed.precedence])
    if owed.starts_at is None or owed.starts_at <= owed.since:
        return by
    return min(by, owed.since + (owed.starts_at - owed.since) / 2)


def passed_down_by(rules: Rules, owed: Owed) -> datetime | None:
    """Six hours (by rule) before the start, or half the time left where that is past already."""
    if owed.starts_at is None:
        return None
    by = owed.starts_at - timedelta(seconds=rules.passed_down_before_start_s)
    if by > owed.since:
        return by
    return owed.since + max(owed.starts_at - owed.since, timedelta(0)) / 2
