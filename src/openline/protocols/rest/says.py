"""What may be said, and where: one row for each address and the kind of content it takes.

The desk decides whether a thing can be said, by whom and when; nothing of that stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct, structs
from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from openline.awaiting import answer_to
from openline.desk.view import NO_APPROVAL
from openline.domain.authority import may
from openline.domain.delivery import ReceiptGiven, Rule
from openline.domain.errors import Malformed
from openline.domain.misfit import unknown_field
from openline.domain.statement import (
    CONTENT_TYPES,
    Author,
    Content,
    Entry,
    Statement,
    Who,
    kind_of,
    read_content,
)
from openline.protocols.rest.bodies import JSON, find_unread, parse_json, read_as, read_body
from openline.protocols.rest.endpoint import PATH_PARAMETER, Answer, Endpoint, json_response
from openline.protocols.rest.entries import EntryTold, what_followed
from openline.protocols.rest.gate import Desk, Gate, check_scope
from openline.sealing import Sent
from openline.service.receipts import Receipt, ReceiptLevel

Id = Annotated[str, Meta(min_length=1, max_length=96)]


class Said(Struct, frozen=True, kw_only=True):
    """It stands in the record, as entry `index`; the sentence in `no_approval` holds of it.

    `proof` is a C2SP tlog-proof, which verifies offline with the entry's leaf and the desk's
    public key. Its `level` is logged: it stands on the desk's word until witnesses have cosigned
    a root over it (see /v1/record/receipts). `concluded` is what the desk concluded from it, as
    far as the caller may read it. `awaits_human` is there where a machine acknowledged what only
    a human's answer ends: the sentence says what is still to be done.
    """

    index: int
    id: str
    proof: str
    concluded: tuple[EntryTold, ...]
    level: ReceiptLevel = ReceiptLevel.LOGGED
    no_approval: str = NO_APPROVAL
    awaits_human: str | None = None


class Envelope(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What goes with everything said under a token, on the desk's word.

    `id` is the speaker's own, used once: said again with the same content it is taken once.
    `by_human` says that a human gave it. Left out, it is a machine's: it does not end the silence
    on a FLASH, which goes on climbing until a human answers.
    """

    id: Id
    said_at: datetime | None = None
    by_human: bool = False


