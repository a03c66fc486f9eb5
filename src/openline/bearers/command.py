"""Rings by a local command: a siren, a radio, a text-message modem."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from msgspec import Struct

from openline.bearers.port import Rejected, Ring, TimedOut, Unreachable, UnusableAddress


class CommandSettings(
    Struct, frozen=True, kw_only=True, tag="command", tag_field="kind", forbid_unknown_fields=True
):
    """Which program rings, and the arguments before the contact's address, which comes last."""

    program: Path
    arguments: tuple[str, ...] = ()
    timeout_s: float = 20.0

    def __post_init__(self) -> None:
        if not self.program.is_absolute():
            raise ValueError("command: the program's path is not absolute. Write it from / on")


class CommandBearer:
    """Starts the program for each ring, the text on its standard input, never through a shell.

    Delivered means that it exited 0 in time. It is given no environment but a PATH, so that no
    secret of the desk's process reaches it; its output is dropped, for it could repeat the address.
    """

    def __init__(self, settings: CommandSettings) -> None:
        self._settings = settings

    def carry(self, ring: Ring, address: str) -> None:
        if address.startswith("-") or "\0" in address:
            # It would be read as one of the program's options.
            raise UnusableAddress("command: the contact is not a plain argument. Mend the roster.")
        try:
            program = subprocess.Popen(
                [self._settings.program, *self._settings.arguments, address],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath, "LANG": "C.UTF-8"},
                cwd="/",
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise Unreachable(
                f"command: the program does not start ({type(error).__name__})."
            ) from error
        with program:
            self._await_end(program, ring)

    def _await_end(self, program: subprocess.Popen[bytes], ring: Ring) -> None:
        try:
            program.communicate(ring.text.encode(), timeout=self._settings.timeout_s)
        except subprocess.TimeoutExpired as error:
            # Before the program is reaped: until then its group cannot be anybody else's.
            os.killpg(program.pid, signal.SIGKILL)
            program.wait()
            raise TimedOut("command: the program did not end in time and was stopped.") from error
        if program.returncode != 0:
            raise Rejected(f"command: the program ended with {program.returncode}.")
