"""A mirror cosigns what it holds by then, and keeps what is lodged with it."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import httpx
import pytest

from mirror_harness import (
    Counting,
    Padding,
    add_parties,
    answering,
    earlier,
    flipped,
    held_at,
    judged,
    request_of,
    source_of,
    standing_in,
    working,
)
from openline import app
from openline.desk_key import rotate_desk_key
from openline.domain.errors import Unavailable
from openline.domain.party import PartyAdded, PartyKind
from openline.domain.plan import PlanWithdrawn
from openline.domain.statement import Author, Statement
from openline.mirror.copying import Copying
from openline.mirror.serving import WorkingMirror
from openline.record.audit.complaint import audit_complaint
from openline.record.audit.words import Trust
from openline.record.bundle import open_bundle
from openline.record.errors import Forked
from openline.record.keys import load_private_key
from openline.record.witnessing import AddCheckpoint
from openline.sealing import sign_statement
from openline.service import SystemClock
from openline.witness.memory import open_identity
from rest_harness import Served, plan


def test_a_mirror_cosigns_only_what_it_holds_by_then(desk, key, tmp_path):
    with working(desk, key, tmp_path) as mirror:
        mirror.cosigner.cosign(request_of(desk.service))
    verdict = judged(tmp_path / "m")
    assert (verdict.sound, verdict.size) == (True, desk.service.journal.size())


def test_a_mirror_cosigns_no_fork_of_what_it_holds(desk, key, tmp_path):
    copy = earlier(desk, tmp_path / "fork")
    desk.said("EAST", "/v1/plans", **plan("P-fork", 22.0, 10.0))
    with working(desk, key, tmp_path) as mirror:
        mirror.keep_up()
        with app.desk_at(copy) as fork:
            while fork.journal.size() < desk.service.journal.size():
                n = fork.journal.size()
                app.operate(fork, f"f-{n}", PartyAdded(party=f"F-{n}", kind=PartyKind.FORCE))
            with pytest.raises((Forked, Unavailable)):
                mirror.cosigner.cosign(request_of(fork))
            assert mirror.cosigner.identity.memory.all() == {}


def test_a_mirror_cosigns_under_the_desks_new_key(desk, key, tmp_path):
    copy = earlier(desk, tmp_path / "desk")
    rotate_desk_key(copy, clock=SystemClock())
    with (
        standing_in(desk, copy, lambda desk: add_parties(desk, 3)) as url,
        held_at(tmp_path / "m", key) as held,
    ):
        identity = open_identity(tmp_path / "w", "east.example/m1")
        mirror = WorkingMirror(held, Copying(held, source_of(desk, url)), identity, print)
        mirror.keep_up()
        note = held.read("checkpoint")
        assert note is not None
        assert mirror.cosigner.cosign(AddCheckpoint(old_size=0, proof=(), note=note))
        identity.memory.close()


def signed_statement(desk: Served, plan_id: str) -> bytes:
    """The leaf that EAST signs next, and that the desk never answers for."""
    key = load_private_key(desk.keys / "EAST-TAC.duty.key")
    me = desk.as_("EAST").get("/v1/me").json()
    (held,) = [each for each in me["keys"] if each["position"] == "EAST-TAC.duty"]
    statement = Statement(
        id=f"withdraw-{plan_id}",
        author=Author(party="EAST", position="EAST-TAC.duty", by_human=True),
        content=PlanWithdrawn(plan=plan_id),
        said_at=datetime.now(UTC).replace(microsecond=0),
    )
    sent = sign_statement(
        key,
        desk.service.origin,
        statement,
        seq=held.get("next_seq", 0),
        prevhash=held.get("head", "0" * 64),
        salt=b"s" * 32,
    )
    return sent.leaf


def test_a_statement_without_a_receipt_is_lodged_and_the_complaint_is_portable(
    desk, key, lodging, tmp_path
):
    url, mirror = lodging
    leaf = signed_statement(desk, "P-0")
    answer = httpx.post(f"{url}/lodge", content=leaf)
    assert answer.status_code == 200, answer.text
    trust = Trust(keys=(key, mirror.cosigner.key))
    verdict = audit_complaint(answer.content, trust)
    assert verdict.sound, verdict.faults
    told = " ".join(verdict.proven)
    assert "withdraw-P-0" in told
    assert "EAST" in told
    assert "east.example/m1" in told
    assert f"none of the first {desk.service.journal.size()} entries" in told
    again = httpx.post(f"{url}/lodge", content=leaf)
    assert again.content == answer.content
    with open_bundle(tmp_path / "m") as copy:
        held = audit_complaint(answer.content, trust, copy)
    assert held.sound
    assert "missing from the record" in " ".join(held.proven)
    # Recorded after all: the copy says so, and the complaint stands as what it was.
    desk.as_("EAST").post("/v1/statements", json={"leaf": leaf.decode()}).raise_for_status()
    mirror.keep_up()
    with open_bundle(tmp_path / "m") as copy:
        late = audit_complaint(answer.content, trust, copy)
    assert late.sound
    assert "was recorded later" in " ".join(late.proven)
    refused = httpx.post(f"{url}/lodge", content=leaf)
    assert refused.status_code == 409
    assert "stands in the record as entry" in refused.text


def test_a_desk_that_pads_its_checkpoints_makes_no_complaint_too_long_to_be_read(
    desk, key, tmp_path
):
    with working(desk, key, tmp_path, Padding(source_of(desk))) as mirror, answering(mirror) as url:
        file = httpx.post(f"{url}/lodge", content=signed_statement(desk, "P-2")).content
        verdict = audit_complaint(file, Trust(keys=(key, mirror.cosigner.key)))
    assert verdict.sound, verdict.faults


def test_what_nobody_at_the_desk_signed_cannot_be_lodged(desk, lodging):
    url, _mirror = lodging
    leaf = signed_statement(desk, "P-2")
    head, payload, _signature = leaf.split(b".")
    forged = b".".join((head, payload, b"A" * 86))
    for bad in (forged, b"", b"nonsense", leaf[:-4], b"x" * 100_000):
        assert httpx.post(f"{url}/lodge", content=bad).status_code in (413, 422)


def test_what_strangers_lodge_does_not_make_a_mirror_copy_each_time(desk, key, tmp_path):
    head, payload, _signature = signed_statement(desk, "P-2").split(b".")
    forged = b".".join((head, payload, b"A" * 86))
    source = Counting(source_of(desk))
    with held_at(tmp_path / "m", key) as held:
        identity = open_identity(tmp_path / "w", "east.example/m1")
        mirror = WorkingMirror(held, Copying(held, source), identity, print)
        began_s = time.monotonic()
        with answering(mirror) as url:
            for bad in (forged, b"nonsense") * 20:
                assert httpx.post(f"{url}/lodge", content=bad).status_code == 422
        assert 1 <= source.count <= 2 + time.monotonic() - began_s
        identity.memory.close()


def test_a_byte_changed_in_a_complaint_is_refuted(desk, key, lodging):
    url, mirror = lodging
    file = httpx.post(f"{url}/lodge", content=signed_statement(desk, "P-2")).content
    trust = Trust(keys=(key, mirror.cosigner.key))
    assert audit_complaint(file, trust).sound
    for at in range(0, len(file), 7):
        assert not audit_complaint(flipped(file, at), trust).sound


def test_a_complaint_of_a_mirror_that_is_not_trusted_is_refuted(desk, key, lodging):
    url, _mirror = lodging
    file = httpx.post(f"{url}/lodge", content=signed_statement(desk, "P-2")).content
    assert not audit_complaint(file, Trust(keys=(key,))).sound


def test_the_mirror_keeps_up_while_the_desk_goes_on(desk, key, tmp_path):
    with working(desk, key, tmp_path) as mirror:
        for n in range(3):
            desk.said("EAST", "/v1/plans", **plan(f"P-follow-{n}-{time.time_ns()}", 30.0 + n, 1.0))
            mirror.keep_up()
    assert judged(tmp_path / "m").size == desk.service.journal.size()