class Saying(Envelope, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Anything that a party can say: the content's kind, and the fields of that kind."""

    kind: str
    content: dict[str, Any]


class SignedStatement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something said on the speaker's own signature.

    `leaf` is the compact JWS; `salt` (base64) and `body` (the exact text) are what its
    `bodydigest` commits to, absent where the content has no body.
    """

    leaf: str
    salt: bytes = b""
    body: str | None = None


class Say(Struct, frozen=True, kw_only=True):
    """An address that takes one kind of content; its parts in braces are fields of the content."""

    path: str
    kind: str

    @property
    def content(self) -> type[Content]:
        """The type of what is said there."""
        return CONTENT_TYPES[self.kind]


_N: Final = "/v1/notifications/{notification}"
_M: Final = "/v1/measures/{measure}"
_I: Final = "/v1/incidents/{incident}"

SAYS: Final = tuple(
    Say(path=path, kind=kind)
    for path, kind in (
        ("/v1/lines", "line.opened.v1"),
        ("/v1/lines/{line}/state", "line.state_set.v1"),
        ("/v1/lines/{line}/checks", "line.checked.v1"),
        ("/v1/contacts", "contact.logged.v1"),
        ("/v1/messages", "message.sent.v1"),
        ("/v1/receipts", "receipt.given.v1"),
        ("/v1/relays", "relay.forwarded.v1"),
        ("/v1/watches/{cell}/handover", "watch.handed_over.v1"),
        ("/v1/alarms/silenced", "alarm.silenced.v1"),
        ("/v1/notifications", "notification.submitted.v1"),
        (f"{_N}/draft", "notification.drafted.v1"),
        (f"{_N}/amend", "notification.amended.v1"),
        (f"{_N}/return", "notification.returned.v1"),
        (f"{_N}/validate", "notification.validated.v1"),
        (f"{_N}/consent", "notification.consented.v1"),
        (f"{_N}/release", "notification.released.v1"),
        (f"{_N}/object", "notification.objected.v1"),
        (f"{_N}/suspend", "notification.suspended.v1"),
        (f"{_N}/resume", "notification.resumed.v1"),
        (f"{_N}/reverify", "notification.reverified.v1"),
        (f"{_N}/complete", "notification.completed.v1"),
        (f"{_N}/cancel", "notification.cancelled.v1"),
        (f"{_N}/withdraw", "notification.withdrawn.v1"),
        ("/v1/plans", "plan.filed.v1"),
        ("/v1/plans/{plan}/release", "plan.released.v1"),
        ("/v1/plans/{plan}/end-release", "plan.release_ended.v1"),
        ("/v1/plans/{plan}/withdraw", "plan.withdrawn.v1"),
        ("/v1/measures", "measure.proposed.v1"),
        (f"{_M}/establish", "measure.established.v1"),
        (f"{_M}/cosign", "measure.cosigned.v1"),
        (f"{_M}/object", "measure.objected.v1"),
        (f"{_M}/suspend", "measure.suspended.v1"),
        (f"{_M}/resume", "measure.resumed.v1"),
        (f"{_M}/withdraw", "measure.withdrawn.v1"),
        ("/v1/edges", "edge.stated.v1"),
        ("/v1/edges/{edge}/release", "edge.released.v1"),
        ("/v1/claims", "area.claimed.v1"),
        ("/v1/claims/{area}/withdraw", "area.unclaimed.v1"),
        ("/v1/crossings/{measure}", "crossing.stated.v1"),
        ("/v1/cadences/{other}/loosen", "cadence.loosening_agreed.v1"),
        ("/v1/incidents", "incident.opened.v1"),
        (f"{_I}/accounts", "incident.stated.v1"),
        (f"{_I}/seal", "incident.accounts_sealed.v1"),
        (f"{_I}/commitments", "incident.account_committed.v1"),
        (f"{_I}/reveals", "incident.account_revealed.v1"),
        (f"{_I}/agree", "incident.agreed.v1"),
        (f"{_I}/close", "incident.closing.v1"),
        ("/v1/assurances", "assurance.given.v1"),
        ("/v1/assurances/{assurance}/release", "assurance.released.v1"),
        ("/v1/meetings", "meeting.minuted.v1"),
        ("/v1/meetings/{meeting}/cosign", "meeting.cosigned.v1"),
        ("/v1/press", "report.confirmed.v1"),
        ("/v1/questions", "question.asked.v1"),
        ("/v1/keys/{old}/rotate", "key.rotated.v1"),
        ("/v1/keys/{kid}/revoke", "key.revoked.v1"),
        ("/v1/keys/{kid}/cosign-revocation", "key.revocation_cosigned.v1"),
    )
)
"""Every thing a party can say, at an address of its own; all of it can also be said at `/v1/say`,
under its kind."""

_REFUSALS: Final = (403, 404, 409)
Reading = Callable[[bytes, Request], tuple[Envelope, Content]]


def say_endpoints(gate: Gate) -> Iterator[Endpoint]:
    """An endpoint for signed statements, one for anything under a token, and one for each row."""
    by_kind = Endpoint(
        method="POST",
        path="/v1/say",
        summary="Say anything that a party can say, by its kind",
        tag="say",
        answer=_serve(gate, _read_by_kind),
        takes=_saying_of_known_kind(),
        returns=Said,
        status=201,
        refusals=_REFUSALS,
    )
    yield by_kind
    yield replace(
        by_kind,
        path="/v1/statements",
        summary="Say something on one's own signature; with a token, also hear what followed",
        answer=_serve_signed(gate),
        takes=SignedStatement,
        refusals=(*_REFUSALS, 401),
        is_public=True,
    )
    for row in SAYS:
        yield replace(
            by_kind,
            path=row.path,
            summary=(row.content.__doc__ or row.kind).partition("\n")[0],
            answer=_serve(gate, _reader_of(row)),
            takes=form_of(row),
        )


def form_of(row: Say) -> type[Struct]:
    """What is sent to the row's address: the envelope, and the content but for what the path says.

    Made only to be described: what is sent is read as the content itself.
    """
    in_path = PATH_PARAMETER.findall(row.path)
    said = [each for each in structs.fields(row.content) if each.name not in in_path]
    return msgspec.defstruct(
        f"{row.content.__name__}Saying",
        [_field(each) for each in (*structs.fields(Envelope), *said)],
        namespace={"__doc__": row.content.__doc__},
        kw_only=True,
        forbid_unknown_fields=True,
    )


def _field(of: structs.FieldInfo) -> tuple[str, Any] | tuple[str, Any, Any]:
    if of.required:
        return of.name, of.type
    if of.default_factory is msgspec.NODEFAULT:
        return of.name, of.type, of.default
    return of.name, of.type, msgspec.field(default_factory=of.default_factory)


def _saying_of_known_kind() -> type[Struct]:
    """`Saying`, described with the kinds that there are."""
    kinds = tuple(kind for kind, of in sorted(CONTENT_TYPES.items()) if of.WHO is Who.PARTY)
    known: Any = Literal.__getitem__(kinds)
    return msgspec.defstruct(
        "AnySaying",
        [("kind", known), ("content", dict[str, Any])],
        bases=(Envelope,),
        namespace={"__doc__": Saying.__doc__},
        kw_only=True,
        forbid_unknown_fields=True,
    )


def _read_by_kind(raw: bytes, _request: Request) -> tuple[Envelope, Content]:
    saying = read_as(Saying, parse_json(raw), "statement")
    return saying, read_fields(saying.kind, saying.content)


def _reader_of(row: Say) -> Reading:
    """Reads what is sent to the row's address."""

    def read(raw: bytes, request: Request) -> tuple[Envelope, Content]:
        fields = parse_json(raw)
        names = fields.keys() & set(Envelope.__struct_fields__)
        envelope = read_as(Envelope, {name: fields.pop(name) for name in names}, row.kind)
        if not fields.keys().isdisjoint(request.path_params):
            raise Malformed(f"{row.kind}: it names the same thing in path and body. Leave one out.")
        return envelope, read_fields(row.kind, fields | request.path_params)

    return read


def read_fields(kind: str, facts: dict[str, Any]) -> Content:
    """The content of that kind which these fields are.

    Raises:
        Malformed: they are not; the sentence names the field.
    """
    body = facts.pop("body", None)
    try:
        content = read_content(kind, facts, None if body is None else msgspec.json.encode(body))
    except OverflowError as error:
        raise Malformed(f"{kind}: a number in it is beyond any range. Mend it.") from error
    for name, sent in {**facts, "body": body}.items():
        held = msgspec.to_builtins(getattr(content, name, None))
        if sent is not None and (unread := find_unread(sent, held, (name,))) is not None:
            raise Malformed(f"{kind}: {unknown_field(unread, type(content))}")
    return content


def _serve(gate: Gate, read: Reading) -> Answer:
    """Serves what is said under a token: read, decided, durable, and only then answered."""

    async def serve(request: Request) -> Response:
        caller = await run_in_threadpool(gate.caller, request)
        raw = await read_body(request, JSON)
        envelope, content = await run_in_threadpool(read, raw, request)
        check_scope(caller, may(kind_of(content)).roles, kind_of(content))
        author = Author(party=caller.party, position=caller.position, by_human=envelope.by_human)
        statement = Statement(
            id=envelope.id,
            author=author,
            content=content,
            word=caller.word,
            said_at=envelope.said_at,
        )
        receipt = await answer_to(gate.desk.submit(statement))
        return await run_in_threadpool(_answer, gate, receipt, caller.party)

    return serve


def _serve_signed(gate: Gate) -> Answer:
    """Serves what is said on a signature, which needs no token.

    What followed is told to a token alone: whoever holds a copy of another's leaf could send it
    again, and would hear what only its author may.
    """

    async def serve(request: Request) -> Response:
        party = None
        if "authorization" in request.headers:
            party = (await run_in_threadpool(gate.caller, request)).party
        raw = await read_body(request, JSON)
        sent = await run_in_threadpool(_sent, raw)
        receipt = await answer_to(await run_in_threadpool(gate.desk.submit, sent))
        return await run_in_threadpool(_answer, gate, receipt, party)

    return serve


def _sent(raw: bytes) -> Sent:
    signed = read_as(SignedStatement, parse_json(raw), "statement")
    return Sent(
        leaf=signed.leaf.encode(),
        salt=signed.salt,
        body=None if signed.body is None else signed.body.encode(),
    )


def _answer(gate: Gate, receipt: Receipt, reader: str | None) -> Response:
    statement, concluded = what_followed(gate.desk, receipt.index, reader)
    said = Said(
        index=receipt.index,
        id=statement.id,
        proof=receipt.proof.decode(),
        concluded=concluded,
        awaits_human=_who_still_has_to_answer(gate.desk, statement, reader),
    )
    return json_response(said, 201)


def _who_still_has_to_answer(desk: Desk, statement: Entry, reader: str | None) -> str | None:
    """What a machine that acknowledged is told: that it was heard, and that a person was not."""
    content = statement.content
    if not isinstance(content, ReceiptGiven) or reader != statement.author.party:
        return None
    owed = desk.read(lambda state: state.deliveries.get(content.delivery))
    if owed is None or not owed.awaits_human:
        return None
    climbs = "" if owed.rule is Rule.INFORM else "; until then it goes on climbing"
    return (
        f"{owed.id}: a machine has answered, and a person at {owed.recipient} still has to. "
        f"Say the same with by_human true once one has{climbs}."
    )
