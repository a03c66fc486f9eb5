"""`openline witness`: cosigns the checkpoints of records, and refuses one that forks or rewinds."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openline.cli.options import passphrase
from openline.cli.terminal import OUT

if TYPE_CHECKING:
    from openline.record.note import NoteKey
    from openline.witness.memory import Identity


Directory = Annotated[Path, typer.Argument(help="Where it keeps its key and its memory.")]
Name = Annotated[
    str | None, typer.Option(help="The name of a new witness, for ever: like east.example/w1.")
]
Logs = Annotated[
    list[str] | None,
    typer.Option(help="A record to watch: the desk's public key, from the desk. Repeatable."),
]
Port = Annotated[int, typer.Option(help="The port to listen on.")]
Host = Annotated[str, typer.Option(help="The address to listen on.")]
Forget = Annotated[
    str | None,
    typer.Option(help="Let go of what was cosigned of this record, after a restore; and end."),
]
Unwatch = Annotated[
    str | None, typer.Option(help="Take no more checkpoints by this key of a desk; and end.")
]
Evidence = Annotated[
    Path | None,
    typer.Option(help="Write out the checkpoints it refused, into this new folder; and end."),
]


def witness(
    directory: Directory,
    name: Name = None,
    log: Logs = None,
    port: Port = 8710,
    host: Host = "127.0.0.1",
    forget: Forget = None,
    unwatch: Unwatch = None,
    evidence: Evidence = None,
) -> None:
    """Run a witness: it cosigns checkpoints of the records it watches, and remembers each first.

    It is shown hashes and no more. A checkpoint that does not go on from the last one it cosigned
    is refused, and kept as evidence: the record was forked or rewound. Each side should run one.
    """
    from openline.stderr_log import log_to_stderr
    from openline.witness.memory import open_identity

    keys = [_key(vkey) for vkey in log or ()]
    log_to_stderr()
    identity = open_identity(directory, name, passphrase())
    try:
        for key in keys:
            identity.memory.watch(key)
        if unwatch is not None:
            identity.memory.unwatch(_key(unwatch, "--unwatch"))
            OUT.print("That key counts no more. Leave it out of --log from here on.")
        elif forget is not None:
            identity.memory.forget(forget, int(time.time()))
            OUT.print(f"Let go of {forget}; what it was is kept as evidence.", markup=False)
        elif evidence is not None:
            _write_evidence(identity, evidence)
        else:
            _cosign(identity, host, port)
    finally:
        identity.memory.close()


def _cosign(identity: Identity, host: str, port: int) -> None:
    """Cosigns for whoever asks, until it is told to stop."""
    from openline.http_server import HttpServer, listen, run_until_told
    from openline.witness.cosigner import Cosigner
    from openline.witness.server import witness_app

    cosigner = Cosigner(identity=identity, now_s=time.time)
    listening = listen(host, port)
    port = listening.getsockname()[1]
    _introduce(identity, cosigner.key, f"http://{host}:{port}")
    run_until_told(HttpServer(witness_app(cosigner), lambda: None), listening)
    OUT.print("The witness has stopped. What it cosigned is remembered.")


def _key(vkey: str, option: str = "--log") -> NoteKey:
    from openline.domain.errors import Malformed
    from openline.record.errors import NotAKey
    from openline.record.note import ED25519, parse_vkey

    try:
        key = parse_vkey(vkey)
    except NotAKey as fault:
        raise Malformed(f"{option}: {fault.sentence}") from fault
    if key.algorithm != ED25519:
        raise Malformed(f"{option}: {key.name} is the key of a witness. Give the desk's.")
    return key


def _introduce(identity: Identity, key: NoteKey, url: str) -> None:
    from openline.record.note import render_vkey

    OUT.print(f"Witness {identity.name}. Its public key: {render_vkey(key)}", markup=False)
    for watched in identity.memory.logs():
        held = identity.memory.find(watched.name)
        far = f"cosigned up to {held.seen.size} entries" if held else "nothing cosigned yet"
        OUT.print(f"  watches {watched.name}: {far}", markup=False)
    if not identity.memory.logs():
        OUT.print("  watches no record yet: give a desk's public key with --log.")
    for each in identity.memory.evidence():
        OUT.print(f"  REFUSED, and kept as evidence: {each.why}", markup=False)
    OUT.print(f"Listening on {url}", markup=False)
    OUT.print("Stop it with Ctrl-C.")


def _write_evidence(identity: Identity, folder: Path) -> None:
    """Each checkpoint as it was signed, beside a sentence that says why it was refused."""
    from openline.domain.errors import Unavailable

    try:
        folder.mkdir(parents=True)
        for number, each in enumerate(identity.memory.evidence()):
            (folder / f"{number}.checkpoint").write_bytes(each.note)
            (folder / f"{number}.txt").write_text(f"{each.origin}: {each.why}\n", "utf-8")
        for number, held in enumerate(identity.memory.all().values()):
            (folder / f"cosigned-{number}.checkpoint").write_bytes(held.note)
    except OSError as error:
        raise Unavailable(f"{folder}: {error.strerror}. Name a new folder.") from error
    OUT.print(f"{len(identity.memory.evidence())} refused checkpoints are in {folder}.")
