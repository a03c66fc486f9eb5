"""Statements and entries become leaves and rows, and come back as the same."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openline.domain.errors import BadSignature, Malformed, NotPermitted, TooLarge
from openline.domain.party import ClocksParted, Key, PartyAdded, PartyBody, PartyKind
from openline.domain.statement import (
    DESK,
    EVERYONE,
    THE_DESK,
    Attested,
    Author,
    Entry,
    Signed,
    Statement,
)
from openline.journal import Damaged, Row
from openline.record.leaf import NO_LEAF_BEFORE, body_digest, open_leaf, seal, verify_leaf
from openline.sealing import (
    DeskChain,
    Sent,
    Signatures,
    Spoken,
    author_from_source,
    entry_from_row,
    read_sent,
    says_the_same,
    sign_statement,
    source_of,
)
from service_harness import DESK_KEY, NOON, ORIGIN, SALT, CountedEntropy, Speaker, contact

ids = st.from_regex(r"[A-Za-z0-9](?:[A-Za-z0-9._:/-]{0,20}[A-Za-z0-9])?", fullmatch=True)


def chain() -> DeskChain:
    return DeskChain(DESK_KEY, ORIGIN, CountedEntropy())


def rows_of(sealer: DeskChain, *entries: Entry, body: bytes | None = None) -> list[Row]:
    return [each.row for each in sealer.seal_all(entries, body)]


def added(party: str, label: str = "Side A") -> PartyAdded:
    return PartyAdded(party=party, kind=PartyKind.FORCE, body=PartyBody(label=label))


def attested(index: int, party: str = "EAST") -> Entry:
    return Entry(
        index=index,
        recorded_at=NOON,
        id=f"add-{party}",
        author=Author(party=DESK, position="operator", by_human=True),
        content=added(party),
        readers=(EVERYONE,),
        refs=(0,),
        word=Attested(issuer="tests", token_id="t-1"),
    )


def concluded(index: int) -> Entry:
    return Entry(
        index=index,
        recorded_at=NOON,
        id=f"desk-{index}",
        author=THE_DESK,
        content=contact("EAST", "WEST"),
        readers=("EAST",),
    )


def test_what_the_desk_attests_or_concludes_is_read_as_it_was_sealed() -> None:
    entries = [attested(1), concluded(2)]
    sealed = chain().seal_all(entries, None)
    assert [entry_from_row(each.row) for each in sealed] == entries
    assert [each.entry for each in sealed] == entries


def test_what_is_folded_now_is_what_is_read_after_the_next_start() -> None:
    """A number decided as 7 is a 7.0 in every later reading, and a time that repeats the desk's
    own is no time of the caller's."""
    parted = msgspec.structs.replace(concluded(2), content=ClocksParted(parted_by_s=7))
    timed = msgspec.structs.replace(attested(1), said_at=NOON)
    sealed = chain().seal_all([timed, parted], None)
    read = [entry_from_row(each.row) for each in sealed]
    assert [each.entry for each in sealed] == read
    assert [repr(each.entry.content) for each in sealed] == [repr(each.content) for each in read]
    assert read[0].said_at is None


def test_what_the_desk_observes_is_read_as_its_own() -> None:
    observed = msgspec.structs.replace(
        concluded(1), id="attempt-1", author=Author(party=DESK, position="bearers"), said_at=NOON
    )
    (sealed,) = chain().seal_all([observed], None)
    assert sealed.entry == entry_from_row(sealed.row)
    assert sealed.row.said is None


def test_the_desk_seals_in_one_chain() -> None:
    first, second = (open_leaf(row.leaf) for row in rows_of(chain(), attested(1), concluded(2)))
    verify_leaf(rows_of(chain(), concluded(0))[0].leaf, DESK_KEY.public_key())
    assert (first.seq, first.prevhash) == (0, NO_LEAF_BEFORE)
    assert (second.seq, second.prevhash) == (1, first.digest)


def test_a_chain_is_resumed_from_the_last_row() -> None:
    whole = chain()
    rows = rows_of(whole, attested(1), concluded(2))
    resumed = chain()
    resumed.resume(rows[0])
    assert open_leaf(rows_of(resumed, concluded(2))[0].leaf).prevhash == (
        open_leaf(rows[1].leaf).prevhash
    )


def test_a_record_of_another_key_is_not_resumed() -> None:
    stranger = DeskChain(Speaker("EAST").key, ORIGIN, CountedEntropy())
    (row,) = rows_of(stranger, concluded(0))
    with pytest.raises(Damaged, match=r"desk\.key"):
        chain().resume(row)


