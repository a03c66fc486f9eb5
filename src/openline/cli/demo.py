"""`openline demo`: a case replayed on a real desk, judged, shown on a map, and then served."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from openline.cli.terminal import OUT

NOT_MET = 1


CaseNamed = Annotated[str, typer.Option(help="A built-in case, or a folder with a case.json.")]
Speed = Annotated[
    float | None,
    typer.Option(help="Seconds of the story per second.  [default: as fast as it can]"),
]
ExitAtEnd = Annotated[
    bool, typer.Option("--exit", help="End after the story; do not serve its desk.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, and no story.")]
Until = Annotated[
    str | None,
    typer.Option(help="Stop the story at this instant, judge nothing, and serve its desk."),
]
Port = Annotated[int, typer.Option(help="The port to serve the replayed desk on.")]
KeptIn = Annotated[
    Path | None,
    typer.Option(help="Keep the replayed desk in this new directory.  [default: keep none]"),
]
MapInto = Annotated[Path, typer.Option(help="The folder that the map is written into.")]


def demo(
    case: CaseNamed = "deir-ez-zor",
    speed: Speed = None,
    exit_at_end: ExitAtEnd = False,
    as_json: AsJson = False,
    until: Until = None,
    port: Port = 8700,
    data: KeptIn = None,
    out: MapInto = Path("out"),
) -> None:
    """Replay a case in simulated time, and hold what came of it against what was expected.

    For each event you see what openline did and the entries that prove it. The expectations are
    read only after the last event. The keys of a case are published: its desk is never for use.
    Then its desk is served with the console, time running on from where the story ended; with
    --until 2017-09-16T00:33:20Z that is a night with a FLASH that nobody has answered.

    Exits with 1 if an expectation is not met, or something was found that nobody expected.
    """
    import msgspec

    from openline.cli.showing import Showing  # the whole desk: only for who runs one
    from openline.cli.story import Story

    if speed is not None and not speed > 0:
        raise typer.BadParameter("--speed is more than zero: seconds of the story per second.")
    if until is not None:
        with Showing.opened(case, data, _instant(until)) as showing:
            showing.tell(Story(quiet=as_json), speed)
            showing.serve(port, say=_say)
        return
    with Showing.opened(case, data) as showing:
        summary = showing.run(Story(quiet=as_json), speed, out)
        if as_json:
            sys.stdout.write(msgspec.json.encode(summary).decode() + "\n")
            sys.stdout.flush()
        if not exit_at_end:
            showing.serve(port, say=_say)
    if not summary.met:
        raise typer.Exit(NOT_MET)


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text}: no instant. Write 2017-09-16T00:33:20Z.") from error
    if instant.tzinfo is None:
        raise typer.BadParameter(f"{text}: no offset. End it with Z for UTC.")
    return instant


def _say(url: str) -> None:
    OUT.print(f"Serving the replayed desk on {url} – stop it with Ctrl-C.", markup=False)
    OUT.print("Open that address in a browser and choose a position, for example EAST-TAC.duty:")
    OUT.print("its key is published with the case and offered there. This desk is an EXERCISE.")
