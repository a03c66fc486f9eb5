"""A case said to a real desk, step by step, under a clock that the replay sets.

It reads the inputs and nothing of what is expected. The same case gives the same record, byte for
byte: keys and salts are derived from the case, and are published with it; `serve` refuses them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from hashlib import sha256
from importlib.resources.abc import Traversable
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct, convert
from msgspec.structs import replace

from openline.cases.case import Case, Input, Step
from openline.desk.authority import OPERATOR
from openline.desk.comparing.ground import volumes_of
from openline.desk.state import State
from openline.domain.check_phrase import check_phrase
from openline.domain.delivery import BearerOutcome, DeliveryOwed, NoticeAttempted, NoticeOwed
from openline.domain.errors import Malformed, Refused
from openline.domain.party import Key
from openline.domain.statement import (
    DESK,
    THE_DESK,
    Attested,
    Author,
    Content,
    Entry,
    Statement,
    read_content,
)
from openline.domain.track import Fix
from openline.record.keys import key_facts
from openline.record.leaf import NO_LEAF_BEFORE, leaf_digest
from openline.sealing import Sent, sign_statement
from openline.service import Receipt, Service, SimulatedClock
from openline.track_engine import TrackEngine

_SEED: Final = b"openline built-in case, published key: "


def published_key(name: str) -> Ed25519PrivateKey:
    """The key that a case gives to a position or its desk: no secret, never for real use."""
    return Ed25519PrivateKey.from_private_bytes(sha256(_SEED + name.encode()).digest())


def is_published(kid: str, names: Sequence[str]) -> bool:
    """Whether a key is one that a case publishes for any of these positions or desks."""
    return any(key_facts(published_key(name).public_key())["kid"] == kid for name in names)


def published_keys(service: Service) -> list[Key]:
    """The keys in force at a desk whose private half its case publishes for their position."""
    enrolled = service.read(lambda state: list(state.keys.values()))
    return [
        key for key in enrolled if key.revoked_at is None and is_published(key.kid, [key.position])
    ]


class CountedEntropy:
    """Salts that nobody needs to guess, since they are published: the same at every replay."""

    def __init__(self, name: str) -> None:
        self._name, self._count = name, 0

    def __call__(self, length: int) -> bytes:
        self._count += 1
        return sha256(f"{self._name}:{self._count}".encode()).digest()[:length]


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of one step: the entries it led to, or the slug and sentence of its refusal.

    `index` is where the statement itself stands. `entries` are all that followed, in order.
    """

    input: Input
    entries: tuple[Entry, ...] = ()
    index: int | None = None
    refused: str | None = None
    sentence: str | None = None


class Position(Struct):
    """A position that speaks, and where its chain of statements has come to."""

    party: str
    id: str
    seq: int = 0
    prevhash: str = NO_LEAF_BEFORE


