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
    to: Annotated[Path, typer.Option(help="The new .zip, or new folder, to write.")],
    party: Annotated[
        str | None,
        typer.Option(
            help="For this party: all that it may read.  [default: what every party to the "
            "incident may read]"
        ),
    ] = None,
    data: Data = DATA,
) -> None:
    """Write what the record proves of an incident into a file that stands by itself.

    It holds the entries that may be read, with their bodies, the hashes of all the others, the
    signed checkpoint, the keys and their enrolments, and a timeline for people. It is verified as
    `openline verify` does. The desk may be running meanwhile.
    """
    from openline.cli.handing_over import hand_over  # the whole desk: only for who asks
    from openline.cli.record_reading import held_record
    from openline.domain.errors import Unavailable
    from openline.record.audit.verdict import audit_record
    from openline.record.bundle import open_bundle, write_bundle
    from openline.record.verify import render_text

    with held_record(data) as record:
        files = dict(hand_over(record, incident, party))
    try:
        write_bundle(to, files.items())
    except OSError as error:
        raise Unavailable(f"{to}: {error.strerror}. Name a new file.") from error
    with open_bundle(to) as bundle:
        verdict = audit_record(bundle, bundle.trust())
    OUT.print(render_text(verdict), markup=False)
    OUT.print(f"Written to {to}. Verify it anywhere with: openline verify {to}", markup=False)
    if not verdict.sound:
        raise typer.Exit(NOT_SOUND)
