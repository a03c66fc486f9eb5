"""Who may do what: the table of scopes, and what a token must be to count at all."""

from __future__ import annotations

import time

import pytest

from f3548_harness import (
    AA,
    CM,
    CMSA,
    CP,
    SC,
    SCOPES,
    Authority,
    Dss,
    Spot,
    area,
    at,
    circle,
    extent,
    new_id,
)

ALLOWED = {
    "query intents": {(SC,), (CMSA,)},
    "get intent": {(SC,), (CMSA,)},
    "create intent": {(SC,), (SC, CP), (CMSA,)},
    "update intent": {(SC,), (SC, CP), (CMSA,)},
    "delete intent": {(SC,), (SC, CP), (CMSA,)},
    "query constraints": {(CM,), (CP,)},
    "get constraint": {(CM,), (CP,)},
    "create constraint": {(CM,)},
    "update constraint": {(CM,)},
    "delete constraint": {(CM,)},
    "query subscriptions": {(CP,), (SC,)},
    "get subscription": {(CP,), (SC,)},
    "create subscription": {(CP,), (SC,)},
    "update subscription": {(CP,), (SC,)},
    "delete subscription": {(CP,), (SC,)},
    "report": {(each,) for each in SCOPES},
    "get availability": {(AA,), (SC,), (CMSA,)},
    "set availability": {(AA,)},
}
WRITES = ("PUT", "POST")
TRIED = [*((each,) for each in SCOPES), (SC, CP), ()]


def request_of(operation: str, spot: Spot) -> tuple[str, str, object]:
    """A verb, a path and a body for the operation, about things that nobody has."""
    verb, thing = operation.split(" ") if " " in operation else ("create", operation)
    paths = {
        "intent": "/operational_intent_references",
        "constraint": "/constraint_references",
        "subscription": "/subscriptions",
    }
    if thing == "report":
        return "POST", "/reports", {"exchange": {}}
    if thing == "availability":
        return ("PUT" if verb == "set" else "GET"), "/uss_availability/nobody", {}
    path = paths[thing.rstrip("s")]
    if verb == "query":
        return "POST", f"{path}/query", {"area_of_interest": area(circle(spot))}
    of = f"{path}/{new_id()}"
    if verb in ("update", "delete"):
        of += f"/{new_id()}"
    return {"get": "GET", "delete": "DELETE"}.get(verb, "PUT"), of, {}


@pytest.mark.parametrize("operation", ALLOWED)
def test_an_operation_is_refused_with_403_exactly_where_its_scopes_are_lacking(
    dss: Dss, here: Spot, operation: str
) -> None:
    """# SPEC F3548-21, table of scopes: one column per operation."""
    refused = set()
    for scopes in TRIED:
        token = dss.authority.token("scoped", *scopes)
        verb, path, body = request_of(operation, here)
        headers = {"Authorization": f"Bearer {token}"}
        answer = dss.call(verb, path, headers=headers, **({"json": body} if verb in WRITES else {}))
        assert answer.status_code != 401, answer.text
        if answer.status_code == 403:
            assert answer.json()["message"]
            refused.add(scopes)
    allowed = {frozenset(each) for each in ALLOWED[operation]}
    assert refused == {s for s in TRIED if not any(each <= set(s) for each in allowed)}


def status_with(dss: Dss, token: str | None, header: str = "Bearer {}") -> int:
    """What a plain read answers to this token."""
    headers = {} if token is None else {"Authorization": header.format(token)}
    answer = dss.call("GET", f"/operational_intent_references/{new_id()}", headers=headers)
    if answer.status_code >= 400:
        assert answer.json()["message"], "every refusal says why"
    return answer.status_code


def test_a_good_token_counts_until_it_expires(dss: Dss) -> None:
    assert status_with(dss, dss.authority.token("reader", SC)) == 404


def test_a_request_without_a_token_is_401(dss: Dss) -> None:
    assert status_with(dss, None) == 401


@pytest.mark.parametrize("header", ["Basic {}", "{}", "Bearer", "Bearer .", "Bearer {} {}"])
def test_a_token_that_is_not_borne_as_a_bearer_is_401(dss: Dss, header: str) -> None:
    token = dss.authority.token("reader", SC)
    assert status_with(dss, token, header.replace("{}", token)) == 401


@pytest.mark.parametrize("missing", ["iss", "sub", "aud", "exp", "jti"])
def test_a_token_that_lacks_a_claim_is_401(dss: Dss, missing: str) -> None:
    assert status_with(dss, dss.authority.token("reader", SC, **{missing: ...})) == 401


def test_a_token_without_a_scope_may_do_nothing(dss: Dss) -> None:
    assert status_with(dss, dss.authority.token("reader", scope=...)) in (401, 403)
    assert status_with(dss, dss.authority.token("reader", scope="")) == 403


@pytest.mark.parametrize("sub", ["", None, 7, ["reader"], {"sub": "reader"}])
def test_a_token_that_names_nobody_is_401(dss: Dss, sub: object) -> None:
    assert status_with(dss, dss.authority.token("reader", SC, sub=sub)) == 401


@pytest.mark.parametrize("aud", ["elsewhere.example", "dss.example:8082", "", None, 7, [], ["x"]])
def test_a_token_for_another_audience_is_401(dss: Dss, aud: object) -> None:
    """The audience is this server's host name without its port."""
    assert status_with(dss, dss.authority.token("reader", SC, aud=aud)) == 401


@pytest.mark.parametrize("ago_s", [1, 3600, 10**9])
def test_an_expired_token_is_401(dss: Dss, ago_s: int) -> None:
    token = dss.authority.token("reader", SC, exp=int(time.time()) - ago_s - 60)
    assert status_with(dss, token) == 401


def test_a_token_may_last_an_hour_and_no_longer(dss: Dss) -> None:
    now = int(time.time())
    assert status_with(dss, dss.authority.token("reader", SC, exp=now + 3600)) == 404
    assert status_with(dss, dss.authority.token("reader", SC, exp=now + 3600 + 600)) == 401


def test_a_token_that_is_not_valid_yet_is_401(dss: Dss) -> None:
    token = dss.authority.token("reader", SC, nbf=int(time.time()) + 1200)
    assert status_with(dss, token) == 401


def test_a_token_of_another_authority_is_401(dss: Dss) -> None:
    assert status_with(dss, Authority().token("reader", SC)) == 401


def test_one_scope_among_others_is_enough(dss: Dss) -> None:
    token = dss.authority.token("reader", "openid", CM, SC, "profile")
    assert status_with(dss, token) == 404


def test_a_scope_is_a_whole_word(dss: Dss) -> None:
    assert status_with(dss, dss.authority.token("reader", f"{SC}x", f"x{SC}", SC.upper())) == 403


def test_the_manager_is_the_tokens_subject(dss: Dss, here: Spot) -> None:
    sub = "supplier of the north/7"
    ours = dss.supplier(sub).filed(extent(circle(here)), uss_base_url="https://north.example")
    assert ours["manager"] == sub
    told = dss.supplier("another").get_intent(ours["id"]).json()["operational_intent_reference"]
    assert told["manager"] == sub


def test_whoever_is_not_let_in_learns_nothing_and_changes_nothing(dss: Dss, here: Spot) -> None:
    stranger = {"Authorization": f"Bearer {Authority().token('stranger', SC)}"}
    intent_id = new_id()
    body = dss.supplier("stranger").intent(extent(circle(here), at(20), at(80)))
    path = f"/operational_intent_references/{intent_id}"
    assert dss.call("PUT", path, json=body, headers=stranger).status_code == 401
    assert dss.supplier("another").get_intent(intent_id).status_code == 404
