"""The console's files as they are served: nothing from elsewhere, nothing secret, nothing stale."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

import pytest

from openline.console.pages import POLICY
from rest_harness import Served, served

BUILT = files("openline.console") / "built"
ELSEWHERE = re.compile(r"""(?:src|href)=["'](?!/)|url\((?!["']?(?:data:|/|#))""")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


KEYMAP = files("openline.console") / "web" / "src" / "keyboard" / "keymap.ts"


def test_no_keys_stand_for_two_things() -> None:
    keys = re.findall(r"keys: (\[[^\]]*\])", KEYMAP.read_text())
    assert len(keys) > 20
    assert sorted(keys) == sorted(set(keys))


def assets() -> list[str]:
    return [each.name for each in (BUILT / "assets").iterdir()]


def test_the_page_may_run_only_what_came_with_it_and_talk_to_nobody_but_the_desk(
    desk: Served,
) -> None:
    page = desk.http.get("/")

    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-security-policy"] == POLICY
    sources = set(re.findall(r"[\w-]+-src ([^;]+)", POLICY))
    assert sources <= {"'self'", "'none'", "'self' data: blob:"}
    assert page.headers["x-content-type-options"] == "nosniff"


def test_the_page_and_its_styles_name_nothing_from_elsewhere(desk: Served) -> None:
    for path in ("/", *(f"/assets/{name}" for name in assets() if name.endswith(".css"))):
        assert ELSEWHERE.findall(desk.http.get(path).text) == [], path


def test_what_has_a_digest_in_its_name_is_kept_for_ever_and_the_page_never(desk: Served) -> None:
    assert desk.http.get("/").headers["cache-control"] == "no-cache"
    for name in assets():
        answer = desk.http.get(f"/assets/{name}")
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.content == (BUILT / "assets" / name).read_bytes()


def test_files_go_packed_to_whoever_takes_that(desk: Served) -> None:
    (name,) = (each for each in assets() if each.startswith("index") and each.endswith(".js"))
    plain = desk.http.get(f"/assets/{name}", headers={"Accept-Encoding": "identity"})
    packed = desk.http.get(f"/assets/{name}", headers={"Accept-Encoding": "gzip"})

    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content


@pytest.mark.parametrize("path", ["/assets/", "/assets/../pages.py", "/built/index.html", "/x"])
def test_nothing_but_the_console_is_served(desk: Served, path: str) -> None:
    answer = desk.http.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_desk_in_use_offers_no_key_at_its_door(desk: Served) -> None:
    door = desk.http.get("/door.json").json()

    assert door["audience"] == desk.url
    assert door["origin"] == desk.service.origin
    assert door["offered"] == []


def test_no_key_and_no_token_lies_in_what_is_served() -> None:
    secret = re.compile(rb"PRIVATE KEY-----\s*[A-Za-z0-9+/]{20}|eyJ[\w-]{20,}\.[\w-]{20,}")
    for file in (BUILT / "assets").iterdir():
        assert secret.search(file.read_bytes()) is None, file.name


def test_the_api_is_where_it_was(desk: Served) -> None:
    assert desk.http.get("/healthz").status_code == 200
    assert desk.http.get("/v1/view").status_code == 401
    assert desk.as_("EAST").get("/v1/view").json()["party"] == "EAST"
