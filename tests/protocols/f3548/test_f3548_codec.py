"""Between F3548's words and the domain's: what is read, what is refused, what is shown."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from implicitdict import ImplicitDict
from uas_standards.astm.f3548.v21 import api

from openline.domain.airspace import Circle, Polygon
from openline.domain.errors import Malformed
from openline.domain.filed import FiledBody
from openline.domain.intent import Intent, IntentState
from openline.domain.subscription import Notified
from openline.domain.supplier import Availability
from openline.protocols.f3548.codec import (
    Manager,
    availability_from,
    base_url_from,
    intent_message,
    intent_put_from,
    requested_ovn,
    subscribers_message,
    subscription_put_from,
)
from openline.protocols.f3548.wire import parse_message, render_message, wire

INTENT = "2f3ccbe9-f19a-4cd8-bfbd-5b3c2e7ddf6b"
NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def height(metres: float) -> dict[str, Any]:
    return {"value": metres, "reference": "W84", "units": "M"}


def at(hours: float) -> dict[str, str]:
    text = (NOW + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")
    return {"value": text, "format": "RFC3339"}


EXTENT: dict[str, Any] = {
    "volume": {
        "outline_polygon": {
            "vertices": [
                {"lng": 8.0, "lat": 47.0},
                {"lng": 8.001, "lat": 47.0},
                {"lng": 8.001, "lat": 47.001},
            ]
        },
        "altitude_lower": height(50.0),
        "altitude_upper": height(100.0),
    },
    "time_start": at(1.0),
    "time_end": at(2.0),
}
PUT: dict[str, Any] = {
    "extents": [EXTENT],
    "key": ["an-ovn-of-another-intent"],
    "state": "Accepted",
    "uss_base_url": "https://uss.example/f3548",
    "new_subscription": {"uss_base_url": "https://uss.example/notices"},
}


CIRCLE = {"center": {"lng": 8.0, "lat": 47.0}, "radius": {"value": 9.0, "units": "M"}}


def read(message: dict[str, Any], **how: Any) -> Any:
    parsed = parse_message(
        json.dumps(message).encode(), api.PutOperationalIntentReferenceParameters
    )
    stated: dict[str, Any] = {"replaces": "", "ovn": "o" * 32, "new_id": "s", "allow_http": False}
    return intent_put_from(parsed, INTENT, **(stated | how))


def changed(path: str, value: Any) -> dict[str, Any]:
    """The request with one thing in it changed, or left out where the value is ...."""
    message = copy.deepcopy(PUT)
    *way, last = path.split(".")
    inner: Any = message
    for step in way:
        inner = inner[int(step)] if step.isdigit() else inner[step]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return message


def test_a_request_is_read_into_the_domains_values() -> None:
    put = read(PUT)
    (volume,) = put.body.volumes
    assert (put.intent, put.state, put.new_subscription) == (INTENT, IntentState.ACCEPTED, "s")
    assert (put.starts_at, put.ends_at) == (NOW + timedelta(hours=1), NOW + timedelta(hours=2))
    assert isinstance(volume.footprint, Polygon)
    assert (volume.heights.lower_m, volume.heights.upper_m) == (50.0, 100.0)
    assert put.body.key == ("an-ovn-of-another-intent",)
    assert put.body.notify_url == "https://uss.example/notices"


def test_a_circle_is_read_with_its_radius() -> None:
    circle = {"center": {"lng": 178.0, "lat": -56.0}, "radius": {"value": 50.0, "units": "M"}}
    put = read(
        changed(
            "extents.0.volume",
            EXTENT["volume"] | {"outline_polygon": None, "outline_circle": circle},
        )
    )
    footprint = put.body.volumes[0].footprint
    assert isinstance(footprint, Circle)
    assert (footprint.radius_m, footprint.center.lon_deg) == (50.0, 178.0)


def test_times_with_an_offset_are_the_same_instants() -> None:
    put = read(changed("extents.0.time_start.value", "2026-11-28T15:00:00+02:00"))
    assert put.starts_at == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("extents", EXTENT),
        ("extents", []),
        ("extents", ...),
        ("state", "Ended"),
        ("state", "Purple"),
        ("uss_base_url", "http://uss.example"),
        ("uss_base_url", ...),
        ("uss_base_url", "nowhere"),
        ("uss_base_url", ""),
        ("new_subscription.uss_base_url", "http://uss.example"),
        ("subscription_id", "not-a-uuid"),
        ("key", "an-ovn"),
        ("extents.0.time_start", ...),
        ("extents.0.time_end", None),
        ("extents.0.time_start.value", "2026-11-28T13:00:00"),
        ("extents.0.time_start.value", "something-invalid"),
        ("extents.0.time_start.format", "ISO"),
        ("extents.0.volume.outline_polygon", ...),
        ("extents.0.volume.outline_circle", CIRCLE),
        ("extents.0.volume.altitude_lower.units", "FT"),
        ("extents.0.volume.altitude_lower.reference", "SFC"),
        ("extents.0.volume.altitude_lower.value", -8_001),
        ("extents.0.volume.altitude_upper.value", 100_001),
        ("extents.0.volume.outline_polygon.vertices.0.lat", 90.001),
        ("extents.0.volume.outline_polygon.vertices.0.lng", 180.001),
        ("extents.0.volume.outline_polygon.vertices.0.lng", "8.0"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_as_a_request_is_refused(path: str, value: Any) -> None:
    with pytest.raises(Malformed):
        read(changed(path, value))


def test_laboratories_may_be_reached_without_encryption() -> None:
    put = read(changed("uss_base_url", "http://uss.example:8080/x"), allow_http=True)
    assert put.body.base_url == "http://uss.example:8080/x"


@pytest.mark.parametrize(
    "text", ["https://", "https://a b", "https://a:99999", "ftp://a", "https://ü"]
)
def test_what_nobody_can_be_sent_to_is_no_address(text: str) -> None:
    with pytest.raises(Malformed):
        base_url_from(text, allow_http=True)


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"{", b'{"a":NaN}', b"\xff", b"[" * 100_000, b'{"state":"Accepted","state":"x"}'],
    ids=["empty", "list", "cut", "NaN", "no text", "deep", "twice"],
)
def test_what_is_no_json_object_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        parse_message(raw, api.PutOperationalIntentReferenceParameters)


def test_a_name_that_stands_twice_is_refused() -> None:
    text = json.dumps(PUT)
    raw = f'{text[:-1]}, "state": "Accepted"}}'.encode()
    with pytest.raises(Malformed):
        parse_message(raw, api.PutOperationalIntentReferenceParameters)


def test_a_refusal_repeats_nothing_of_what_was_sent() -> None:
    with pytest.raises(Malformed) as refused:
        read(changed("state", "Dr. Ünal"))
    assert "Ünal" not in refused.value.sentence


def test_every_message_has_the_fields_of_the_package() -> None:
    """What is written here is read there, and what may be left out there may be here."""
    models = [each for each in vars(api).values() if isinstance(each, type)]
    messages = [
        each for each in models if issubclass(each, ImplicitDict) and each is not ImplicitDict
    ]
    assert len(messages) > 40
    for model in messages:
        assert set(wire(model).__struct_fields__) == set(model.__annotations__)


def test_a_reference_is_read_by_the_packages_own_model() -> None:
    intent = Intent(
        id=INTENT,
        party="USS.uss1",
        state=IntentState.ACTIVATED,
        version=3,
        ovn="a-secret-of-its-manager",
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=1),
        leaves_at=NOW,
        entry=1,
        body=FiledBody(volumes=(), base_url="https://uss.example"),
    )
    manager = Manager(name="uss1", availability=Availability.DOWN)
    shown = json.loads(render_message(intent_message(intent, manager, is_own=False)))
    model = ImplicitDict.parse(shown, api.OperationalIntentReference)
    assert (model.manager, model.uss_availability, model.state) == ("uss1", "Down", "Activated")
    assert model.ovn == "Available from USS"
    assert model.subscription_id == "00000000-0000-4000-8000-000000000000"
    assert model.time_start.value == "2026-11-28T12:00:00Z"
    own = json.loads(render_message(intent_message(intent, manager, is_own=True)))
    assert own["ovn"] == "a-secret-of-its-manager"


def test_subscribers_are_grouped_by_the_address_to_call() -> None:
    notified = [Notified(subscription=each, index=n) for n, each in enumerate("abc")]
    urls = ["https://x", "https://y", "https://x"]
    shown = json.loads(render_message(subscribers_message(notified, urls)))
    assert [each["uss_base_url"] for each in shown] == ["https://x", "https://y"]
    assert [each["subscription_id"] for each in shown[0]["subscriptions"]] == ["a", "c"]


def _uuid7(when: datetime) -> str:
    text = f"{int(when.timestamp() * 1_000):012x}7abc8abcdefabcdefabc"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def test_a_supplier_may_ask_for_the_end_of_its_ovn() -> None:
    suffix = _uuid7(NOW + timedelta(minutes=4, seconds=59))
    assert requested_ovn(INTENT, suffix, NOW) == f"{INTENT}_{suffix}"


@pytest.mark.parametrize(
    "suffix",
    [
        _uuid7(NOW + timedelta(minutes=5, seconds=1)),
        _uuid7(NOW - timedelta(minutes=5, seconds=1)),
        "2f3ccbe9-f19a-4cd8-bfbd-5b3c2e7ddf6b",
        "x",
    ],
    ids=["late", "early", "version 4", "no uuid"],
)
def test_any_other_end_of_an_ovn_is_refused(suffix: str) -> None:
    with pytest.raises(Malformed):
        requested_ovn(INTENT, suffix, NOW)


@pytest.mark.parametrize("text", ["Normal", "normal", "NORMAL"])
def test_availability_is_read_in_any_case(text: str) -> None:
    assert availability_from(text) is Availability.NORMAL


@pytest.mark.parametrize("text", ["Unknown", "pUrPlE", ""])
def test_availability_is_normal_or_down_and_nothing_else(text: str) -> None:
    with pytest.raises(Malformed):
        availability_from(text)


def test_a_subscription_may_leave_its_times_and_heights_open() -> None:
    volume = {"volume": {"outline_polygon": EXTENT["volume"]["outline_polygon"]}}
    raw = json.dumps(
        {"extents": volume, "uss_base_url": "https://a", "notify_for_constraints": True}
    )
    parsed = parse_message(raw.encode(), api.PutSubscriptionParameters)
    put = subscription_put_from(parsed, INTENT, replaces="", allow_http=False)
    assert (put.starts_at, put.ends_at, put.for_intents, put.for_constraints) == (
        None,
        None,
        False,
        True,
    )
