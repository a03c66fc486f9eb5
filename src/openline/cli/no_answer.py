"""Why somebody did not answer over HTTP, in words for whoever asked."""

from __future__ import annotations

from typing import Final

import httpx

_WHY: Final[tuple[tuple[type[Exception], str], ...]] = (
    (httpx.ConnectTimeout, "it cannot be reached in time"),
    (httpx.ConnectError, "nobody listens there, or the way there is cut"),
    (httpx.TimeoutException, "it took too long"),
    (httpx.UnsupportedProtocol, "not an address that begins with https"),
    (httpx.NetworkError, "the connection broke off"),
    (httpx.RemoteProtocolError, "what answers there speaks no HTTP"),
)


def why_no_answer(error: httpx.HTTPError) -> str:
    """What happened to a request that got no answer; the first of the sorts that it is."""
    return next((why for kind, why in _WHY if isinstance(error, kind)), "it gave none")
