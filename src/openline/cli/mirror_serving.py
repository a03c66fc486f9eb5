"""A mirror that cosigns, served until it is stopped or the record is refused."""

from __future__ import annotations

import threading
from typing import Final

from openline.cli.options import passphrase
from openline.cli.terminal import OUT
from openline.http_server import HttpServer, listen, run_until_told
from openline.mirror.copying import Copying
from openline.mirror.held import HeldCopy
from openline.mirror.refusing import RecordRefused
from openline.mirror.serving import WorkingMirror
from openline.record.note import render_vkey
from openline.stderr_log import log_to_stderr
from openline.witness.memory import open_identity

WITNESS: Final = "witness"
EVERY_S: Final = 2.0


def serve_mirror(held: HeldCopy, copying: Copying, name: str, host: str, port: int) -> None:
    """Serves until SIGINT or SIGTERM.

    Raises:
        RecordRefused: the desk offers another record than the one held.
        Unavailable: the port cannot be had.
    """
    log_to_stderr()
    directory = held.path / WITNESS
    identity = open_identity(directory, name, passphrase())
    stopping, refusals = threading.Event(), list[RecordRefused]()

    def refuse(refused: RecordRefused) -> None:
        refusals.append(refused)
        server.should_exit = True

    mirror = WorkingMirror(held, copying, identity, refuse)
    server = HttpServer(mirror.app(), lambda: None)
    thread = threading.Thread(target=_follow, args=(mirror, stopping), daemon=True)
    try:
        listening = listen(host, port)
        OUT.print(
            f"Mirror {name}. Its public key: {render_vkey(mirror.cosigner.key)}", markup=False
        )
        OUT.print(f"Listening on http://{host}:{listening.getsockname()[1]}", markup=False)
        OUT.print("Stop it with Ctrl-C.")
        thread.start()
        run_until_told(server, listening)
    finally:
        stopping.set()
        if thread.is_alive():
            thread.join()
        identity.memory.close()
    if refusals:
        raise refusals[0]
    OUT.print(f"The mirror has stopped with {held.size} entries held.")


def _follow(mirror: WorkingMirror, stopping: threading.Event) -> None:
    while not stopping.wait(EVERY_S):
        mirror.keep_up()
