"""An end to any connection, however slowly the far end drips its answer."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from threading import Event, Timer


@contextlib.contextmanager
def hard_stop(after_s: float, find_socket: Callable[[], socket.socket | None]) -> Iterator[Event]:
    """Shuts the socket down when the time is over; whoever waits on it then fails at once.

    A socket's own timeout starts anew with each byte received, so it ends nothing by itself.
    LIMIT: looking up a host's name cannot be stopped so; the system's resolver bounds it.

    Args:
        find_socket: the socket in use at that moment, or None before there is one.

    Yields:
        Set once the time was over, so that the failure can be told for what it is.
    """
    over = Event()

    def stop() -> None:
        over.set()
        if (connection := find_socket()) is not None:
            # Not the method of an SSL socket: it would go on without its encryption.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    timer = Timer(after_s, stop)
    timer.daemon = True
    timer.start()
    try:
        yield over
    finally:
        timer.cancel()
