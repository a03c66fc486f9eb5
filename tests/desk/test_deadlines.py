"""Running deadlines: the next of them, in order, and nothing that was dropped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from openline.desk.deadlines import Deadlines, What

T0 = datetime(2017, 9, 16, tzinfo=UTC)
MOMENTS = st.integers(0, 20).map(lambda minutes: T0 + timedelta(minutes=minutes))
CHANGES = st.lists(
    st.tuples(st.sampled_from(list(What)), st.sampled_from("abc"), st.none() | MOMENTS)
)


@given(CHANGES)
def test_the_next_due_is_the_least_of_those_still_running(
    changes: list[tuple[What, str, datetime | None]],
) -> None:
    deadlines, truth = Deadlines(), {}
    for what, thing, at in changes:
        deadlines.set(what, thing, at)
        truth[what, thing] = at
        running = [each for each in truth.values() if each is not None]
        assert deadlines.next_due() == min(running, default=None)


@given(CHANGES, MOMENTS)
def test_what_is_due_comes_in_order_of_time_then_thing(
    changes: list[tuple[What, str, datetime | None]], now: datetime
) -> None:
    deadlines = Deadlines()
    for what, thing, at in changes:
        deadlines.set(what, thing, at)

    due = list(deadlines.due_by(now))

    assert [(at, thing) for at, _, thing in due] == sorted((at, thing) for at, _, thing in due)
    assert all(at <= now for at, _, _ in due)
    assert all(at > now for at in _rest(deadlines, due))


@given(CHANGES)
def test_a_snapshot_of_the_deadlines_holds_them_all(
    changes: list[tuple[What, str, datetime | None]],
) -> None:
    deadlines = Deadlines()
    for what, thing, at in changes:
        deadlines.set(what, thing, at)

    again = Deadlines(deadlines.as_dict())

    assert again.as_dict() == deadlines.as_dict()
    assert again.next_due() == deadlines.next_due()


def test_deadlines_that_had_not_passed_move_by_an_outage() -> None:
    deadlines = Deadlines()
    deadlines.set(What.ACKNOWLEDGE, "before", T0)
    deadlines.set(What.ACKNOWLEDGE, "after", T0 + timedelta(minutes=2))

    deadlines.move(timedelta(hours=1), from_=T0)

    assert deadlines.find(What.ACKNOWLEDGE, "before") == T0
    assert deadlines.find(What.ACKNOWLEDGE, "after") == T0 + timedelta(hours=1, minutes=2)


def test_what_is_appointed_comes_whether_or_not_the_desk_could_hear() -> None:
    deadlines = Deadlines()
    deadlines.set(What.MEASURE_ENDS, "NFA-1/v1", T0 + timedelta(minutes=2))

    deadlines.move(timedelta(hours=1), from_=T0)

    assert deadlines.next_due() == T0 + timedelta(minutes=2)


def test_what_is_due_stays_due_until_it_is_ended() -> None:
    deadlines = Deadlines()
    deadlines.set(What.DELIVER, "D", T0)

    first, again = list(deadlines.due_by(T0)), list(deadlines.due_by(T0))
    deadlines.drop("D")

    assert first == again == [(T0, What.DELIVER, "D")]
    assert list(deadlines.due_by(T0)) == []


def _rest(deadlines: Deadlines, due: list[tuple[datetime, What, str]]) -> list[datetime]:
    taken = {f"{what}|{thing}" for _, what, thing in due}
    return [at for key, at in deadlines.as_dict().items() if key not in taken]
