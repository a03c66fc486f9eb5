"""`openline report`: a news report read into drafts, without any desk; nothing is recorded."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from openline.cli.terminal import OUT
from openline.domain.errors import Malformed
from openline.reports import grammar, learned
from openline.reports.reading import read_report
from openline.reports.report import Draft, Drafted
from openline.reports.text import LARGEST_BYTES

DRAFTS, NO_DRAFT, NOT_READ = 0, 1, 2
_NOT_STATED: Final = "not stated"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("give a day as 2017-09-18.") from error


def report(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A text or HTML page; - reads standard input."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the drafts as JSON.")] = False,
    day: Annotated[
        date | None,
        typer.Option(
            "--date",
            parser=_day,
            metavar="YYYY-MM-DD",
            help="The day the report is of. Unsaid: as the page or its dateline says.",
        ),
    ] = None,
    rules: Annotated[
        bool,
        typer.Option("--rules", help="Read by the rules alone, though more is installed."),
    ] = False,
) -> None:
    """Read a news report into drafts for a person to confirm: who says what, of whom, where, when.

    It needs no desk and no network, and records nothing. A draft says what the report says, and
    never that it is so. Exits with 0 if there is a draft, 1 if there is none, 2 if it cannot be
    read.
    """
    data, name = _bytes_of(file), _name_of(file)
    if rules:
        drafted = read_report(data, name, day)
    else:
        drafted = read_report(
            data, name, day, grammar=grammar.installed(), learned=learned.installed()
        )
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(drafted) + b"\n")
        sys.stdout.flush()
    else:
        _print(drafted)
    raise typer.Exit(DRAFTS if drafted.drafts else NO_DRAFT)


def _name_of(file: Path) -> str:
    return "standard input" if str(file) == "-" else file.name


def _bytes_of(file: Path) -> bytes:
    """No more than one byte beyond what is read: a device without end is told as too much."""
    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(LARGEST_BYTES + 1)
        with file.open("rb") as opened:
            return opened.read(LARGEST_BYTES + 1)
    except OSError as error:
        why = f"{file.name}: it cannot be read ({error.strerror}). Check its path."
        raise Malformed(why) from error


def _print(drafted: Drafted) -> None:
    told = drafted.report
    _say(f"{told.name}, of {told.date or 'no known day'}: sha256 {told.digest}")
    for number, draft in enumerate(drafted.drafts):
        _say("")
        _say_draft(number, draft)
    _say("")
    for left in drafted.left_out:
        _say(f"left out ({left.reason}): {left.text}")
    count = len(drafted.drafts)
    drafts = f"{count} draft{'' if count == 1 else 's'}" if count else "No draft"
    _say(f"{drafts} from {told.sentences} sentences; nothing is recorded until a person confirms.")


def _say_draft(number: int, draft: Draft) -> None:
    _say(f"{number}  {draft.kind}  ({draft.confidence:.2f})")
    _say(f"    said by   {_who(draft)}")
    _say(f"    alleged   {draft.actor or _NOT_STATED} → {draft.target or _NOT_STATED}")
    _say(f"    where     {_where(draft)}")
    _say(f"    when      {_when(draft)}")
    if draft.denies is not None:
        what = f"draft {draft.denies}" if isinstance(draft.denies, int) else draft.denies
        _say(f"    denies    {what}")
    _say(f"    “{draft.sentence}”")


def _who(draft: Draft) -> str:
    if draft.speaker is None:
        return f"{_NOT_STATED}: the report's own words"
    party = draft.speaker_party
    return f"{draft.speaker} ({party})" if party and party != draft.speaker else draft.speaker


def _where(draft: Draft) -> str:
    if draft.lat is None or draft.lon is None:
        return f"{draft.place}; no fix" if draft.place else _NOT_STATED
    north, east = "N" if draft.lat >= 0 else "S", "E" if draft.lon >= 0 else "W"
    within = (draft.accuracy_m or 0.0) / 1000
    return (
        f"{draft.place}: {abs(draft.lat):.3f} {north} {abs(draft.lon):.3f} {east} ± {within:.1f} km"
    )


def _when(draft: Draft) -> str:
    return f"{draft.when} (to the {draft.when_precision})" if draft.when else _NOT_STATED


def _say(row: str) -> None:
    """One row; what would move the cursor or colour the screen is shown as a sign of its own."""
    OUT.print("".join(c if c.isprintable() else "\ufffd" for c in row), markup=False)