def test_no_leaf_holds_what_stands_in_the_body() -> None:
    (row,) = rows_of(chain(), attested(1))
    assert b"Side A" in (row.body or b"")
    assert "Side A" not in str(open_leaf(row.leaf))


def test_what_a_party_signed_keeps_its_own_bytes() -> None:
    sent = Speaker("EAST").sign("call-1", contact("EAST", "WEST"))
    spoken = read_sent(sent, ORIGIN)
    entry = Entry(
        index=7,
        recorded_at=NOON,
        id="call-1",
        author=spoken.statement.author,
        content=spoken.statement.content,
        readers=("EAST", "WEST"),
        said_at=NOON,
        word=spoken.statement.word,
    )
    (row,) = rows_of(chain(), entry, body=spoken.body)
    assert (row.leaf, row.salt, row.body) == (sent.leaf, sent.salt, sent.body)
    assert entry_from_row(row) == entry


def test_a_body_in_other_bytes_than_ours_is_kept_as_it_was_signed() -> None:
    """Another client writes its JSON in its own way; the digest is over its bytes."""
    sent = respelled(Speaker("EAST"), b'{ "text" : "caf\\u00e9" }')
    spoken = read_sent(sent, ORIGIN)
    assert spoken.statement.content == contact("EAST", "WEST", text="café")
    assert spoken.body == sent.body


def respelled(speaker: Speaker, body: bytes) -> Sent:
    leaf = open_leaf(speaker.sign("call-1", contact("EAST", "WEST")).leaf)
    payload = msgspec.to_builtins(leaf)
    payload = {name: value for name, value in payload.items() if value is not None}
    del payload["kid"], payload["digest"]
    payload["bodydigest"] = body_digest(SALT, body)
    return Sent(leaf=seal(speaker.key, payload), salt=SALT, body=body)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"body": b'{"text":"another"}'}, "not the one signed"),
        ({"salt": b"x" * 32}, "not the one signed"),
        ({"salt": b"short"}, "32 bytes"),
        ({"body": None}, "do not belong together"),
        ({"leaf": b"these are not three parts"}, "compact JWS"),
    ],
)
def test_what_does_not_belong_together_is_malformed(
    change: dict[str, bytes | None], sentence: str
) -> None:
    sent = Speaker("EAST").sign("call-1", contact("EAST", "WEST"))
    with pytest.raises(Malformed, match=sentence):
        read_sent(msgspec.structs.replace(sent, **change), ORIGIN)


def test_a_leaf_for_another_record_is_malformed() -> None:
    sent = Speaker("EAST").sign("call-1", contact("EAST", "WEST"), record="other.example/2017")
    with pytest.raises(Malformed, match="another record"):
        read_sent(sent, ORIGIN)


def test_a_party_does_not_say_what_only_the_desk_says() -> None:
    stranger = DeskChain(Speaker("EAST").key, ORIGIN, CountedEntropy())
    (row,) = rows_of(stranger, concluded(0))
    with pytest.raises(Malformed, match="only the desk"):
        read_sent(Sent(leaf=row.leaf, salt=row.salt or b"", body=row.body), ORIGIN)


def heard_from(speaker: Speaker) -> tuple[Spoken, Key]:
    said = read_sent(speaker.sign("call-1", contact("EAST", "WEST")), ORIGIN)
    key = Key(kid=speaker.public.kid, x=speaker.public.x, party="EAST", position="EAST-TAC.duty")
    return said, key


def with_another_signature(said: Spoken) -> Spoken:
    word = said.statement.word
    assert isinstance(word, Signed)
    altered = msgspec.structs.replace(word, leaf=word.leaf[:-4] + "AAAA")
    statement = msgspec.structs.replace(said.statement, word=altered)
    return msgspec.structs.replace(said, statement=statement)


def test_a_key_that_did_not_sign_is_a_bad_signature() -> None:
    said, key = heard_from(Speaker("EAST"))
    Signatures().check(said, {key.kid: key})
    forged = msgspec.structs.replace(key, x=Speaker("WEST").public.x)
    altered = with_another_signature(said)
    for asked, keys in ((said, {}), (said, {key.kid: forged}), (altered, {key.kid: key})):
        with pytest.raises(BadSignature):
            Signatures().check(asked, keys)


