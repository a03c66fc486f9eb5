"""What is owed to whom, and by when: how every family of things said opens a delivery."""

from __future__ import annotations

from datetime import datetime, timedelta

from openline.desk.routes import Hop, find_hop, hop_without_line
from openline.desk.ruling import Conclusion
from openline.desk.state import State
from openline.domain.line import Delivery, DeliveryOwed, Rule, SubjectKind
from openline.domain.rules import Precedence, Rules


def delivery_id(subject: str, version: int, recipient: str, line: str | None = None) -> str:
    """The id of what is owed: one for each subject, version, recipient and line."""
    return f"{subject}/v{version}:{recipient}" + (f":{line}" if line else "")


def owe(
    state: State,
    recipients: tuple[str, ...],
    *,
    subject: str,
    subject_kind: SubjectKind,
    version: int,
    origin: str,
    precedence: Precedence,
    now: datetime,
    entry: int,
    starts_at: datetime | None = None,
    movement: bool = False,
) -> tuple[Conclusion, ...]:
    """Something of the origin's is owed to each recipient, over the best line between them.

    Args:
        entry: index of the entry that says it.
        starts_at: when what it speaks of begins: nobody has longer than half the time left.
        movement: the recipients must also pass it down in time and be in force by the start.
    """
    return tuple(
        owe_over(
            find_hop(state, origin, recipient) or hop_without_line(state, origin, recipient),
            state.rules,
            subject=subject,
            subject_kind=subject_kind,
            version=version,
            origin=origin,
            precedence=precedence,
            now=now,
            entry=entry,
            starts_at=starts_at,
            movement=movement,
        )
        for recipient in recipients
    )


def owe_over(
    hop: Hop,
    rules: Rules,
    *,
    subject: str,
    subject_kind: SubjectKind,
    version: int,
    origin: str,
    precedence: Precedence,
    now: datetime,
    entry: int,
    starts_at: datetime | None = None,
    movement: bool = False,
    number: int = 1,
    hops: int = 1,
    rule: Rule = Rule.BY_PRECEDENCE,
    by_line: bool = False,
) -> Conclusion:
    """What is owed at the end of one hop, with every deadline that runs on it.

    Args:
        number: which hop from the origin it is, of `hops`.
        by_line: the same subject goes over several lines: each is a delivery of its own.
    """
    relayed = rule is Rule.RELAY_HOP
    delivery = Delivery(
        id=delivery_id(subject, version, hop.recipient, hop.line if by_line else None),
        subject=subject,
        subject_kind=subject_kind,
        version=version,
        origin=origin,
        sender=hop.sender,
        recipient=hop.recipient,
        cell=hop.cell,
        line=hop.line,
        level=hop.level,
        precedence=precedence,
        owed_since=now,
        entry=entry,
        hop=number,
        hops=hops,
        rule=rule,
        deliver_by=now + _seconds(rules.relay_hop_s if relayed else rules.machine_delivery_s),
        acknowledge_by=acknowledge_by(rules, precedence, now, starts_at),
        passed_down_by=passed_down_by(rules, now, starts_at) if movement else None,
        in_force_by=starts_at if movement else None,
    )
    readers = tuple(sorted({origin, hop.sender, hop.recipient}))
    return Conclusion(content=DeliveryOwed(delivery=delivery), readers=readers)


def acknowledge_by(
    rules: Rules, precedence: Precedence, now: datetime, starts_at: datetime | None
) -> datetime:
    """By its precedence, and never later than half the time left to the start."""
    by = now + _seconds(rules.acknowledge_by_s[precedence])
    if starts_at is None or starts_at <= now:
        return by
    return min(by, now + (starts_at - now) / 2)


def passed_down_by(rules: Rules, now: datetime, starts_at: datetime | None) -> datetime | None:
    """Six hours (by rule) before the start, or half the time left if that is already past."""
    if starts_at is None:
        return None
    by = starts_at - _seconds(rules.passed_down_before_start_s)
    return by if by > now else now + max(starts_at - now, timedelta(0)) / 2


def _seconds(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)
