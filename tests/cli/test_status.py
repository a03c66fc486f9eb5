"""`openline status`: what is urgent stands before everything else, and says what to do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk_harness import T0, Desk, river_desk
from openline import app
from openline.cli.newcomers import Newcomer, add_newcomer
from openline.cli.urgent import MOST_ROWS, urgent_rows
from openline.desk.view import operator_view
from openline.domain.delivery import ReceiptGiven, Rung
from openline.domain.line import LineState, LineStateSet
from openline.domain.message import MessageKind, MessageSent
from openline.domain.party import PartyKind
from openline.domain.rules import Precedence

MINUTE = timedelta(minutes=1)


def send(desk: Desk, message: str, precedence: Precedence) -> None:
    """EASTB tells WESTB something over L-1."""
    desk.say(
        "EASTB",
        MessageSent(
            message=message,
            kind=MessageKind.WARN,
            recipients=("WESTB",),
            precedence=precedence,
            line="L-1",
        ),
    )


def urgent(desk: Desk, halted: str | None = None) -> list[str]:
    """What is urgent at a desk that runs."""
    return list(urgent_rows(operator_view(desk.state), halted, desk.now, desk.now))


def test_an_open_flash_stands_first_with_whom_it_was_called_to():
    desk = river_desk()
    send(desk, "M-late", Precedence.IMMEDIATE)
    send(desk, "M-flash", Precedence.FLASH)
    desk.say("EASTB", LineStateSet(line="L-2", state=LineState.DOWN))
    desk.tick(T0 + 31 * MINUTE)

    flash, late, line = urgent(desk)

    assert flash == (
        "FLASH UNANSWERED: M-flash from EASTB to WESTB, cell WESTB-TAC over L-1: nobody has "
        "answered, owed since 2017-09-15 06:00:00Z. Called for it since: alternate, "
        "operational, strategic."
    )
    assert late == (
        "OVERDUE: M-late from EASTB to WESTB, cell WESTB-TAC over L-1, IMMEDIATE: not delivered "
        "and acknowledged in time, owed since 2017-09-15 06:00:00Z. It is sent."
    )
    assert line.startswith("LINE L-2 IS DOWN since 2017-09-15 06:00:00Z: EASTB and WESTB, oper")


def test_a_flash_that_a_machine_alone_has_answered_is_told_as_unanswered():
    desk = river_desk()
    send(desk, "M-1", Precedence.FLASH)
    answer = ReceiptGiven(delivery="M-1/v1:WESTB", rung=Rung.ACKNOWLEDGED)

    desk.say("WESTB", answer, by_human=False)
    by_machine = urgent(desk)
    desk.say("WESTB", answer)

    assert "no person has answered, a machine has, owed" in by_machine[0]
    assert urgent(desk) == [
        "As of 2017-09-15 06:00:00Z no FLASH is unanswered, nothing is overdue, no line is ill."
    ]


def test_a_halted_desk_and_a_silent_one_are_told_before_any_flash():
    desk = river_desk()
    send(desk, "M-1", Precedence.FLASH)
    seen = operator_view(desk.state)

    halted = list(urgent_rows(seen, "Forked.", None, desk.now))
    silent = list(urgent_rows(seen, None, desk.now - MINUTE, desk.now))

    assert halted[0] == "THE DESK TAKES NO STATEMENTS. Forked."
    assert silent[0].startswith("THE DESK DOES NOT RUN, or cannot say so; it last did at 2017-09-1")
    assert [each[1][:5] for each in (halted, silent)] == ["FLASH", "FLASH"]


def test_a_hundred_open_flashes_do_not_push_the_rest_off_the_screen():
    desk = river_desk()
    for number in range(100):
        send(desk, f"M-{number}", Precedence.FLASH)

    assert urgent(desk)[-1] == f"  … and {100 - MOST_ROWS} more like these."


@pytest.mark.parametrize("alive", ["", "not a time", "2017-09-16T00:00:00"])
def test_a_desk_that_does_not_run_says_so_first(openline, tmp_path, alive):
    app.make_desk(tmp_path / "desk", exercise=True)
    with app.desk_at(tmp_path / "desk") as service:
        add_newcomer(service, Newcomer(id="EAST", kind=PartyKind.FORCE), tmp_path / "keys")
    (tmp_path / "desk" / "alive").write_text(alive)

    told = openline("status", "--data", tmp_path / "desk").out

    assert told.startswith("THE DESK DOES NOT RUN, or cannot say so; it never did.")
    assert "EXERCISE" in told
