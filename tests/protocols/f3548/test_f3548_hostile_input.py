"""Bodies and paths made to break a server: the right refusal, in bounded memory and time.

The server that is asked has little of either to spare, and must still answer at the end.
"""

from __future__ import annotations

import gzip
import json
import math
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from f3548_harness import (
    SC,
    Body,
    Dss,
    Spot,
    Supplier,
    area,
    box,
    circle,
    extent,
    new_id,
    polygon,
    spots,
)
from f3548_server import served_dss
from f3548_siege import besieged

MEGABYTE = 1 << 20
_spots = spots()


@pytest.fixture(scope="module")
def dss(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dss]:
    """A server with little memory and processor time to spare."""
    with served_dss(tmp_path_factory.mktemp("input")) as dss, besieged(dss):
        yield dss


@pytest.fixture
def uss1(dss: Dss) -> Supplier:
    return dss.supplier("uss1")


@pytest.fixture
def here() -> Spot:
    return next(_spots)


def send(
    supplier: Supplier, content: bytes | Iterator[bytes], headers: dict[str, str] | None = None
) -> httpx.Response:
    """A new intent, its body these very bytes."""
    return supplier.dss.http.request(
        "PUT",
        f"{supplier.dss.url}/dss/v1/operational_intent_references/{new_id()}",
        content=content,
        headers={"Content-Type": "application/json"} | (headers or {}) | supplier.headers,
    )


def good(supplier: Supplier, spot: Spot) -> str:
    return json.dumps(supplier.intent(extent(circle(spot))))


def assert_refused(answer: httpx.Response, *statuses: int) -> None:
    assert answer.status_code in (statuses or (400,)), answer.text[:200]
    assert answer.json()["message"]


# Sizes


