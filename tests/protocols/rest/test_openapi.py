"""The API holds what its own description says: nothing undeclared, and never a fault of ours."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from openline.domain.authority import SUPPLIERS, may
from openline.domain.statement import CONTENT_TYPES, Who
from openline.protocols.rest.says import SAYS
from rest_harness import Served, open_line, plan, served

EXAMPLES = int(os.environ.get("N", "3"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
]
NEVER_ENDS = "/v1/stream"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("desk")) as desk:
        open_line(desk)
        desk.said("EAST", "/v1/plans", **plan("EAST-1", 35.3, 40.1))
        yield desk


@pytest.mark.long
@pytest.mark.timeout(0)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_to_generated_input_is_a_declared_one(
    desk: Served, mode: GenerationMode
) -> None:
    document = desk.http.get("/v1/openapi.json").json()
    document["paths"].pop(NEVER_ENDS)
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=desk.url)
    with_token = {"Authorization": desk.as_("EAST").headers["Authorization"]}
    called = 0
    for operation in (each.ok() for each in schema.get_all_operations()):

        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def answers_as_declared(case: schemathesis.Case) -> None:
            nonlocal called
            response = case.call(headers=with_token)
            case.validate_response(response, checks=CHECKS)
            called += 1

        with contextlib.suppress(Unsatisfiable):  # what takes nothing can be sent nothing wrong
            answers_as_declared()

    assert called >= EXAMPLES * len(document["paths"]) / 2


def test_a_method_that_is_not_described_is_refused_and_the_described_ones_named(
    desk: Served,
) -> None:
    for path, operations in desk.http.get("/v1/openapi.json").json()["paths"].items():
        described = {method.upper() for method in operations}
        for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - described:
            response = desk.http.request(method, re.sub(r"\{[a-z_]+\}", "x", path))
            assert response.status_code == 405, (method, path)
            assert set(response.headers["allow"].split(", ")) == described


def test_all_that_a_party_can_say_has_an_address_of_its_own() -> None:
    """But what drone suppliers say in their own language, under `/dss/v1`."""
    said_by_parties = {kind for kind, of in CONTENT_TYPES.items() if of.WHO is Who.PARTY}
    said_elsewhere = {kind for kind in said_by_parties if may(kind).parties == SUPPLIERS}

    assert {row.kind for row in SAYS} == said_by_parties - said_elsewhere


def test_every_operation_has_a_name_of_its_own(desk: Served) -> None:
    paths = desk.http.get("/v1/openapi.json").json()["paths"]
    names = [each["operationId"] for path in paths.values() for each in path.values()]

    assert len(names) == len(set(names))


def test_the_description_says_of_each_operation_what_it_is(desk: Served) -> None:
    paths = desk.http.get("/v1/openapi.json").json()["paths"]

    for path in paths.values():
        for operation in path.values():
            assert operation["summary"].strip(".")
            assert "503" in operation["responses"]


def test_the_stream_answers_as_described(desk: Served) -> None:
    operation = desk.http.get("/v1/openapi.json").json()["paths"][NEVER_ENDS]["get"]

    with desk.as_("EAST").stream("GET", NEVER_ENDS) as stream:
        assert stream.status_code == 200
        media_type = httpx.Headers(stream.headers)["content-type"].partition(";")[0]

    assert media_type in operation["responses"]["200"]["content"]
