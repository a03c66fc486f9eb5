"""Who witnesses the record, how each stands, and how far it is witnessed: for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from openline.cosigning.agreed import policy_of
from openline.cosigning.standing import Standing
from openline.protocols.rest.endpoint import Endpoint, json_response
from openline.protocols.rest.gate import Desk, Gate
from openline.record.policy import render_policy


class WitnessTold(Struct, frozen=True, kw_only=True):
    """One witness: up to where it has cosigned, since when it cannot be had, whether it refuses.

    `proven`: it has shown a checkpoint that the desk signed and its record denies.
    """

    name: str
    key_name: str
    size: int
    cosigned_at: datetime | None = None
    absent_since: datetime | None = None
    refused_at: datetime | None = None
    why: str = ""
    proven: bool = False


class Witnessing(Struct, frozen=True, kw_only=True):
    """How far the record is witnessed: of `size` entries the first `witnessed`.

    `policy` is a C2SP tlog-policy: whose cosignatures that asks for, as the record names them.
    `halted` is why the desk takes no statements, if it takes none.
    """

    size: int
    witnessed: int
    policy: str
    witnesses: tuple[WitnessTold, ...]
    halted: str | None = None


def witness_endpoints(gate: Gate, standing: Callable[[], Standing]) -> Iterator[Endpoint]:
    """One address, public: witnesses are shown hashes alone, and so is whoever asks about them."""

    async def answer(_request: Request) -> Response:
        return json_response(await run_in_threadpool(_witnessing, gate.desk, standing()))

    yield Endpoint(
        method="GET",
        path="/v1/record/witnesses",
        summary="Who witnesses the record, how each stands, and how far it is witnessed",
        tag="record",
        answer=answer,
        returns=Witnessing,
        is_public=True,
    )


def _witnessing(desk: Desk, standing: Standing) -> Witnessing:
    agreed, size = desk.read(lambda state: (state.witnesses, state.size))
    return Witnessing(
        size=size,
        witnessed=desk.witnessed_size(),
        policy=render_policy(policy_of(agreed)).decode("latin-1"),
        witnesses=tuple(
            WitnessTold(
                name=each.name,
                key_name=each.key_name,
                size=each.size,
                cosigned_at=each.cosigned_at,
                absent_since=each.absent_since,
                refused_at=each.refused_at,
                why=each.why,
                proven=bool(each.contradicts),
            )
            for each in standing.witnesses
        ),
        halted=desk.why_halted,
    )
