"""`openline verify`: a copy of a record, or a receipt, judged offline by nothing but itself."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from openline.record.audit.beside import PapersJudged
from openline.record.verify import main as run_verifier

_AT_MOST_S: Final = 600
_NOT_MADE: Final = (
    "The papers for people could not be made again here, so nothing is known of them: rely on the "
    "entries alone."
)


Judged = Annotated[
    Path,
    typer.Argument(
        help="A copy of a record (a folder or a .zip), a .tlog-proof, or a lodged statement."
    ),
]
Trusted = Annotated[
    list[str] | None,
    typer.Option(
        help="A key you trust, had from the desk or a witness itself; repeatable. Without any "
        "the copy's own are used, which proves less."
    ),
]
Earlier = Annotated[
    list[Path] | None,
    typer.Option(help="A checkpoint that you kept: was anything before it rewritten?"),
]
Complete = Annotated[
    bool, typer.Option("--complete", help="The copy claims to be whole: miss nothing.")
]
OfLeaf = Annotated[Path | None, typer.Option(help="With a receipt: the leaf it was given for.")]
SignersKey = Annotated[Path | None, typer.Option(help="With a receipt: the signer's public JWK.")]
LookedIn = Annotated[
    Path | None,
    typer.Option(help="With a lodged statement: a copy of the record to look in."),
]
AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]
PapersTo = Annotated[
    Path | None,
    typer.Option(help="A folder to write the papers for people into, made from the entries."),
]


def verify(
    path: Judged,
    vkey: Trusted = None,
    earlier: Earlier = None,
    complete: Complete = False,
    leaf: OfLeaf = None,
    key: SignersKey = None,
    copy: LookedIn = None,
    as_json: AsJson = False,
    papers: PapersTo = None,
) -> None:
    """Verify a copy of a record, a receipt, or a statement lodged with a mirror, offline.

    It says what is proven and by whose keys, what is not proven, and what is wrong. It asks no
    desk and no network, and reads nothing but the files named here. The papers that come with an
    exported incident are made again from its entries, and compared to the byte.

    Exits with 0 if nothing is wrong, 1 if something is, and 2 if it could not be judged.
    """
    arguments = [str(path)]
    for text in vkey or ():
        arguments += ["--vkey", text]
    for kept in earlier or ():
        arguments += ["--earlier", str(kept)]
    for option, file in (("--leaf", leaf), ("--key", key), ("--copy", copy)):
        if file is not None:
            arguments += [option, str(file)]
    arguments += ["--complete"] * complete + ["--json"] * as_json
    raise typer.Exit(run_verifier(arguments, partial(_judge_papers, papers)))


def _judge_papers(to: Path | None, copy: Path) -> PapersJudged:
    """What a process of its own says of the papers: nothing of the desk is read in here."""
    command = [sys.executable, "-m", "openline.cli.inquiry.judge", str(copy)]
    try:
        done = subprocess.run(
            command + ([str(to)] if to is not None else []),
            capture_output=True,
            timeout=_AT_MOST_S,
            check=True,
        )
        return msgspec.json.decode(done.stdout, type=PapersJudged)
    except (OSError, subprocess.SubprocessError, msgspec.DecodeError):
        return PapersJudged(unproven=(_NOT_MADE,))