def test_a_signature_is_verified_at_the_door_and_its_key_looked_up_once() -> None:
    said, key = heard_from(Speaker("EAST"))
    signatures, asked = Signatures(), list[str]()

    def find(kid: str) -> Key | None:
        asked.append(kid)
        return key if kid == key.kid else None

    assert signatures.verify(said, find).is_verified
    assert signatures.verify(said, find).is_verified
    with pytest.raises(BadSignature):
        signatures.verify(with_another_signature(said), find)
    assert asked == [key.kid]


def test_at_the_door_a_key_not_enrolled_or_of_another_party_is_refused() -> None:
    said, key = heard_from(Speaker("EAST"))
    wests = msgspec.structs.replace(key, party="WEST")
    signatures = Signatures()
    with pytest.raises(BadSignature, match="not enrolled"):
        signatures.verify(said, lambda _: None)
    with pytest.raises(NotPermitted, match="speaks for"):
        signatures.verify(said, lambda _: wests)
    assert signatures.verify(said, lambda _: key).is_verified


def test_a_signature_verified_at_the_door_needs_its_key_enrolled_all_the_same() -> None:
    said, key = heard_from(Speaker("EAST"))
    signatures = Signatures()
    verified = signatures.verify(said, lambda _: key)
    with pytest.raises(BadSignature, match="not enrolled"):
        signatures.check(verified, {})


def test_what_a_leaf_cannot_hold_is_refused_and_moves_no_chain() -> None:
    sealer = chain()
    large = msgspec.structs.replace(
        concluded(2), content=contact(*(f"P{at}" * 20 for at in range(2_000)))
    )
    with pytest.raises(TooLarge, match="Say it in parts"):
        sealer.seal_all([attested(1), large], None)
    with pytest.raises(Malformed):
        sealer.seal_all([attested(1), msgspec.structs.replace(concluded(2), id="")], None)
    no_level = msgspec.structs.replace(contact("EAST"), level="no level")
    unreadable = msgspec.structs.replace(concluded(2), content=no_level)
    with pytest.raises(Malformed):
        sealer.seal_all([attested(1), unreadable], None)
    assert open_leaf(rows_of(sealer, attested(1))[0].leaf).seq == 0


def test_a_row_that_was_altered_is_damage() -> None:
    (row,) = rows_of(chain(), attested(1))
    alterations = {
        "leaf": row.leaf[:-1],
        "body": b'{"label":"Side B"}',
        "readers": ("EAST",),
        "refs": (),
        "recorded_at": NOON.replace(hour=13),
        "said": None,
    }
    for name, value in alterations.items():
        with pytest.raises(Damaged, match="Entry 1"):
            entry_from_row(msgspec.structs.replace(row, **{name: value}))


def spoken(party: str, label: str | None) -> Spoken:
    content = added(party, label) if label else PartyAdded(party=party, kind=PartyKind.FORCE)
    author = Author(party=DESK, position="operator")
    word = Attested(issuer="tests", token_id="another token")
    return Spoken(
        statement=Statement(id="add-EAST", author=author, content=content, word=word), body=None
    )


def test_the_same_is_told_from_something_else_under_the_same_id() -> None:
    (row,) = rows_of(chain(), attested(1))
    assert says_the_same(row, spoken("EAST", "Side A"))
    assert not says_the_same(row, spoken("EAST", "Side B"))
    assert not says_the_same(row, spoken("EAST", None))
    assert not says_the_same(row, spoken("WEST", "Side A"))


def test_of_an_erased_body_only_its_presence_is_compared() -> None:
    (row,) = rows_of(chain(), attested(1))
    erased = msgspec.structs.replace(row, salt=None, body=None)
    assert says_the_same(erased, spoken("EAST", "Side A"))
    assert says_the_same(erased, spoken("EAST", "Side B"))
    assert not says_the_same(erased, spoken("EAST", None))


def test_a_signed_statement_says_when() -> None:
    statement = Statement(id="x", author=Author(party="EAST"), content=contact("EAST", "WEST"))
    with pytest.raises(Malformed, match="said_at"):
        sign_statement(DESK_KEY, ORIGIN, statement, seq=0, prevhash=NO_LEAF_BEFORE, salt=SALT)


@given(party=ids, position=st.just("") | ids, by_human=st.booleans())
def test_every_author_comes_back_from_its_source(party: str, position: str, by_human: bool) -> None:
    author = Author(party=party, position=position, by_human=by_human)
    assert author_from_source(source_of(author)) == author


@pytest.mark.parametrize("source", ["", "openline:", "EAST", "openline:?human", "openline:EAST#"])
def test_a_source_that_names_no_author_is_malformed(source: str) -> None:
    with pytest.raises(Malformed, match="source"):
        author_from_source(source)
