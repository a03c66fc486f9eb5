"""Who may come in: every request but the public ones bears a token, verified here."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from typing import Final, Protocol, TypeVar

from msgspec import Struct
from starlette.requests import Request

from openline.desk.state import State
from openline.desk_directory.exhibits import Exhibits
from openline.domain.errors import NotPermitted
from openline.domain.party import Role
from openline.domain.statement import Statement
from openline.journal import Journal
from openline.protocols.rest.callers import Caller
from openline.protocols.rest.tokens import InvalidToken, TokenVerifier
from openline.sealing import Sent
from openline.service import Observer
from openline.service.receipts import Receipt, Recorded

T = TypeVar("T")
SCHEME: Final = "bearer"


class Desk(Protocol):
    """What REST needs of the service; see `openline.service.Service`."""

    @property
    def origin(self) -> str: ...

    @property
    def journal(self) -> Journal: ...

    @property
    def exhibits(self) -> Exhibits: ...

    def read(self, look: Callable[[State], T]) -> T: ...

    def find_earlier_state(self, above: int, upto: int) -> State | None: ...

    def now(self) -> datetime: ...

    def submit(self, asked: Statement | Sent) -> Future[Receipt]: ...

    def hear(self, asked: Statement | Sent) -> Future[Recorded]: ...

    def receipt(self, index: int) -> Receipt: ...

    def find_witnessed(self, index: int) -> Receipt | None: ...

    def witnessed_size(self) -> int: ...

    @property
    def why_halted(self) -> str | None: ...

    def subscribe(self, observer: Observer) -> Callable[[], None]: ...


class Gate(Struct, frozen=True):
    """The desk, and how its callers are told apart; `now` is the clock that tokens go by."""

    desk: Desk
    verifier: TokenVerifier
    now: Callable[[], datetime]

    def caller(self, request: Request) -> Caller:
        """Who sends this request. May wait for an external issuer's keys.

        Raises:
            InvalidToken: it bears no token, or one that proves nothing here.
            Unavailable: the token cannot be verified at present.
        """
        return self.verifier.verify(bearer_token(request), self.now())


def bearer_token(request: Request) -> str:
    """The token that a request bears.

    Raises:
        InvalidToken: it bears none.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != SCHEME or not token:
        raise InvalidToken(
            "This needs a token: Authorization: Bearer <token>. Get one at /v1/token."
        )
    return token.strip()


def check_scope(caller: Caller, allowed: frozenset[Role], what: str) -> None:
    """Returns if the caller's token was granted one of these roles.

    The desk decides by the roles of the position; a token may have been asked for with fewer.

    Raises:
        NotPermitted: the token serves for less.
    """
    if not allowed.intersection(caller.roles):
        raise NotPermitted(
            f"{what}: not within this token's scope. "
            f"Ask for one with a role of these: {', '.join(sorted(allowed))}."
        )
