"""The API described by itself: OpenAPI 3.1, made from the very values that the routes are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from openline.desk.view import NO_APPROVAL
from openline.protocols.rest.bodies import FORM, JSON
from openline.protocols.rest.endpoint import BYTES, Endpoint
from openline.protocols.rest.problems import MEDIA_TYPE as PROBLEM
from openline.protocols.rest.problems import Problem

_REF: Final = "#/components/schemas/{name}"
_TOKEN: Final = {
    "type": "oauth2",
    "description": "Client credentials with private_key_jwt; there are no shared secrets.",
    "flows": {"clientCredentials": {"tokenUrl": "/v1/token", "scopes": {}}},
}
_DONE: Final = {
    200: "Done",
    201: "It stands in the record, durable",
    202: "Taken in; what it leads to is told later",
}
_TITLES: Final = {
    400: "The body is not JSON as it must be, or the id or another field cannot stand",
    401: "No token, or one that proves nothing here",
    403: "Known, and not the caller's to say or see; or a signature that does not hold",
    404: "No such thing, or none for this caller",
    409: "Not in this state, out of turn, or said before with other content",
    413: "Too much at once",
    415: "Not a type that is read here",
    422: "Readable, and not of the form that this takes",
    503: "The desk cannot answer at present; try the same again",
}


def describe(endpoints: Sequence[Endpoint], version: str) -> dict[str, Any]:
    """The OpenAPI document of these endpoints, every status and body in it."""
    types = [each for endpoint in endpoints for each in _types_of(endpoint)]
    schemas, components = msgspec.json.schema_components([*types, Problem], ref_template=_REF)
    schema_of = dict(zip([id(each) for each in types], schemas, strict=False))
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        described = _operation(endpoint, schema_of)
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {"title": "openline", "version": version, "description": NO_APPROVAL},
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": {"token": _TOKEN}},
    }


def _types_of(endpoint: Endpoint) -> list[Any]:
    types = (endpoint.returns, endpoint.takes, endpoint.form, *endpoint.other_answers.values())
    return [each for each in types if each is not None]


def _operation(endpoint: Endpoint, schema_of: dict[int, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.id,
        "summary": endpoint.summary,
        "tags": [endpoint.tag],
        "security": [] if endpoint.is_public else [{"token": []}],
        "parameters": _parameters(endpoint),
        "responses": _responses(endpoint, schema_of),
    }
    for sent, media_type in ((endpoint.takes, JSON), (endpoint.form, FORM)):
        if sent is not None:
            content = {media_type: {"schema": schema_of[id(sent)]}}
            operation["requestBody"] = {"required": True, "content": content}
    if endpoint.takes_bytes:
        content = {BYTES: {"schema": {"type": "string", "format": "binary"}}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    text = {"type": "string", "minLength": 1}
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": text}
        for name in endpoint.parameters
    ]
    in_query = [
        {
            "name": each.name,
            "in": "query",
            "required": each.required,
            "description": each.what,
            "schema": {"type": "integer", "minimum": 0},
        }
        for each in endpoint.query
    ]
    in_header = [
        {"name": name, "in": "header", "required": False, "schema": {"type": "string"}}
        for name in endpoint.headers
    ]
    return in_path + in_query + in_header


def _responses(endpoint: Endpoint, schema_of: dict[int, Any]) -> dict[str, Any]:
    schema = {} if endpoint.returns is None else {"schema": schema_of[id(endpoint.returns)]}
    answers: dict[str, Any] = {
        str(endpoint.status): {
            "description": _DONE[endpoint.status],
            "content": {endpoint.media_type: schema},
        }
    }
    statuses = {*endpoint.refusals, 503}
    if not endpoint.is_public:
        statuses.add(401)
    if endpoint.takes is not None or endpoint.takes_bytes:
        statuses |= {400, 413, 415, 422}
    problem = {PROBLEM: {"schema": {"$ref": _REF.format(name=Problem.__name__)}}}
    for status in sorted(statuses):
        answers[str(status)] = {"description": _TITLES[status], "content": problem}
    for status, other in endpoint.other_answers.items():
        content = {JSON: {"schema": schema_of[id(other)]}}
        answers[str(status)] = {"description": _TITLES[status], "content": content}
    return answers
