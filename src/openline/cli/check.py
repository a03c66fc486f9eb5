"""`openline check`: what plans and tracks in files would meet, without any desk."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from openline.cli.terminal import OUT, say_error
from openline.domain.errors import Refused
from openline.domain.rules import Rules
from openline.protocols.files.checking import Asked, Checked, Met, check_reading
from openline.protocols.files.codec import read_file
from openline.protocols.files.reading import Reading

NOTHING_FOUND, FOUND, NOTHING_JUDGED = 0, 1, 2


def check(
    files: Annotated[
        list[Path],
        typer.Argument(help="Plans (GeoJSON, KML, GPX) and tracks (CSV); - reads standard input."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    horizontal_m: Annotated[
        float | None, typer.Option(help="Separation; 0 for plans, the rules' for tracks.")
    ] = None,
    vertical_m: Annotated[
        float | None, typer.Option(help="Separation; 0 for plans, the rules' for tracks.")
    ] = None,
    time_s: Annotated[
        float | None, typer.Option(help="Separation; 0 for plans, the rules' for tracks.")
    ] = None,
    look_ahead_s: Annotated[
        float | None, typer.Option(help="How far tracks are followed; the rules' 5 min if unsaid.")
    ] = None,
    map_to: Annotated[
        Path | None, typer.Option("--map", help="Draw what was found: a .png or .html file.")
    ] = None,
) -> None:
    """Find where and when the plans and tracks in FILES would meet.

    Exits with 0 if nothing was found, 1 if something was, and 2 if nothing could be judged.
    "Nothing found" speaks of these files only: it never means that a place is clear.
    """
    asked = Asked(
        horizontal_m=_length("--horizontal-m", horizontal_m),
        vertical_m=_length("--vertical-m", vertical_m),
        time_s=_length("--time-s", time_s),
        look_ahead_s=_length("--look-ahead-s", look_ahead_s),
    )
    reading = Reading()
    for file in files:
        reading.extend(_read(file))
    try:
        checked = check_reading(reading, asked, Rules())
    except Refused as refused:
        say_error(refused.sentence)
        raise typer.Exit(NOTHING_JUDGED) from None
    if map_to is not None:
        from openline.cli.map_picture import draw_checked  # matplotlib: only for who asks

        draw_checked(reading, checked, map_to)
    if as_json:
        sys.stdout.write(msgspec.json.encode(checked).decode() + "\n")
    else:
        _print(checked)
    if checked.nothing_judged:
        raise typer.Exit(NOTHING_JUDGED)
    raise typer.Exit(FOUND if checked.conflicts else NOTHING_FOUND)


def _read(file: Path) -> Reading:
    if str(file) == "-":
        return read_file(sys.stdin.buffer.read(), "standard input")
    try:
        return read_file(file.read_bytes(), file.name)
    except OSError as error:
        unread = Reading()
        text = f"{file.name}: it cannot be read ({error.strerror}). Check its path."
        unread.add_fault(file.name, "unreadable", text)
        return unread


def _length(option: str, value: float | None) -> float | None:
    if value is not None and not 0.0 <= value < 1e9:
        raise typer.BadParameter(f"{option} is zero or more, in metres or seconds.")
    return value


def _print(checked: Checked) -> None:
    for fault in checked.checked.faults:
        OUT.print(f"[yellow]{fault.fault}[/]", end="  ")
        OUT.print(fault.text, markup=False)
    for met in checked.conflicts:
        OUT.print(_sentence(met), markup=False)
    counted = checked.checked
    if checked.nothing_judged:
        OUT.print("Nothing could be judged: no plan and no track was read.")
        return
    found = f"{len(checked.conflicts)} conflicts" if len(checked.conflicts) != 1 else "1 conflict"
    OUT.print(
        f"{found if checked.conflicts else 'No conflict'} found among {counted.plans} plans and "
        f"{counted.tracks} tracks ({counted.pairs_possible} pairs of different parties). "
        "What is not in these files is unknown."
    )


def _sentence(met: Met) -> str:
    span = " to ".join(
        "open" if each is None else f"{each:%Y-%m-%d %H:%M:%SZ}"
        for each in (met.starts_at, met.ends_at)
    )
    lon_deg, lat_deg = met.at
    error = " (only within the stated accuracies)" if met.within_error else ""
    return (
        f"{met.a} and {met.b} ({met.kind}): {met.least_distance_m:,.0f} m apart at the least, "
        f"heights {met.least_height_gap_m:,.0f} m apart, near {lat_deg:.5f} {lon_deg:.5f}, "
        f"{span}{error}"
    )