class Replay:
    """Says a case to a desk. `run` yields what became of each step, and of silence between them."""

    def __init__(self, case: Case, service: Service, clock: SimulatedClock) -> None:
        self._case, self._service, self._clock = case, service, clock
        self._heard: list[Entry] = []
        self._positions: dict[str, Position] = {}
        self._sent: dict[str, Sent | Statement] = {}
        self._index: dict[str, int] = {}
        self._leaf: dict[str, str] = {}
        self._uncarried: list[str] = []
        self._tracks = TrackEngine(keep=lambda _batch: None)
        self._hear_no_more = service.subscribe(self._hear)

    def run(self) -> Iterator[Outcome]:
        """Every step in order of time; what falls due before it is concluded when it falls due."""
        for each in self._case.inputs:
            self._pass_time(each.step.at)
            for one in self._answers(each) if each.step.answers else (each,):
                yield self._report(one) if one.step.fixes else self._say(one)
                self._carry()
        self._pass_time(self._case.story.ends_at)
        yield Outcome(
            input=Input(
                step=Step(at=self._case.story.ends_at), event=None, fault=None, file="the end"
            ),
            entries=self._taken(),
        )

    def run_on(self) -> None:
        """The story is told: time passes by itself from here, and its bearer goes on delivering."""
        self._hear_no_more()
        self._service.subscribe(self._carry_on)
        self._clock.run_on()
        self._service.tick().result()

    def index_of(self, step: str) -> int:
        """Where the statement of a step stands in the record.

        Raises:
            Malformed: no such step, or it was refused.
        """
        if step not in self._index:
            raise Malformed(f"step {step}: nothing of it stands in the record. Mend the case.")
        return self._index[step]

    def _pass_time(self, until: datetime) -> None:
        while (due_at := self._service.next_due()) is not None and due_at < until:
            self._clock.set(max(due_at, self._clock.wall()))
            self._service.tick().result()
            self._carry()
        self._clock.set(until)

    def _carry(self) -> None:
        """The story's one bearer delivers every notice at once to a machine; no human is reached.

        A machine that takes a notice is not yet anybody who has heard it.
        """
        while self._uncarried:
            self._deliver(self._uncarried.pop(0)).result()

    def _carry_on(self, entries: Sequence[Entry]) -> None:
        """The same while the desk is served: an observer waits for no answer."""
        for notice in _notices_in(entries):
            self._deliver(notice)

    def _deliver(self, notice: str) -> Future[Receipt]:
        attempt = NoticeAttempted(
            notice=notice, attempt=1, outcome=BearerOutcome.DELIVERED, bearer="story"
        )
        return self._service.submit(Statement(id="carried", author=THE_DESK, content=attempt))

    def _hear(self, entries: Sequence[Entry]) -> None:
        self._heard.extend(entries)
        self._uncarried.extend(_notices_in(entries))

    def _say(self, each: Input) -> Outcome:
        step = each.step
        try:
            said = self._said(step)
            receipt = self._service.submit(said).result()
        except Refused as refused:
            return Outcome(
                input=each,
                entries=self._taken(),
                refused=refused.slug,
                sentence=refused.sentence,
            )
        self._index[step.id] = receipt.index
        if isinstance(said, Sent) and step.replays is None:
            speaker = self._position(step)
            speaker.seq, speaker.prevhash = speaker.seq + 1, leaf_digest(said.leaf)
            self._leaf[step.id] = speaker.prevhash
        return Outcome(input=each, entries=self._taken(), index=receipt.index)

    def _report(self, each: Input) -> Outcome:
        """A batch of fixes goes to the track engine; what it observes, the desk decides upon."""
        step, now = each.step, self._clock.wall()
        party = self._position(step).party
        fixes = [convert({"party": party, **fix}, Fix) for fix in step.fixes]
        data = msgspec.json.encode(fixes)
        self._service.read(lambda state: self._tracks.receive(party, data, fixes, state, now))
        observed = self._service.read(lambda state: self._tracks.look(state, now))
        for content in (observed, self._tracks.root(now)):
            if content is not None:
                seen = Statement(id=f"tracks-{step.id}", author=THE_DESK, content=content)
                self._service.submit(seen).result()
        return Outcome(input=each, entries=self._taken())

    def _answers(self, each: Input) -> list[Input]:
        """A step that answers, as one step for each thing that its party is owed."""
        step = each.step
        party = self._position(step).party
        owed = self._service.read(
            lambda state: sorted(
                owed.id
                for owed in state.deliveries.values()
                if owed.recipient == party
                and owed.ended_at is None
                and (owed.subject in step.only or not (step.only or owed.answered_by_human))
                and owed.subject not in step.leaving
            )
        )
        return [
            replace(
                each,
                step=replace(
                    step,
                    id=f"{step.id}-{number}",
                    say="receipt.given.v1",
                    content={"delivery": delivery, "rung": step.answers},
                ),
            )
            for number, delivery in enumerate(owed)
        ]

    def _taken(self) -> tuple[Entry, ...]:
        taken = tuple(self._heard)
        self._heard.clear()
        return taken

    def _said(self, step: Step) -> Sent | Statement:
        if step.replays is not None:
            return self._sent[step.replays]
        content = self._content(step)
        author = self._author(step)
        said_at = step.at + timedelta(seconds=step.clock_off_s)
        word = Attested(issuer=f"case:{self._case.name}", token_id=step.id)
        statement = Statement(
            id=step.under_id_of or step.id,
            author=author,
            content=content,
            said_at=said_at,
            word=word,
        )
        if author.party == DESK or step.attested:
            self._sent[step.id] = statement
            return statement
        sent = self._sign(step, statement)
        self._sent[step.id] = sent
        return sent

    def _sign(self, step: Step, statement: Statement) -> Sent:
        speaker = self._position(step)
        return sign_statement(
            published_key(step.signed_with or speaker.id),
            self._service.origin,
            statement,
            seq=speaker.seq,
            prevhash=speaker.prevhash,
            salt=sha256(f"salt of {step.id}".encode()).digest(),
        )

    def _author(self, step: Step) -> Author:
        if step.by == OPERATOR:
            return Author(party=DESK, position=OPERATOR, by_human=True)
        speaker = self._position(step)
        return Author(party=speaker.party, position=speaker.id, by_human=step.by_human)

    def _position(self, step: Step) -> Position:
        if step.by not in self._positions:
            party = step.party or step.by.partition("-")[0]
            self._positions[step.by] = Position(party=party, id=step.by)
        return self._positions[step.by]

    def _content(self, step: Step) -> Content:
        """The step's content, its pointers (`$…`) replaced by what they point to.

        Raises:
            Malformed: a kind or a field that there is not, or a pointer to nothing.
        """
        if step.say is None:
            raise Malformed(f"step {step.id}: it says nothing. Name a kind of content.")
        facts = self._resolve(step.content, step)
        body = facts.pop("body", None)
        encoded = None if body is None else msgspec.json.encode(body)
        return read_content(step.say, facts, encoded)

    def _resolve(self, value: Any, step: Step) -> Any:
        if isinstance(value, dict):
            return {key: self._resolve(each, step) for key, each in value.items()}
        if isinstance(value, list):
            return [self._resolve(each, step) for each in value]
        if value == "$id":
            return step.id
        if isinstance(value, str) and value.startswith("$"):
            what, _, name = value[1:].partition(":")
            return self._point(what, name)
        return value

    def _point(self, what: str, name: str) -> Any:
        """What a pointer in an input stands for.

        `$key:P` the published key of a position or desk; `$path:F` the vertices of the first line
        in a GeoJSON file; `$places:F` the places of a gazetteer; `$leaf:S`, `$entry:S` the digest
        and the index of what step S said; `$phrase:M/vN` the check phrase of a measure.
        """
        match what:
            case "key":
                return key_facts(published_key(name).public_key())
            case "path":
                return read_path(self._case.folder / "data" / name)
            case "places":
                return read_places(self._case.folder / "data" / name)
            case "leaf":
                return self._leaf[name]
            case "entry":
                return self.index_of(name)
            case "phrase":
                return self._service.read(lambda state: _phrase_of(state, name))
            case _:
                raise Malformed(f"${what}:{name}: no such pointer. Mend the case.")


def _phrase_of(state: State, version: str) -> str:
    return check_phrase(volumes_of(state, state.measures[version]))


def read_path(file: Traversable) -> list[list[float]]:
    """The vertices, [lon, lat] in degrees, of the first line in a GeoJSON file."""
    collection = json.loads(file.read_text(encoding="utf-8"))
    path: list[list[float]] = collection["features"][0]["geometry"]["coordinates"]
    return path


def read_places(file: Traversable) -> list[dict[str, Any]]:
    """A gazetteer in CSV as the places that `gazetteer.stated` takes."""
    rows = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline=""))
    return [
        {
            "name": row["name"],
            "position": {
                "lat_deg": float(row["lat"]),
                "lon_deg": float(row["lon"]),
                "accuracy_m": float(row["accuracy_m"]),
            },
            "bank": row["bank"].partition("/")[0],
        }
        for row in rows
    ]


def _notices_in(entries: Sequence[Entry]) -> Iterator[str]:
    """The ids of the notices that these entries owe to somebody."""
    for entry in entries:
        if isinstance(entry.content, DeliveryOwed):
            yield entry.content.delivery.id
        elif isinstance(entry.content, NoticeOwed):
            yield entry.content.notice
