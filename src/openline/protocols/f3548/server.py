"""F3548 as an ASGI application of its own: eighteen operations, and one answer to every fault.

A nineteenth is asked of suppliers, as whom the desk tells of the measures that are published.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct
from starlette.types import ASGIApp, Receive, Scope, Send
from uas_standards.astm.f3548.v21.api import OPERATIONS, OperationID

from openline.detection.extents import compile_loops
from openline.domain.errors import Refused, Unavailable
from openline.protocols.f3548.access import NEEDED, Scopes, permits
from openline.protocols.f3548.answers import (
    Answer,
    TooManyBytes,
    error_message,
    head_and_body,
    refusal,
)
from openline.protocols.f3548.reads import Itself, Reads
from openline.protocols.f3548.suppliers import Desk, Suppliers
from openline.protocols.f3548.tokens import Bearer, Tokens, Unauthenticated
from openline.protocols.f3548.wire import BODY_BYTES_MAX
from openline.protocols.f3548.writes import Making, Writes
from openline.service.writer import log_fault

ROOTS: Final = ("/dss/v1/", "/uss/v1/")
_FAULT: Final = "The desk met a fault of its own; nothing was recorded. Tell its operator."
_TOO_MANY: Final = f"The body may have {BODY_BYTES_MAX:,} bytes. Send less at once."
_NOWHERE: Final = "There is nothing at this address. See the API of ASTM F3548-21."

Serve = Callable[[Bearer, list[str], bytes], Awaitable[Answer]]


class _Operation(Struct, frozen=True):
    """What serves one operation, and what a token needs for it."""

    serve: Serve
    needed: tuple[Scopes, ...]


class F3548:
    """The operations of one desk, to be mounted beside its other protocols."""

    def __init__(
        self,
        desk: Desk,
        tokens: Tokens,
        now: Callable[[], datetime],
        making: Making,
        *,
        itself: Itself,
        allow_http: bool = False,
    ) -> None:
        compile_loops()  # before the first supplier is answered, not while it waits
        self._tokens, self._now = tokens, now
        suppliers = Suppliers(desk, making.new_id)
        reads = Reads(desk, suppliers, now, itself)
        writes = Writes(desk, suppliers, reads, now, making, allow_http=allow_http)
        self._operations = _by_address(_served(reads, writes))

    def beside(self, other: ASGIApp) -> ASGIApp:
        """An application that serves both: F3548 under its two addresses, the other elsewhere."""

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            is_ours = scope["type"] == "http" and scope["path"].startswith(ROOTS)
            await (self if is_ours else other)(scope, receive, send)

        return serve

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request under `/dss/v1` or `/uss/v1`."""
        answer = await self._answer(scope, receive)
        if answer is None:
            return
        head, body = head_and_body(answer)
        await send({"type": "http.response.start", "status": answer.status, "headers": head})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer | None:
        """The answer, whatever comes; None if whoever asked has gone."""
        try:
            segments = _segments(scope["path"])
            operation = self._operations.get(_address(scope["method"], segments))
            bearer = self._bearer(scope)
            if operation is None:
                return Answer(404, error_message(_NOWHERE))
            if not permits(bearer.scopes, operation.needed):
                return Answer(403, error_message("The token lacks a scope for this. See F3548-21."))
            _check_length(scope)
            body = await _read_body(receive)
            if body is None:
                return None
            return await operation.serve(bearer, segments[1:], body)
        except Unauthenticated as error:
            return Answer(401, error_message(str(error)))
        except TooManyBytes as error:
            return Answer(413, error_message(error.sentence))
        except Refused as error:
            return refusal(error)
        except Unavailable as error:
            return Answer(503, error_message(error.sentence))
        except Exception as error:  # noqa: BLE001  ours, whatever it is: told and logged as that
            log_fault(error)
            return Answer(500, error_message(_FAULT))

    def _bearer(self, scope: Scope) -> Bearer:
        sent = [value for name, value in scope["headers"] if name == b"authorization"]
        if len(sent) != 1:
            raise Unauthenticated("One bearer token is needed. Send it in Authorization.")
        return self._tokens.bearer_of(sent[0].decode("latin-1"), self._now().timestamp())


def _served(reads: Reads, writes: Writes) -> Mapping[OperationID, Serve]:
    return MappingProxyType(
        {
            OperationID.QueryOperationalIntentReferences: reads.query_intents,
            OperationID.GetOperationalIntentReference: reads.get_intent,
            OperationID.CreateOperationalIntentReference: writes.put_intent,
            OperationID.UpdateOperationalIntentReference: writes.put_intent,
            OperationID.DeleteOperationalIntentReference: writes.remove_intent,
            OperationID.QueryConstraintReferences: reads.query_constraints,
            OperationID.GetConstraintReference: reads.get_constraint,
            OperationID.GetConstraintDetails: reads.get_constraint_details,
            OperationID.CreateConstraintReference: writes.put_constraint,
            OperationID.UpdateConstraintReference: writes.put_constraint,
            OperationID.DeleteConstraintReference: writes.remove_constraint,
            OperationID.QuerySubscriptions: reads.query_subscriptions,
            OperationID.GetSubscription: reads.get_subscription,
            OperationID.CreateSubscription: writes.put_subscription,
            OperationID.UpdateSubscription: writes.put_subscription,
            OperationID.DeleteSubscription: writes.remove_subscription,
            OperationID.MakeDssReport: writes.report,
            OperationID.SetUssAvailability: writes.set_availability,
            OperationID.GetUssAvailability: reads.get_availability,
        }
    )


_Address = tuple[str, str, str | int]


def _by_address(served: Mapping[OperationID, Serve]) -> dict[_Address, _Operation]:
    found = {}
    for each, serve in served.items():
        segments = _segments(OPERATIONS[each].path)
        found[_address(OPERATIONS[each].verb, segments)] = _Operation(serve, NEEDED[each])
    return found


def _segments(path: str) -> list[str]:
    """What an address is about, such as `dss/v1/reports`, and each word that follows."""
    words = path.split("/")
    return ["/".join(words[1:4]), *words[4:]]


def _address(verb: str, segments: list[str]) -> _Address:
    """A method, what it is about, and how many parameters follow, or the one word that does."""
    rest = segments[1:]
    return verb, segments[0], "query" if rest == ["query"] and verb == "POST" else len(rest)


def _check_length(scope: Scope) -> None:
    """Raises TooManyBytes if the body is said to be too long: then nobody waits for it."""
    for name, value in scope["headers"]:
        if name == b"content-length" and int(value) > BODY_BYTES_MAX:
            raise TooManyBytes(_TOO_MANY)


async def _read_body(receive: Receive) -> bytes | None:
    """The body, read no further than a message may be long; None if whoever asked has gone."""
    content = bytearray()
    while True:
        piece: Any = await receive()
        if piece["type"] == "http.disconnect":
            return None
        content += piece.get("body", b"")
        if len(content) > BODY_BYTES_MAX:
            raise TooManyBytes(_TOO_MANY)
        if not piece.get("more_body", False):
            return bytes(content)
