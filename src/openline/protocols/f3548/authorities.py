"""Whose word is taken for who a supplier is: their keys now, and the entry that says so."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from openline.domain.errors import Refused, Unavailable
from openline.domain.supplier import AuthorityTrusted, TrustedAuthority
from openline.protocols.f3548.keys import TrustedKeys

ASKED_EVERY_S: Final = 600.0
ASKED_AGAIN_S: Final = 30.0


class Authorities:
    """Trusted authorities. Keys at addresses are asked for while it is open, and changes recorded.

    A key is recorded before anybody can speak by it: by the record alone it can be told, at any
    time, whose word was taken.
    """

    def __init__(
        self,
        keys: TrustedKeys,
        audiences: tuple[str, ...],
        *,
        trusted: Callable[[], TrustedAuthority],
        trust: Callable[[AuthorityTrusted], object],
    ) -> None:
        """Records the keys where others were trusted before.

        Args:
            trusted: what the record says now.
            trust: says it in the operator's name, and returns once it is durable.

        Raises:
            Unavailable: the desk does not take it.
        """
        self.keys, self._audiences = keys, audiences
        self._trusted, self._trust = trusted, trust
        self._is_over = threading.Event()
        self._answered = self._refresh()
        if keys.has_addresses:
            threading.Thread(target=self._run, name="authorities", daemon=True).start()

    def close(self) -> None:
        """Asks for no more keys."""
        self._is_over.set()

    def _run(self) -> None:
        while not self._is_over.wait(ASKED_EVERY_S if self._answered else ASKED_AGAIN_S):
            try:
                self._answered = self._refresh()
            except (Refused, Unavailable):
                self._answered = False

    def _refresh(self) -> bool:
        answered = self.keys.refresh(time.monotonic())
        now = AuthorityTrusted(keys=self.keys.digests(), audiences=self._audiences)
        held = self._trusted()
        if (held.keys, held.audiences) != (now.keys, now.audiences):
            self._trust(now)
        return answered
