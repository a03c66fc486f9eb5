"""A desk's record over its API, as a mirror copies it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import httpx
import msgspec

from openline.addresses import is_guarded
from openline.cli.no_answer import why_no_answer
from openline.cli.speaking import Desk, refusal_of
from openline.domain.errors import Malformed, Unavailable
from openline.mirror.source import Offered, Spoilt
from openline.protocols.rest.record import Entries
from openline.record.tiles import tile_path

_TIMEOUT_S: Final = 30.0


class DeskSource:
    """A `Source`: hashes are public, entries are asked for as one position."""

    def __init__(self, url: str, key_file: Path, position: str, passphrase: bytes | None) -> None:
        """Raises `Malformed` if the address may not be called without encryption."""
        if not is_guarded(url):
            raise Malformed(f"{url}: not https, and not this machine. Use the https address.")
        self._url = url.rstrip("/")
        self._key_file, self._position, self._passphrase = key_file, position, passphrase
        self._http = httpx.Client(base_url=self._url, timeout=_TIMEOUT_S, trust_env=False)
        self._token = ""

    def close(self) -> None:
        """Asks nothing more."""
        self._http.close()

    def checkpoint(self) -> bytes:
        """As `Source`."""
        return self._get("/v1/record/checkpoint").content

    def tile(self, level: int, n: int, width: int, /) -> bytes:
        """As `Source`."""
        return self._get(f"/v1/record/{tile_path(level, n, width)}").content

    def entries(self, start: int, end: int, /) -> Sequence[Offered]:
        """As `Source`; the position proves itself anew when its token has run out."""
        path = f"/v1/record/entries?from={start}&to={end}"
        answer = self._call(path)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._prove()
            answer = self._call(path)
        if not answer.is_success:
            raise refusal_of(answer)
        try:
            kept = msgspec.json.decode(answer.content, type=Entries).entries
            return [
                Offered(
                    index=each.index,
                    leaf_hash=each.leaf_hash,
                    leaf=None if each.leaf is None else each.leaf.encode("ascii"),
                    salted_body=None
                    if each.salt is None or each.body is None
                    else each.salt + each.body.encode(),
                )
                for each in kept
            ]
        except (msgspec.MsgspecError, UnicodeEncodeError) as error:
            raise Spoilt("The entries offered cannot be read. Is this a desk?") from error

    def _prove(self) -> None:
        with Desk.reached(self._url, self._key_file, self._position, self._passphrase) as desk:
            self._token = desk.token

    def _get(self, path: str) -> httpx.Response:
        answer = self._call(path)
        if not answer.is_success:
            raise refusal_of(answer)
        return answer

    def _call(self, path: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            return self._http.get(path, headers=headers)
        except httpx.HTTPError as error:
            raise Unavailable(
                f"{self._url}: no answer: {why_no_answer(error)}. Is the desk running?"
            ) from error
