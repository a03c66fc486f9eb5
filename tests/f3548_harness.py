"""Suppliers that speak F3548 to a server, as it looks from outside: tokens, volumes, calls.

Nothing here knows how the server is made. Every answer to a known operation is held against the
standard's own models, so each test also checks that what it was told has the promised shape.
"""

from __future__ import annotations

import base64
import itertools
import json
import math
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from implicitdict import ImplicitDict
from uas_standards.astm.f3548.v21 import api

SC: Final = "utm.strategic_coordination"
CMSA: Final = "utm.conformance_monitoring_sa"
CM: Final = "utm.constraint_management"
CP: Final = "utm.constraint_processing"
AA: Final = "utm.availability_arbitration"
SCOPES: Final = (SC, CMSA, CM, CP, AA)
AUDIENCE: Final = "dss.example"
NO_SUBSCRIPTION: Final = "00000000-0000-4000-8000-000000000000"
WITHHELD: Final = (None, "Available from USS")
BASE: Final = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=40)
"""Later than now: what is told of soon must still lie ahead when all tests before it are done."""
UNLISTED: Final = {("SetUssAvailability", 409)}
"""Answers that the standard's text asks for and its table of responses forgets."""

Body = dict[str, Any]
Spot = tuple[float, float]
"""(lat_deg, lng_deg)"""


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Authority:
    """Whoever vouches for suppliers: a key pair, and the tokens it signs."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def public_pem(self) -> bytes:
        """What the server is given to tell this authority's tokens by."""
        return self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def claims(self, sub: str, /, *scopes: str, **changed: Any) -> Body:
        """What a good token says; a claim changed to `...` is left out."""
        now = int(time.time())
        good = {
            "iss": "authority.example",
            "sub": sub,
            "aud": AUDIENCE,
            "scope": " ".join(scopes),
            "exp": now + 1800,
            "iat": now,
            "jti": str(uuid.uuid4()),
        }
        return {name: said for name, said in (good | changed).items() if said is not ...}

    def token(self, sub: str, /, *scopes: str, **changed: Any) -> str:
        """A token for the supplier, with claims left out or changed."""
        return self.signed(self.claims(sub, *scopes, **changed))

    def signed(self, claims: Any, header: Body | None = None) -> str:
        """Any JSON at all under this authority's signature."""
        header = {"alg": "RS256", "typ": "JWT"} if header is None else header
        said = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
        signature = self.key.sign(said.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{said}.{base64url(signature)}"


@dataclass
class Dss:
    """A server that answers at a URL, its process, and the authority whose tokens it takes."""

    url: str
    authority: Authority
    http: httpx.Client
    process: subprocess.Popen[str] | None = None
    tokens: dict[tuple[str, ...], str] = field(default_factory=dict)

    def supplier(self, sub: str, *scopes: str) -> Supplier:
        """A supplier whose tokens carry these scopes; strategic coordination unless told."""
        return Supplier(self, sub, scopes or (SC,))

    def call(self, verb: str, path: str, **how: Any) -> httpx.Response:
        """One request below `/dss/v1`, with no token but what is in `headers`."""
        return self.http.request(verb, f"{self.url}/dss/v1{path}", **how)


@dataclass(frozen=True)
class Supplier:
    """A supplier with a token of certain scopes; each method is one operation of the standard."""

    dss: Dss
    sub: str
    scopes: tuple[str, ...]

    @property
    def base_url(self) -> str:
        return f"https://{self.sub}.example/f3548"

    def under(self, *scopes: str) -> Supplier:
        """The same supplier with other scopes in its token."""
        return Supplier(self.dss, self.sub, scopes)

    @property
    def headers(self) -> dict[str, str]:
        named = (self.sub, *self.scopes)
        if named not in self.dss.tokens:
            self.dss.tokens[named] = self.dss.authority.token(self.sub, *self.scopes)
        return {"Authorization": f"Bearer {self.dss.tokens[named]}"}

    def call(self, verb: str, path: str, body: Any = None, **how: Any) -> httpx.Response:
        """Any request under this supplier's token."""
        if body is not None:
            how["json"] = body
        return self.dss.call(verb, path, headers=self.headers, **how)

    def operate(self, operation: str, path: str, body: Any = None) -> httpx.Response:
        """One operation, whose answer must be of a status and shape that the standard lists."""
        listed = api.OPERATIONS[api.OperationID[operation]]
        answer = self.call(listed.verb, path, body)
        if (operation, answer.status_code) in UNLISTED:
            kind = api.ErrorResponse
        else:
            assert answer.status_code in listed.response_body_type, (operation, answer.text)
            kind = listed.response_body_type[answer.status_code]
        assert answer.headers["content-type"].startswith("application/json")
        assert kind is not None
        ImplicitDict.parse(answer.json(), kind)
        if answer.status_code >= 400:
            assert isinstance(answer.json()["message"], str)
            assert answer.json()["message"]
        return answer

    # Operational intents

    def intent(self, *extents: Body, **fields: Any) -> Body:
        """The body of an intent; a field given as `...` is left out."""
        body = {
            "extents": list(extents),
            "key": [],
            "state": "Accepted",
            "uss_base_url": self.base_url,
        } | fields
        return {name: said for name, said in body.items() if said is not ...}

    def put_intent(
        self, intent_id: str, *extents: Body, ovn: str | None = None, **fields: Any
    ) -> httpx.Response:
        """Creates an intent; with an OVN, changes it."""
        operation = f"{'Create' if ovn is None else 'Update'}OperationalIntentReference"
        body = self.intent(*extents, **fields)
        return self.operate(operation, f"/operational_intent_references{_of(intent_id, ovn)}", body)

    def filed(self, *extents: Body, intent_id: str | None = None, **fields: Any) -> Body:
        """An intent that is taken as a matter of course: its reference."""
        answer = self.put_intent(intent_id or new_id(), *extents, **fields)
        assert answer.status_code in (200, 201), answer.text
        reference: Body = answer.json()["operational_intent_reference"]
        return reference

    def get_intent(self, intent_id: str) -> httpx.Response:
        path = f"/operational_intent_references/{intent_id}"
        return self.operate("GetOperationalIntentReference", path)

    def delete_intent(self, intent_id: str, ovn: str) -> httpx.Response:
        path = f"/operational_intent_references{_of(intent_id, ovn)}"
        return self.operate("DeleteOperationalIntentReference", path)

    def query_intents(self, area: Body | None) -> httpx.Response:
        path, body = "/operational_intent_references/query", {"area_of_interest": area}
        return self.operate("QueryOperationalIntentReferences", path, body)

    def found_intents(self, area: Body) -> dict[str, Body]:
        """The references that a query over the area tells of, by id."""
        return _by_id(self.query_intents(area), "operational_intent_references")

    # Subscriptions

    def subscription(self, extents: Body, **fields: Any) -> Body:
        """The body of a subscription to intents; a field given as `...` is left out."""
        body = {
            "extents": extents,
            "uss_base_url": self.base_url,
            "notify_for_operational_intents": True,
            "notify_for_constraints": False,
        } | fields
        return {name: said for name, said in body.items() if said is not ...}

    def put_subscription(
        self, subscription_id: str, extents: Body, version: str | None = None, **fields: Any
    ) -> httpx.Response:
        """Creates a subscription; with a version, changes it."""
        operation = f"{'Create' if version is None else 'Update'}Subscription"
        path = f"/subscriptions{_of(subscription_id, version)}"
        return self.operate(operation, path, self.subscription(extents, **fields))

    def subscribed(self, extents: Body, subscription_id: str | None = None, **fields: Any) -> Body:
        """A subscription that is taken as a matter of course."""
        answer = self.put_subscription(subscription_id or new_id(), extents, **fields)
        assert answer.status_code == 200, answer.text
        subscription: Body = answer.json()["subscription"]
        return subscription

    def get_subscription(self, subscription_id: str) -> httpx.Response:
        return self.operate("GetSubscription", f"/subscriptions/{subscription_id}")

    def delete_subscription(self, subscription_id: str, version: str) -> httpx.Response:
        return self.operate("DeleteSubscription", f"/subscriptions{_of(subscription_id, version)}")

    def query_subscriptions(self, area: Body | None) -> httpx.Response:
        body = {"area_of_interest": area}
        return self.operate("QuerySubscriptions", "/subscriptions/query", body)

    def found_subscriptions(self, area: Body) -> dict[str, Body]:
        """The subscriptions that a query over the area tells of, by id."""
        return _by_id(self.query_subscriptions(area), "subscriptions")

    # Constraints

    def put_constraint(
        self, constraint_id: str, *extents: Body, ovn: str | None = None, **fields: Any
    ) -> httpx.Response:
        """Creates a constraint; with an OVN, changes it."""
        operation = f"{'Create' if ovn is None else 'Update'}ConstraintReference"
        body = {"extents": list(extents), "uss_base_url": self.base_url} | fields
        return self.operate(operation, f"/constraint_references{_of(constraint_id, ovn)}", body)

    def constrained(self, *extents: Body, **fields: Any) -> Body:
        """A constraint that is taken as a matter of course: its reference."""
        answer = self.put_constraint(new_id(), *extents, **fields)
        assert answer.status_code == 201, answer.text
        reference: Body = answer.json()["constraint_reference"]
        return reference

    def get_constraint(self, constraint_id: str) -> httpx.Response:
        return self.operate("GetConstraintReference", f"/constraint_references/{constraint_id}")

    def delete_constraint(self, constraint_id: str, ovn: str) -> httpx.Response:
        path = f"/constraint_references{_of(constraint_id, ovn)}"
        return self.operate("DeleteConstraintReference", path)

    def query_constraints(self, area: Body | None) -> httpx.Response:
        path, body = "/constraint_references/query", {"area_of_interest": area}
        return self.operate("QueryConstraintReferences", path, body)

    def found_constraints(self, area: Body) -> dict[str, Body]:
        """The constraint references that a query over the area tells of, by id."""
        return _by_id(self.query_constraints(area), "constraint_references")

    # Availability and reports

    def get_availability(self, sub: str) -> httpx.Response:
        return self.operate("GetUssAvailability", f"/uss_availability/{sub}")

    def put_availability(self, sub: str, availability: str, **fields: Any) -> httpx.Response:
        body = {"availability": availability} | fields
        return self.operate("SetUssAvailability", f"/uss_availability/{sub}", body)

    def report(self, body: Any) -> httpx.Response:
        return self.operate("MakeDssReport", "/reports", body)


def _of(entity_id: str, version: str | None) -> str:
    return f"/{entity_id}" + ("" if version is None else f"/{version}")


def _by_id(answer: httpx.Response, name: str) -> dict[str, Body]:
    assert answer.status_code == 200, answer.text
    return {each["id"]: each for each in answer.json()[name]}


# Volumes


def new_id() -> str:
    return str(uuid.uuid4())


def uuid7(at: datetime | None = None) -> str:
    """A version 7 UUID of an instant (RFC 9562)."""
    at_ms = int((at or datetime.now(UTC)).timestamp() * 1000)
    held = at_ms << 80 | uuid.uuid4().int & ((1 << 80) - 1)
    held = held & ~(0xF << 76) | 0x7 << 76
    return str(uuid.UUID(int=held & ~(0x3 << 62) | 0x2 << 62))


def at(minutes: float) -> datetime:
    """So many minutes after `BASE`: one instant for all who name it."""
    return BASE + timedelta(minutes=minutes)


def instant(when: datetime) -> Body:
    text = when.isoformat(timespec="microseconds" if when.microsecond else "seconds")
    return {"value": text.replace("+00:00", "Z"), "format": "RFC3339"}


def read_instant(told: Body) -> datetime:
    assert told["format"] == "RFC3339"
    assert told["value"].endswith("Z")
    return datetime.fromisoformat(told["value"])


def height(value_m: float) -> Body:
    return {"value": value_m, "reference": "W84", "units": "M"}


def circle(spot: Spot, radius_m: float = 100.0) -> Body:
    center = {"lat": spot[0], "lng": spot[1]}
    return {"outline_circle": {"center": center, "radius": {"value": radius_m, "units": "M"}}}


def polygon(*corners: Spot) -> Body:
    vertices = [{"lat": lat_deg, "lng": lng_deg} for lat_deg, lng_deg in corners]
    return {"outline_polygon": {"vertices": vertices}}


def box(spot: Spot, side_deg: float = 0.002) -> Body:
    """Four corners, the spot at the south-west one."""
    lat_deg, lng_deg = spot
    north, east = lat_deg + side_deg, lng_deg + side_deg
    return polygon((lat_deg, lng_deg), (lat_deg, east), (north, east), (north, lng_deg))


def extent(
    outline: Body,
    starts: datetime | None = None,
    ends: datetime | None = None,
    lower_m: float | None = 0.0,
    upper_m: float | None = 120.0,
) -> Body:
    """An outline from 20 to 80 minutes after the tests began, up to 120 m, unless told."""
    heights = {"altitude_lower": lower_m, "altitude_upper": upper_m}
    told = {name: height(value_m) for name, value_m in heights.items() if value_m is not None}
    return {
        "volume": outline | told,
        "time_start": instant(starts or at(20)),
        "time_end": instant(ends or at(80)),
    }


def area(outline: Body, **bounds: Any) -> Body:
    """What a query asks for: an outline, its times and heights open unless told."""
    whole = extent(outline, lower_m=None, upper_m=None, **bounds)
    if "starts" not in bounds:
        del whole["time_start"]
    if "ends" not in bounds:
        del whole["time_end"]
    return whole


def without(body: Body, *path: str) -> Body:
    """The same JSON less one member, which is named by the way to it."""
    copy: Body = json.loads(json.dumps(body))
    owner: Any = copy
    for name in path[:-1]:
        owner = owner[name]
    del owner[path[-1]]
    return copy


def moved(spot: Spot, north_m: float = 0.0, east_m: float = 0.0) -> Spot:
    """About so many metres away (to a part in a hundred): where only the rough place matters."""
    lat_deg, lng_deg = spot
    return (
        lat_deg + north_m / 111_000.0,
        lng_deg + east_m / (111_320.0 * math.cos(math.radians(lat_deg))),
    )


def spots() -> Iterator[Spot]:
    """Places on dry paper, each over 40 km from every other."""
    for row, column in itertools.product(range(100), range(300)):
        yield -50.0 + row, -150.0 + column


def subscribers(answer: httpx.Response) -> dict[str, dict[str, int]]:
    """Who is to be told, as a change's answer says: by base URL, each subscription's new index."""
    told = answer.json()["subscribers"]
    by_url = {
        each["uss_base_url"]: {
            state["subscription_id"]: state["notification_index"] for state in each["subscriptions"]
        }
        for each in told
    }
    assert len(by_url) == len(told), "each base URL stands once"
    return by_url


def withheld(reference: Body) -> bool:
    """The reference keeps its OVN to itself, as all must that are not the reader's own."""
    return reference.get("ovn") in WITHHELD
