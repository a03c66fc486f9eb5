"""The desk's end of a process that verifies leaves beside it (`record.vouching`).

It may be slow, be stopped or die at any moment: then nothing is vouched for, and whoever asked
verifies for itself. One thread asks and listens.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from typing import Final

import structlog

from openline.record.vouching import LENGTH, VOUCHED, Claim, frame_of_claims

ASKED_MAX: Final = 2
"""So many questions are with it at once: it takes up the next while the last is listened to."""
SILENT_MAX_S: Final = 2.0
"""One that says nothing for so long has stopped, and is ended."""
START_AGAIN_S: Final = 10.0
"""So long after its start it is started again if it died, and each time twice as long after."""
_COMMAND: Final = (sys.executable, "-P", "-m", "openline.record.vouching")
_log = structlog.get_logger(__name__)


class Silent(Exception):
    """It is gone, or has stopped answering: none of what it was asked is vouched for."""


class Voucher:
    """Starts the process, asks it, and starts it again when it died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ready = False
        self._asked: deque[int] = deque()
        self._heard = b""
        self._start_after_s = float("-inf")
        self._pause_s = START_AGAIN_S

    @property
    def pid(self) -> int | None:
        """The process, if there is one."""
        return None if self._process is None else self._process.pid

    @property
    def asked(self) -> int:
        """How many questions are not answered yet."""
        return len(self._asked)

    def is_ready(self) -> bool:
        """Whether it can be asked; if it does not run it is started, and nobody waits for it."""
        if self._process is not None and self._process.poll() is not None:
            self.end()
        if self._process is None:
            self._start()
        elif not self._is_ready:
            try:
                self._is_ready = self._find_frame(0.0) is not None
            except Silent:
                self.end()
        return self._is_ready

    def ask(self, claims: Sequence[Claim]) -> None:
        """Hands claims over; they are answered in the order asked, never more than `ASKED_MAX`.

        Raises:
            Silent: it takes nothing; it was ended.
        """
        self._asked.append(len(claims))
        try:
            self._write(frame_of_claims(claims))
        except Silent:
            self.end()
            raise

    def listen(self) -> list[bool]:
        """The answer to the question that was asked first: for each claim, whether it holds.

        Raises:
            Silent: there is none, or not one as it has to be; it was ended.
        """
        try:
            verdicts = self._find_frame(SILENT_MAX_S)
            if verdicts is None or len(verdicts) != self._asked[0]:
                raise Silent
        except Silent:
            self.end()
            raise
        self._asked.popleft()
        return [verdict == VOUCHED for verdict in verdicts]

    def end(self) -> None:
        """Ends it; none of what it was asked is answered."""
        process, self._process = self._process, None
        self._is_ready, self._heard = False, b""
        self._asked.clear()
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.stdout.close()
        # It keeps nothing that could be lost, and may be one that listens to nothing else.
        process.kill()
        process.wait()

    def _start(self) -> None:
        now_s = time.monotonic()
        if now_s < self._start_after_s:
            return
        self._start_after_s, self._pause_s = now_s + self._pause_s, self._pause_s * 2
        try:
            self._process = subprocess.Popen(
                _COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # What fells it may quote what was said.
                stderr=subprocess.DEVNULL,
                bufsize=0,
                process_group=0,
            )
        except OSError as error:
            _log.warning("no process to verify beside the desk", error=error.strerror)
            return
        assert self._process.stdin is not None
        os.set_blocking(self._process.stdin.fileno(), False)

    def _write(self, frame: bytes) -> None:
        descriptor = self._descriptor(to_it=True)
        left = memoryview(frame)
        while left:
            try:
                left = left[os.write(descriptor, left) :]
            except BlockingIOError:
                if not _wait_for(descriptor, select.POLLOUT, SILENT_MAX_S):
                    raise Silent from None
            except OSError as error:
                raise Silent from error

    def _find_frame(self, within_s: float) -> bytes | None:
        """The next whole frame; None if there is no word of it in that time."""
        descriptor = self._descriptor(to_it=False)
        while True:
            if len(self._heard) >= LENGTH.size:
                (length,) = LENGTH.unpack_from(self._heard)
                end = LENGTH.size + length
                if len(self._heard) >= end:
                    frame, self._heard = self._heard[LENGTH.size : end], self._heard[end:]
                    return frame
            if not _wait_for(descriptor, select.POLLIN, within_s):
                return None
            try:
                some = os.read(descriptor, 65_536)
            except OSError as error:
                raise Silent from error
            if not some:
                raise Silent
            self._heard += some

    def _descriptor(self, *, to_it: bool) -> int:
        if self._process is None:
            raise Silent
        pipe = self._process.stdin if to_it else self._process.stdout
        assert pipe is not None
        return pipe.fileno()


def _wait_for(descriptor: int, event: int, within_s: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, event)
    return bool(poll.poll(within_s * 1_000))
