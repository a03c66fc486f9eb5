"""Rings by a POST of JSON, as paging services take it."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import httpx
from msgspec import Struct

from openline.addresses import is_guarded
from openline.bearers.hard_stop import hard_stop
from openline.bearers.port import Rejected, Ring, TimedOut, Unreachable, UnusableAddress
from openline.bearers.secret import read_secret


class WebhookSettings(
    Struct, frozen=True, kw_only=True, tag="webhook", tag_field="kind", forbid_unknown_fields=True
):
    """Which hosts may be posted to, and with which bearer token.

    A contact of this bearer is a whole URL: `https`, or `http` to this very machine.
    """

    hosts: tuple[str, ...]
    token_file: Path | None = None
    timeout_s: float = 10.0

    def __post_init__(self) -> None:
        if not self.hosts:
            raise ValueError("webhook: no host may be posted to. Name at least one in hosts")


class WebhookBearer:
    """Posts each ring once; delivered means that the far end answered 2xx."""

    def __init__(self, settings: WebhookSettings) -> None:
        self._settings = settings

    def carry(self, ring: Ring, address: str) -> None:
        url = self._checked(address)
        connections: list[socket.socket] = []
        with hard_stop(
            self._settings.timeout_s, lambda: connections[-1] if connections else None
        ) as over:
            try:
                status = self._post(url, ring, connections)
            except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
                if over.is_set() or isinstance(error, httpx.TimeoutException):
                    raise TimedOut("webhook: the far end did not answer in time.") from error
                raise Unreachable(
                    f"webhook: no answer from the far end ({type(error).__name__})."
                ) from error
        if not 200 <= status < 300:
            raise Rejected(f"webhook: the far end answered {status}.")

    def _checked(self, address: str) -> httpx.URL:
        """The URL, if the ring and its token may go there."""
        try:
            url = httpx.URL(address)
        except (httpx.InvalidURL, ValueError) as error:
            raise UnusableAddress("webhook: the contact is not a URL. Mend the roster.") from error
        if url.host not in self._settings.hosts or url.userinfo:
            raise UnusableAddress(
                "webhook: the contact's host is not among the bearer's hosts. "
                "Mend the roster, or add the host to the bearer."
            )
        if not is_guarded(address):
            raise UnusableAddress("webhook: the contact is not https. Mend the roster.")
        return url

    def _post(self, url: httpx.URL, ring: Ring, connections: list[socket.socket]) -> int:
        def note_connection(event: str, info: dict[str, Any]) -> None:
            if event == "connection.connect_tcp.complete":
                connections.append(info["return_value"].get_extra_info("socket"))

        headers = {}
        if self._settings.token_file is not None:
            headers["Authorization"] = f"Bearer {read_secret(self._settings.token_file)}"
        # `trust_env=False`: no proxy or netrc of the environment is ever told. The answer's body
        # is left unread, and a redirect is an answer like any other that is not 2xx.
        with (
            httpx.Client(timeout=self._settings.timeout_s, trust_env=False) as client,
            client.stream(
                "POST",
                url,
                json=ring.fields,
                headers=headers,
                extensions={"trace": note_connection},
            ) as response,
        ):
            return response.status_code
