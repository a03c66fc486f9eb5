"""What is said goes in at one place, in order, and is answered when it is durable."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest
import structlog
from prometheus_client import REGISTRY

from openline.desk import ruling, state
from openline.desk.state import State
from openline.desk_directory import DeskDirectory
from openline.domain.errors import (
    BadSignature,
    Malformed,
    NotPermitted,
    OutOfTurn,
    Replayed,
    Unavailable,
    WrongState,
)
from openline.domain.finding import Fault, FindingMade
from openline.domain.line import ContactLogged
from openline.domain.party import Heard, KeyRevoked, PartyAdded, PartyKind
from openline.domain.statement import Entry
from openline.journal.sqlite import SqliteJournal
from openline.record.note import note_key
from openline.record.proof import parse_proof, verify_proof
from openline.sealing import entry_from_row, read_sent
from openline.service import Limits, Receipt, Service, SimulatedClock
from service_harness import (
    DESK_KEY,
    NOON,
    ORIGIN,
    CountedEntropy,
    Speaker,
    add_party,
    attest,
    contact,
    found,
    held_back,
    open_desk,
    operate,
)


def entries(service: Service, start: int = 0) -> list[Entry]:
    return [entry_from_row(row) for row in service.journal.read(start, 10_000)]


def of_kind(service: Service, kind: type) -> list[Entry]:
    return [entry for entry in entries(service) if isinstance(entry.content, kind)]


def leaf_of(service: Service, receipt: Receipt) -> bytes:
    (row,) = service.journal.read(receipt.index, receipt.index + 1)
    return row.leaf


def test_a_receipt_proves_the_statement_offline(service: Service, east: Speaker) -> None:
    sent = east.sign("call-1", contact("EAST", "WEST"))
    receipt = service.submit(sent).result()
    signed = verify_proof(parse_proof(receipt.proof), sent.leaf, [note_key(ORIGIN, DESK_KEY)])
    assert signed.checkpoint.size > receipt.index
    assert leaf_of(service, receipt) == sent.leaf


def test_every_entry_has_a_receipt_that_verifies(service: Service, east: Speaker) -> None:
    for at in range(300):
        service.submit(east.sign(f"call-{at}", contact("EAST", "WEST")))
    service.tick().result()
    keys = [note_key(ORIGIN, DESK_KEY)]
    for row in service.journal.read(0, service.journal.size()):
        verify_proof(parse_proof(service.receipt(row.index).proof), row.leaf, keys)


def test_statements_that_wait_share_a_batch(service: Service) -> None:
    """The point of group commit: one durable transaction for all that waited for the last."""
    with held_back(service):
        asked = [add_party(service, f"P-{at}") for at in range(50)]
    receipts = [each.result() for each in asked]
    first = receipts[0].index
    assert [each.index for each in receipts] == list(range(first, first + 50))
    assert len({parse_proof(each.proof).checkpoint for each in receipts}) == 1


def test_a_batch_is_never_larger_than_it_may_be(service: Service) -> None:
    with held_back(service):
        asked = [add_party(service, f"P-{at}") for at in range(300)]
    proofs = [parse_proof(each.result().proof) for each in asked]
    assert [proof.checkpoint for proof in proofs].count(proofs[0].checkpoint) == 256


def test_a_refused_statement_changes_nothing(service: Service) -> None:
    size, digest = service.journal.size(), service.read(state.digest_of)
    again = PartyAdded(party="EAST", kind=PartyKind.FORCE)
    with pytest.raises(WrongState):
        operate(service, "add-EAST-again", again).result()
    assert service.journal.size() == size
    assert service.read(state.digest_of) == digest


def test_a_key_that_is_not_enrolled_speaks_for_nobody(service: Service) -> None:
    with pytest.raises(BadSignature, match="not enrolled"):
        service.submit(Speaker("NORTH").sign("call-1", contact("NORTH", "EAST"))).result()


def test_a_key_speaks_only_for_its_own_position(service: Service, east: Speaker) -> None:
    east.party = "WEST"
    with pytest.raises(NotPermitted, match="speaks for EAST-TAC"):
        service.submit(east.sign("call-1", contact("EAST", "WEST"))).result()


def test_a_statement_out_of_turn_names_the_head(service: Service, east: Speaker) -> None:
    first = east.sign("call-1", contact("EAST", "WEST"))
    second = east.sign("call-2", contact("EAST", "WEST"))
    with pytest.raises(OutOfTurn, match="seq 0 and prevhash 0000"):
        service.submit(second).result()
    assert service.submit(first).result().index < service.submit(second).result().index


def test_the_same_bytes_get_the_first_receipt_again(service: Service, east: Speaker) -> None:
    sent = east.sign("call-1", contact("EAST", "WEST"))
    first = service.submit(sent).result()
    add_party(service, "NORTH").result()
    size = service.journal.size()
    assert service.submit(sent).result() == first
    assert service.journal.size() == size


def test_the_same_content_under_the_same_id_gets_the_first_receipt(
    service: Service, east: Speaker
) -> None:
    first = service.submit(east.sign("call-1", contact("EAST", "WEST"))).result()
    again = service.submit(east.sign("call-1", contact("EAST", "WEST"))).result()
    attested = attest(service, "EAST", "call-1", contact("EAST", "WEST")).result()
    assert first == again == attested


def test_a_repeat_within_one_batch_gets_the_first_receipt(service: Service) -> None:
    with held_back(service):
        asked = [add_party(service, name) for name in ("A", "B", "B", "B")]
    a, *bs = [each.result() for each in asked]
    assert bs == [bs[0]] * 3
    assert bs[0].index == a.index + 1


def test_an_id_used_again_for_something_else_is_refused_and_a_finding(
    service: Service, east: Speaker
) -> None:
    first = service.submit(east.sign("call-1", contact("EAST", "WEST"))).result()
    with pytest.raises(Replayed, match=f"entry {first.index}"):
        service.submit(east.sign("call-1", contact("EAST", "WEST", text="another"))).result()
    (found_it,) = of_kind(service, FindingMade)
    assert isinstance(found_it.content, FindingMade)
    assert found_it.content.fault is Fault.REPLAYED
    assert found_it.refs == (first.index,)
    assert found_it.readers == ("EAST",)


def test_a_replay_that_nobody_signed_is_no_finding(service: Service, east: Speaker) -> None:
    service.submit(east.sign("call-1", contact("EAST", "WEST"))).result()
    liar = Speaker("EAST")
    liar.key = Speaker("WEST").key
    with pytest.raises(NotPermitted):
        service.submit(liar.sign("call-9", contact("EAST", "WEST"))).result()
    assert of_kind(service, FindingMade) == []


def test_the_desk_says_to_each_party_when_it_heard_it(
    service: Service, east: Speaker, west: Speaker
) -> None:
    with held_back(service):
        asked = [
            service.submit(speaker.sign(f"call-{at}", contact("EAST", "WEST")))
            for at in range(2)
            for speaker in (east, west)
        ]
    indices = [each.result().index for each in asked]
    heard = {entry.readers: entry.content for entry in of_kind(service, Heard)}
    of_east = Heard(leaves=tuple((at, ("EAST", "WEST")) for at in indices[0::2]))
    of_west = Heard(leaves=tuple((at, ("EAST", "WEST")) for at in indices[1::2]))
    assert heard == {("EAST",): of_east, ("WEST",): of_west}


def test_what_is_heard_of_one_party_at_once_fits_into_leaves(
    service: Service, east: Speaker
) -> None:
    with held_back(service):
        for at in range(100):
            service.submit(east.sign(f"call-{at}", contact("EAST", "WEST")))
    service.tick().result()
    leaves = [entry.content.leaves for entry in of_kind(service, Heard)]  # type: ignore[attr-defined]
    assert [len(each) for each in leaves] == [32, 32, 32, 4]


def test_every_signed_leaf_is_heard_exactly_once(service: Service, east: Speaker) -> None:
    answers = [service.submit(east.sign(f"c-{at}", contact("EAST", "WEST"))) for at in range(40)]
    indices = [each.result().index for each in answers]
    said = [leaf for entry in of_kind(service, Heard) for leaf, _ in entry.content.leaves]  # type: ignore[attr-defined]
    assert said == indices


def test_readers_never_see_more_than_is_durable(service: Service) -> None:
    seen: list[tuple[int, int]] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            seen.append(service.read(lambda state: (state.size, service.journal.size())))

    looking = threading.Thread(target=look)
    looking.start()
    for at in range(40):
        add_party(service, f"P-{at}").result()
    done.set()
    looking.join()
    assert seen
    assert {folded - durable for folded, durable in seen} == {0}


def test_observers_hear_what_is_durable_before_its_caller_does(service: Service) -> None:
    heard: list[tuple[str, int]] = []

    def note(batch: Sequence[Entry]) -> None:
        heard.extend((entry.id, service.journal.size()) for entry in batch)

    end = service.subscribe(note)
    index = add_party(service, "NORTH").result().index
    assert heard == [("add-NORTH", index + 1)]
    end()
    add_party(service, "SOUTH").result()
    assert len(heard) == 1


def test_an_observer_that_fails_harms_nobody(service: Service) -> None:
    heard: list[int] = []
    service.subscribe(lambda _: [][1])
    service.subscribe(lambda batch: heard.append(len(batch)))
    assert add_party(service, "NORTH").exception() is None
    assert heard == [1]


def test_a_full_queue_is_unavailable_and_never_grows(path: Path) -> None:
    service = open_desk(path, limits=Limits(waiting=3))
    found(service)
    with held_back(service):
        waiting = [add_party(service, f"P-{at}") for at in range(3)]
        with pytest.raises(Unavailable, match="Too many"):
            add_party(service, "P-3").result()
    assert all(each.result() for each in waiting)
    assert add_party(service, "P-3").exception() is None
    service.close()


def test_what_was_given_up_before_it_was_decided_is_not_recorded(service: Service) -> None:
    with held_back(service):
        kept, given_up, last = (add_party(service, f"P-{at}") for at in range(3))
        assert given_up.cancel()
    assert last.result().index == kept.result().index + 1
    assert service.read(lambda state: "P-1" in state.parties) is False


def test_closing_answers_what_waits_and_takes_no_more(path: Path) -> None:
    service = open_desk(path)
    found(service)
    asked = [add_party(service, f"P-{at}") for at in range(30)]
    service.close()
    assert [each.result().index for each in asked] == list(range(1, 31))
    with pytest.raises(Unavailable, match="closing"):
        add_party(service, "late").result()
    service.close()


def test_a_desk_closed_before_it_began_leaves_nobody_waiting(path: Path) -> None:
    directory = DeskDirectory(path)
    journal = SqliteJournal(directory.journal_path, directory.at_rest)
    service = Service(journal, directory, clock=SimulatedClock(NOON), entropy=CountedEntropy())
    asked = add_party(service, "NORTH")
    service.close()
    with pytest.raises(Unavailable, match="closing"):
        asked.result(timeout=1)


def test_what_was_said_before_the_desk_began_is_heard_when_it_does(path: Path) -> None:
    found_first = open_desk(path)
    found(found_first)
    found_first.close()
    directory = DeskDirectory(path)
    journal = SqliteJournal(directory.journal_path, directory.at_rest)
    service = Service(journal, directory, clock=SimulatedClock(NOON), entropy=CountedEntropy())
    asked = add_party(service, "NORTH")
    service.start()
    assert asked.result().index == 1
    service.close()


def test_a_fault_in_folding_that_stays_leaves_the_desk_unavailable_and_alive(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(state.EVOLVERS, PartyAdded, broken)  # type: ignore[misc]
        for name in ("NORTH", "SOUTH"):
            with pytest.raises(Unavailable, match="fault of its own"):
                add_party(service, name).result()
        with pytest.raises(Unavailable, match="cannot read"):
            service.read(state.digest_of)
    assert add_party(service, "NORTH").exception() is None


def test_a_signed_statement_is_not_taken_without_its_bytes(service: Service) -> None:
    spoken = read_sent(Speaker("EAST").sign("x", contact("EAST", "WEST")), ORIGIN)
    with pytest.raises(ValueError, match="as it was sent"):
        service.submit(spoken.statement)


def test_what_cannot_be_read_is_refused_at_once(service: Service, east: Speaker) -> None:
    sent = east.sign("call-1", contact("EAST", "WEST"), record="other.example")
    answer = service.submit(sent)
    assert answer.done()
    with pytest.raises(Malformed):
        answer.result()


def broken(*_: object) -> None:
    """A fault of ours, whose text quotes what was said."""
    raise KeyError("Khusham bridge, 35.3N")


def test_a_fault_in_deciding_harms_only_its_statement(
    service: Service, east: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ruling.DECIDERS, ContactLogged, broken)  # type: ignore[misc]
    with pytest.raises(Unavailable, match="fault of its own"):
        service.submit(east.sign("call-1", contact("EAST", "WEST"))).result()
    assert add_party(service, "NORTH").exception() is None


def test_a_fault_in_folding_undoes_its_batch_and_the_state_is_built_anew(
    service: Service, east: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = service.read(state.digest_of)

    def half(state: State, entry: Entry, content: ContactLogged) -> None:
        state.parties.clear()
        raise KeyError("Khusham bridge, 35.3N")

    sent = east.sign("call-1", contact("EAST", "WEST"))
    with monkeypatch.context() as patch:
        patch.setitem(state.EVOLVERS, ContactLogged, half)  # type: ignore[misc]
        with pytest.raises(Unavailable, match="fault of its own"):
            service.submit(sent).result()
    assert service.read(state.digest_of) == digest
    assert service.submit(sent).exception() is None


def test_what_becomes_of_statements_is_counted(service: Service) -> None:
    def counted(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, labels) or 0.0

    entries_before = counted("openline_entries_total")
    refused_before = counted("openline_refused_total", slug="wrong-state")
    add_party(service, "NORTH").result()
    again = operate(service, "again", PartyAdded(party="NORTH", kind=PartyKind.FORCE))
    assert again.exception()
    assert counted("openline_entries_total") == entries_before + 1
    assert counted("openline_refused_total", slug="wrong-state") == refused_before + 1
    assert counted("openline_waiting") == 0


def test_logs_say_what_was_refused_and_never_what_was_said(
    service: Service, east: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "Khusham bridge, 35.3N"
    monkeypatch.setitem(ruling.DECIDERS, PartyAdded, broken)  # type: ignore[misc]
    with structlog.testing.capture_logs() as logs:
        asked: list[Future[Receipt]] = [
            add_party(service, "NORTH"),
            attest(service, "EAST", "x", contact("WEST", text=secret)),
            service.submit(east.sign("y", KeyRevoked(kid="unknown"))),
        ]
        for each in asked:
            assert each.exception()
    assert [row["slug"] for row in logs if row["event"] == "not recorded"] == [
        "unavailable",
        "not-permitted",
        "unknown-thing",
    ]
    assert secret not in str(logs)
    assert "KeyError" in str(logs)
