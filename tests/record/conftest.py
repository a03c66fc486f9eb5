"""A small record of a desk and two parties, and copies of it that a test may spoil."""

from __future__ import annotations

import pytest

from record_scribe import Scribe


@pytest.fixture
def blank() -> Scribe:
    """A desk that has not yet opened its record."""
    return Scribe()


@pytest.fixture
def scribe() -> Scribe:
    """A record of ten entries: genesis, two keys, and what both sides and the desk said."""
    scribe = Scribe()
    scribe.open()
    scribe.write("east", "message.sent.v1", {"message": "M-1"}, b'{"text":"troops cross"}')
    scribe.write("desk", "delivery.owed.v1", {"message": "M-1"}, refs=[3])
    scribe.write("west", "receipt.given.v1", {"message": "M-1"}, refs=[3])
    scribe.write(
        "desk",
        "notification.submitted.v1",
        {"notification": "N-7"},
        b'{"place":"a hospital"}',
        attested={
            "party": "conduit",
            "position": "conduit.clerk",
            "issuer": "desk.example",
            "tokenid": "t-1",
            "human": True,
        },
    )
    scribe.write("east", "line.checked.v1", {"line": "L-1"})
    scribe.write("west", "message.sent.v1", {"message": "M-2"})
    scribe.write("desk", "escalated.v1", {"message": "M-2"}, refs=[8])
    return scribe