@pytest.mark.parametrize("megabytes", [5, 50])
def test_a_body_of_megabytes_is_refused(uss1: Supplier, here: Spot, megabytes: int) -> None:
    padded = good(uss1, here)[:-1] + f', "padding": "{"x" * (megabytes * MEGABYTE)}"}}'
    try:
        answer = send(uss1, padded.encode())
    except (httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
        return  # it hung up on what it would not read
    assert_refused(answer, 400, 413)


def test_a_body_of_megabytes_in_pieces_is_refused(uss1: Supplier) -> None:
    """Of no announced length: it has to be counted while it comes."""
    pieces = (b"[" * MEGABYTE for _ in range(50))
    try:
        answer = send(uss1, pieces)
    except (httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
        return
    assert_refused(answer, 400, 413)


def test_a_body_that_is_said_to_be_huge_is_not_waited_for(uss1: Supplier) -> None:
    answer = raw(
        uss1,
        f"PUT /dss/v1/operational_intent_references/{new_id()} HTTP/1.1",
        "Content-Length: 5000000000",
        "Content-Type: application/json",
        body="{",
    )
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 413"))


def star(spot: Spot, corners: int) -> Body:
    """A ring of many corners about a spot, a kilometre across, that crosses itself nowhere."""
    lat_deg, lng_deg = spot
    turns = (2 * math.pi * n / corners for n in range(corners))
    rays = [(0.005 if n % 2 else 0.0045, turn) for n, turn in enumerate(turns)]
    return polygon(*((lat_deg + r * math.cos(a), lng_deg + r * math.sin(a)) for r, a in rays))


def test_a_polygon_of_10000_corners_is_judged_or_refused(uss1: Supplier, here: Spot) -> None:
    """The standard lets an intent have as many."""
    wide = star(here, 10_000)
    answer = uss1.put_intent(new_id(), extent(wide))
    if answer.status_code == 201:
        told = answer.json()["operational_intent_reference"]
        assert told["id"] in uss1.found_intents(area(circle(here, 10)))
    else:
        assert_refused(answer, 400, 413)
    assert uss1.query_intents(area(wide)).status_code in (200, 400, 413)


def test_a_polygon_of_10000_corners_that_crosses_itself_everywhere_is_400(
    uss1: Supplier, here: Spot
) -> None:
    lat_deg, lng_deg = here
    zigzag = [(lat_deg + 0.01 * (n % 2), lng_deg + 0.01 * ((n * 7919) % 10_000) / 10_000)
              for n in range(10_000)]  # fmt: skip
    assert_refused(uss1.put_intent(new_id(), extent(polygon(*zigzag))), 400, 413)
    assert_refused(uss1.query_intents(area(polygon(*zigzag))), 400, 413)


def test_a_polygon_of_more_corners_than_allowed_is_refused(uss1: Supplier, here: Spot) -> None:
    assert_refused(uss1.put_intent(new_id(), extent(star(here, 40_000))), 400, 413)


def test_ten_thousand_extents_are_judged_or_refused(uss1: Supplier, here: Spot) -> None:
    lat_deg, lng_deg = here
    many = [extent(circle((lat_deg + n * 1e-6, lng_deg), 10)) for n in range(5_000)]
    assert uss1.put_intent(new_id(), *many).status_code in (201, 400, 413)
    assert uss1.put_intent(new_id(), *many, *many).status_code in (201, 400, 409, 413)


def test_a_long_key_is_read_or_refused(uss1: Supplier, here: Spot) -> None:
    usual = [f"ovn-{n:032d}" for n in range(5_000)]
    assert uss1.put_intent(new_id(), extent(circle(here)), key=usual).status_code in (201, 400)
    endless = [f"ovn-{n:032d}" for n in range(100_000)]
    answer = uss1.put_intent(new_id(), extent(circle(here)), key=endless)
    assert_refused(answer, 400, 409, 413)


@pytest.mark.parametrize("key", ["ovn", {}, 7, [7], [None], [["o" * 16]], [{}], True])
def test_a_key_that_is_no_list_of_ovns_is_400(uss1: Supplier, here: Spot, key: object) -> None:
    assert_refused(uss1.put_intent(new_id(), extent(circle(here)), key=key))


# JSON that is none, or more than it should be


BAD_JSON = {
    "nothing": b"",
    "half of it": b'{"extents": [',
    "no object": b"[]",
    "null": b"null",
    "a number": b"7",
    "text": b'"intent"',
    "single quotes": b"{'extents': []}",
    "a comment": b"{} // intent",
    "two of them": b"{}{}",
    "no text": b"\xff\xfe\x00{\x00}",
    "broken letters": b'{"uss_base_url": "https://\xc3\x28.example"}',
    "half a letter": b'{"uss_base_url": "https://\\ud800.example"}',
    "a nest of lists": b"[" * 200_000,
    "a nest of objects": b'{"a":' * 100_000,
    "a nest within": b'{"extents":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
}


@pytest.mark.parametrize("how", BAD_JSON)
def test_a_body_is_400_that_is(uss1: Supplier, how: str) -> None:
    assert_refused(send(uss1, BAD_JSON[how]))


@pytest.mark.parametrize("path", ["/subscriptions", "/constraint_references", "/uss_availability"])
@pytest.mark.parametrize("how", ["nothing", "no object", "a nest of lists", "broken letters"])
def test_the_same_elsewhere_is_400(dss: Dss, path: str, how: str) -> None:
    anyone = dss.supplier("anyone", SC, "utm.constraint_management", "utm.availability_arbitration")
    answer = dss.http.put(
        f"{dss.url}/dss/v1{path}/{new_id()}", content=BAD_JSON[how], headers=anyone.headers
    )
    assert_refused(answer)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1" * 400])
@pytest.mark.parametrize("where", ["lat", "lng", "radius", "altitude"])
def test_a_number_that_is_none_is_400(uss1: Supplier, here: Spot, text: str, where: str) -> None:
    body = uss1.intent(extent(circle(here)))
    volume = body["extents"][0]["volume"]
    owner, name = {
        "lat": (volume["outline_circle"]["center"], "lat"),
        "lng": (volume["outline_circle"]["center"], "lng"),
        "radius": (volume["outline_circle"]["radius"], "value"),
        "altitude": (volume["altitude_upper"], "value"),
    }[where]
    owner[name] = "NUMBER"
    assert_refused(send(uss1, json.dumps(body).replace('"NUMBER"', text).encode()))


@pytest.mark.parametrize(
    ("once", "twice"),
    [
        ('"state":', '"state": "Accepted", "state":'),
        ('"lat":', '"lat": 0.0, "lat":'),
        ('"key":', '"key": [], "key":'),
        ('"time_end":', '"time_end": null, "time_end":'),
        ('"extents":', '"extents": [], "extents":'),
    ],
)
def test_one_name_twice_in_an_object_is_400(
    uss1: Supplier, here: Spot, once: str, twice: str
) -> None:
    """Two readers of such a body could each believe another half of it."""
    assert once in good(uss1, here)
    assert_refused(send(uss1, good(uss1, here).replace(once, twice, 1).encode()))


@pytest.mark.parametrize(
    ("content_type", "encode"),
    [
        ("application/x-www-form-urlencoded", lambda _: b"state=Accepted"),
        ("multipart/form-data; boundary=x", lambda _: b"--x--"),
        ("application/xml", lambda _: b"<intent/>"),
        ("application/json; charset=utf-16", lambda text: text.encode("utf-16")),
        ("application/msgpack", lambda _: b"\x81\xa1a\x01"),
    ],
)
def test_another_content_type_is_refused(
    uss1: Supplier, here: Spot, content_type: str, encode: object
) -> None:
    content = encode(good(uss1, here))  # type: ignore[operator]
    assert_refused(send(uss1, content, {"Content-Type": content_type}), 400, 415)


def test_a_compressed_body_is_not_unpacked(uss1: Supplier) -> None:
    bomb = gzip.compress(b"[" * (64 * MEGABYTE))
    assert_refused(send(uss1, bomb, {"Content-Encoding": "gzip"}), 400, 413, 415)


# Paths


def raw(supplier: Supplier, first_row: str, *rows: str, body: str = "") -> bytes:
    """What a request answers that no client library would send."""
    where = urlsplit(supplier.dss.url)
    bearer = f"Authorization: {supplier.headers['Authorization']}"
    sent = [first_row, f"Host: {where.netloc}", bearer, "Connection: close", *rows, "", body]
    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        connection.sendall("\r\n".join(sent).encode("latin-1"))
        answered = b""
        while b"\r\n\r\n" not in answered and (more := connection.recv(65536)):
            answered += more
    return answered


INTENTS = "/dss/v1/operational_intent_references"
NOBODYS = "f3548f35-48f3-4548-8f35-48f3548f3548"


@pytest.mark.parametrize(
    "path",
    [
        f"{INTENTS}/../subscriptions/query",
        f"{INTENTS}/%2e%2e/subscriptions",
        f"{INTENTS}/..%2f..%2f..%2fetc%2fpasswd",
        f"{INTENTS}//{NOBODYS}",
        f"/{INTENTS}/{NOBODYS}",
        f"{INTENTS}/{NOBODYS}/",
        f"{INTENTS}/{NOBODYS}/a/b",
        f"{INTENTS}/{NOBODYS}%00",
        f"{INTENTS}/{NOBODYS}%0d%0aX-Injected:1",
        f"{INTENTS}/%ff%fe",
        f"{INTENTS}/{'a' * 5_000}",
        f"{INTENTS}/%",
        f"{INTENTS}/{NOBODYS};x=1",
        INTENTS,
        f"{INTENTS}/",
        "/dss/v1",
        "/dss/v1/",
        "/dss/v2/reports",
        "/DSS/V1/reports",
        "/dss/v1/nothing",
        "http://elsewhere.example/dss/v1/nothing",
        "*",
    ],
)
def test_a_path_that_leads_nowhere_is_4xx(uss1: Supplier, path: str) -> None:
    answered = raw(uss1, f"GET {path} HTTP/1.1")
    assert answered.startswith(b"HTTP/1.1 4"), answered[:100]
    assert b"x-injected" not in answered.lower()


def test_a_path_of_a_hundred_kilobytes_is_4xx(uss1: Supplier) -> None:
    answered = raw(uss1, f"GET {INTENTS}/{'a' * 100_000} HTTP/1.1")
    assert not answered or answered.startswith(b"HTTP/1.1 4")


@pytest.mark.parametrize("verb", ["PATCH", "POST", "OPTIONS", "TRACE", "LOCK"])
def test_a_verb_that_an_operation_lacks_is_405(uss1: Supplier, verb: str) -> None:
    answer = uss1.call(verb, f"/operational_intent_references/{new_id()}")
    assert answer.status_code in (404, 405)
    assert answer.json()["message"]


def test_an_unknown_operation_is_404_with_a_message(uss1: Supplier) -> None:
    for path in ("/nothing", "/operational_intent_references", "/subscriptions/a/b/c"):
        answer = uss1.call("GET", path)
        assert answer.status_code == 404
        assert answer.json()["message"]


@pytest.mark.parametrize("part", ["x" * 5_000, "%00", "%0a", "..", "%f0%9f%98%80", " "])
def test_an_ovn_or_version_of_any_text_does_no_harm(uss1: Supplier, here: Spot, part: str) -> None:
    ours = uss1.filed(extent(box(here)))
    for path in (f"/operational_intent_references/{ours['id']}/{part}",
                 f"/subscriptions/{new_id()}/{part}"):  # fmt: skip
        answer = uss1.call("DELETE", path)
        assert answer.status_code in (400, 404, 405, 409, 414)
    assert uss1.get_intent(ours["id"]).json()["operational_intent_reference"] == ours


def test_a_refusal_repeats_nothing_that_could_place_anybody(uss1: Supplier) -> None:
    odd = extent(circle((12.3456789, 98.7654321), -1))
    answer = uss1.put_intent(new_id(), odd)
    assert_refused(answer)
    assert "12.34" not in answer.text
    assert "98.76" not in answer.text
