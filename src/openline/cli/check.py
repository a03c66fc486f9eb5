"""`openline check`: what plans and tracks in files would meet, without any desk."""

from __future__ import annotations

import math
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from openline.cli.terminal import OUT, say_error
from openline.domain.rules import Rules
from openline.protocols.files.checking import Asked, Checked, Met, Scene, check_scene, scene_of
from openline.protocols.files.codec import LARGEST_BYTES, read_file
from openline.protocols.files.reading import Reading

NOTHING_FOUND, FOUND, NOT_ALL_JUDGED, NOT_WRITTEN = 0, 1, 3, 4
"""What it exits with; 2 is an argument that is wrong, as of every command."""
PICTURES: Final = (".png", ".html")
FARTHEST_ASKED: Final = 1e9
LONGEST_LOOK_AHEAD_S: Final = 86_400.0
_TO_THE_SECOND: Final = "%Y-%m-%d %H:%M:%SZ"


def _number(text: str) -> float:
    """A number of metres or seconds, zero or more; anything else is an argument error."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0.0 <= number <= FARTHEST_ASKED:
        raise typer.BadParameter("give a number of zero or more, in plain digits without a unit.")
    return number


def _look_ahead(text: str) -> float:
    seconds = _number(text)
    if seconds > LONGEST_LOOK_AHEAD_S:
        raise typer.BadParameter("beyond a day nothing moves straight on; give 86400 or less.")
    return seconds


def _picture(text: str) -> Path:
    if not text.endswith(PICTURES):
        raise typer.BadParameter(f"a map is a file that ends in {' or '.join(PICTURES)}.")
    return Path(text)


Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...",
        help="Plans (GeoJSON, KML, KMZ, GPX) and tracks (CSV), judged together; "
        "- reads standard input.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
Horizontal = Annotated[
    float | None,
    typer.Option(
        parser=_number,
        metavar="METRES",
        help="Nearer than this over the ground is too near. Unsaid: 0 between plans, and for "
        "tracks what the rules keep between their kinds.",
    ),
]
Vertical = Annotated[
    float | None, typer.Option(parser=_number, metavar="METRES", help="The same in height.")
]
Apart = Annotated[
    float | None,
    typer.Option(
        parser=_number,
        metavar="SECONDS",
        help="The same in time: one there, and the other so soon before or after.",
    ),
]
LookAhead = Annotated[
    float | None,
    typer.Option(
        parser=_look_ahead,
        metavar="SECONDS",
        help="How far ahead tracks are followed. Unsaid: the rules' 300.",
    ),
]
MapTo = Annotated[
    Path | None,
    typer.Option(
        "--map",
        parser=_picture,
        metavar="PICTURE",
        help="Draw what was read and what was found: a .png or .html file.",
    ),
]


def check(
    files: Files,
    as_json: AsJson = False,
    horizontal_m: Horizontal = None,
    vertical_m: Vertical = None,
    time_s: Apart = None,
    look_ahead_s: LookAhead = None,
    map_to: MapTo = None,
) -> None:
    """Find where and when the plans and tracks in files would meet.

    Exits with 0 if all was judged and nothing found; 1 if something was found, whatever else; 2 if
    an argument is wrong; 3 if nothing was found and a file or a part of one was not judged; 4 if
    nothing was found and the map, or if the answer, could not be written.
    "Nothing found" speaks of these files only: it never means that a place is clear.
    """
    asked = Asked(
        horizontal_m=horizontal_m,
        vertical_m=vertical_m,
        time_s=time_s,
        look_ahead_s=look_ahead_s,
    )
    reading = Reading()
    for file in files:
        reading.extend(_read(file))
    scene = scene_of(reading, Rules())
    checked = check_scene(scene, asked, Rules())
    _answer(checked, as_json)
    drawn = map_to is None or _draw(scene, checked, asked, map_to)
    if checked.conflicts:
        raise typer.Exit(FOUND)
    if checked.checked.not_judged:
        raise typer.Exit(NOT_ALL_JUDGED)
    raise typer.Exit(NOTHING_FOUND if drawn else NOT_WRITTEN)


def _read(file: Path) -> Reading:
    name = "standard input" if str(file) == "-" else file.name
    try:
        # One byte more than is read tells that there is more, of a device without end too.
        if str(file) == "-":
            return read_file(sys.stdin.buffer.read(LARGEST_BYTES + 1), name)
        with file.open("rb") as opened:
            return read_file(opened.read(LARGEST_BYTES + 1), name)
    except OSError as error:
        unread = Reading()
        text = f"{name}: it cannot be read ({error.strerror}). Check its path."
        unread.add_refused(name, "unreadable", text)
        return unread


def _draw(scene: Scene, checked: Checked, asked: Asked, to: Path) -> bool:
    """Whether the map was written; if not, that is told, and takes nothing from the answer."""
    from openline.cli.map_picture import draw_checked  # matplotlib: only for who asks

    try:
        draw_checked(scene, checked, asked, to)
    except OSError as error:
        say_error(
            f"{to}: the map cannot be written there ({error.strerror}); all that was found is told "
            "above. Name a file in a folder that you may write to."
        )
        return False
    return True


def _answer(checked: Checked, as_json: bool) -> None:
    try:
        if as_json:
            sys.stdout.buffer.write(msgspec.json.encode(checked) + b"\n")
        else:
            _print(checked)
        sys.stdout.flush()
    except BrokenPipeError:
        raise  # whoever read it has read enough
    except OSError as error:
        say_error(f"The answer cannot be written ({error.strerror}). Write it elsewhere.")
        raise typer.Exit(NOT_WRITTEN) from error


def _print(checked: Checked) -> None:
    counted = checked.checked
    for fault in counted.faults:
        OUT.print(f"[yellow]{fault.fault}[/]", end="  ")
        _say(fault.text)
    for assumed in counted.assumed:
        OUT.print("assumed", end="  ")
        _say(assumed.text)
    for met in checked.conflicts:
        _say_met(met)
    if checked.nothing_judged:
        _say("Nothing could be judged: no plan and no track was read.")
        return
    doubts = f", {_count(len(counted.faults), 'fault')} told above" if counted.faults else ""
    found = _count(len(checked.conflicts), "conflict").capitalize()
    _say(
        f"{found} found among {_count(counted.plans, 'plan')} "
        f"and {_count(counted.tracks, 'track')} "
        f"({_count(counted.pairs_possible, 'pair')} of different parties{doubts}). "
        "What is not in these files is unknown."
    )
    if counted.not_judged:
        were = "thing was" if counted.not_judged == 1 else "things were"
        _say(
            f"NOT ALL WAS JUDGED: {counted.not_judged} {were} left out, as told above. Mend what "
            "is named and check again."
        )


def _say_met(met: Met) -> None:
    lon_deg, lat_deg = met.at
    doubt = ", but only within the stated accuracies" if met.within_error else ""
    _say(f"{met.a} and {met.b} would meet ({met.kind}){doubt}")
    _say(f"    when      {_span(met.starts_at, met.ends_at)}")
    _say(
        f"    how near  {met.least_distance_m:,.0f} m over the ground, "
        f"{met.least_height_gap_m:,.0f} m in height"
    )
    _say(
        f"    where     {abs(lat_deg):.5f} {'N' if lat_deg >= 0 else 'S'} "
        f"{abs(lon_deg):.5f} {'E' if lon_deg >= 0 else 'W'}, on {met.a}"
    )


def _span(starts_at: datetime | None, ends_at: datetime | None) -> str:
    if starts_at is None or ends_at is None:
        after = f"from {starts_at:{_TO_THE_SECOND}} on" if starts_at else ""
        before = f"until {ends_at:{_TO_THE_SECOND}}" if ends_at else ""
        return after or before or "at any time"
    return f"{starts_at:{_TO_THE_SECOND}} to {ends_at:{_TO_THE_SECOND}}"


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"


def _say(row: str) -> None:
    """One row; what would move the cursor or colour the screen is shown as a sign of its own."""
    OUT.print("".join(c if c.isprintable() else "\ufffd" for c in row), markup=False)
