"""`openline witnesses`: whose cosignatures make the record witnessed, said from a policy file."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openline.cli.options import DATA, Data
from openline.cli.terminal import OUT

if TYPE_CHECKING:
    from openline.record.policy import Policy


def witnesses(
    policy: Annotated[
        Path,
        typer.Argument(help="A C2SP tlog-policy: rows of witness, group and quorum."),
    ],
    data: Data = DATA,
) -> None:
    """Name the witnesses of the record, and how many of them make it believed, as the operator.

    It is an entry that all parties see, and takes the place of what was named before. Where each
    witness is reached is no part of it and goes into the desk's settings. The desk must not be
    running. A policy of two sides, both of whom are needed, has four rows: `witness EAST VKEY`,
    `witness WEST VKEY`, `group both all EAST WEST`, `quorum both`.
    """
    from openline.app import operate
    from openline.cli.keeping import kept_desk
    from openline.cosigning.agreed import named_by

    agreed = _read(policy)
    with kept_desk(data) as service:
        index = operate(service, f"witnesses-{secrets.token_hex(8)}", named_by(agreed))
    OUT.print(f"It stands in the record as entry {index}, which all parties see.")
    if agreed.witnesses:
        OUT.print("Say in the desk's settings where each takes checkpoints:")
        OUT.print("  [witnesses]", markup=False)
    for each in agreed.witnesses:
        OUT.print(f'  {each.name} = "{each.url or "https://…"}"', markup=False)


def _read(path: Path) -> Policy:
    from openline.domain.errors import Malformed, Unavailable
    from openline.record.errors import NotAPolicy
    from openline.record.policy import parse_policy

    try:
        return parse_policy(path.read_bytes())
    except OSError as error:
        raise Unavailable(f"{path}: {error.strerror}. Name a file with a policy.") from error
    except NotAPolicy as fault:
        raise Malformed(f"{path}: {fault.sentence}") from fault
