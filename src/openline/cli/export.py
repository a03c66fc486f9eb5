"""`openline export`: what the record proves of one incident, to be handed to whoever asks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from openline.cli.options import DATA, Data
from openline.cli.terminal import OUT

NOT_SOUND = 1


def export(
    incident: Annotated[str, typer.Option(help="The incident's id.")],
    bundle: Annotated[
        Path | None, typer.Argument(help="The new .zip, or new folder, to write.")
    ] = None,
    to: Annotated[Path | None, typer.Option(help="The same, as an option.")] = None,
    party: Annotated[
        list[str] | None,
        typer.Option(
            help="For this party: all that it may read; repeatable, for all that any of them may."
            "  [default: what every party to the incident may read]"
        ),
    ] = None,
    data: Data = DATA,
) -> None:
    """Write what the record proves of an incident into a file that stands by itself.

    It holds the entries that may be read, with their bodies and the evidence they name, the hashes
    of all the others, the signed checkpoint with whatever witnesses cosigned, the keys and their
    enrolments, the incident told for people (HTML, PDF, text), and what to do with it all. It is
    verified by `openline verify`, on any machine. The desk may be running meanwhile.
    """
    from openline.app import evidence_at
    from openline.cli.handing_over import hand_over  # the whole desk: only for who asks
    from openline.cli.record_reading import held_record
    from openline.domain.errors import Unavailable
    from openline.record.bundle import write_bundle

    target = _one_of(bundle, to)
    with held_record(data) as record:
        files = hand_over(record, incident, tuple(party or ()), evidence_at(data).find)
    try:
        write_bundle(target, files.items())
    except OSError as error:
        raise Unavailable(f"{target}: {error.strerror}. Name a new file.") from error
    if not _verified(target):
        raise typer.Exit(NOT_SOUND)


def _one_of(bundle: Path | None, to: Path | None) -> Path:
    if (bundle is None) == (to is None):
        raise typer.BadParameter("Name the file to write once, such as bundle.zip.")
    return bundle or to or Path()


def _verified(target: Path) -> bool:
    """What the verifier says of the file just written, printed; whether it is sound."""
    from openline.cli.inquiry.judge import judge
    from openline.record.audit.beside import judge_beside
    from openline.record.audit.verdict import audit_record
    from openline.record.bundle import open_bundle
    from openline.record.verify import render_text

    with open_bundle(target) as bundle:
        verdict = judge_beside(bundle, audit_record(bundle, bundle.trust()), judge(target))
    OUT.print(render_text(verdict), markup=False)
    OUT.print(
        f"Written to {target}. Verify it anywhere with: openline verify {target}", markup=False
    )
    return verdict.sound
