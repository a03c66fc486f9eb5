"""Anything that can be said to a desk, valid or not: drawn from the types of all its families.

A field is filled by its name where its name says what it holds (a party, a line, a delivery), else
by its type; what is drawn this way is about as often right as wrong. Free text, positions and
plates are marked, so that they can be told wherever they turn up.
"""

from __future__ import annotations

import math
import types
from datetime import UTC, datetime, timedelta
from enum import Enum
from random import Random
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import fields, replace

from desk_harness import Desk
from ground_harness import SPOT
from openline.desk.comparing.ground import latest_version
from openline.desk.decide.reading import find_reads
from openline.desk.owing.awaited import open_for
from openline.domain.authority import may
from openline.domain.conflict import ConflictKind
from openline.domain.constraint import ConstraintPut
from openline.domain.delivery import Delivery
from openline.domain.intent import IntentPut
from openline.domain.notification import Notification
from openline.domain.observed import (
    Change,
    ObservedBody,
    Sighting,
    SightingWhere,
    TracksObserved,
)
from openline.domain.party import KeyEnrolled, KeyRevoked, PublicKey
from openline.domain.reading import SitesRead
from openline.domain.statement import (
    CONTENT_TYPES,
    DESK,
    Attested,
    Author,
    Content,
    Signed,
    Statement,
    Who,
    Word,
)
from openline.domain.subscription import SubscriptionPut
from openline.domain.supplier import SUPPLIERS, supplier_position
from supplier_harness import disc, ovn, square, uuid

S = TypeVar("S", bound=Struct)
Filed = TypeVar("Filed", IntentPut, ConstraintPut, SubscriptionPut)
SECRET = "a text, of Dr. Ünal +963 (21)"
"""Whatever is free text: no id has a space, a comma or a letter beyond ASCII in it."""
NOBODY = "NOBODY"
PARTIES = ("EAST", "WEST", "EASTB", "WESTB", "HUM", "AID", "DRONES", "WATCHER", "USS.uss1")

NAMED_PARTIES = {
    *("party", "parties", "to", "recipients", "recipient", "put_to", "on_behalf_of", "other"),
    *("for_parties", "backers", "asker", "parties_a", "parties_b", "homes"),
}
POOLS: dict[str, tuple[str, ...]] = {
    "plan": ("P-A", "P-B", "N-001", "M-1"),
    "notification": ("N-001", "N-002", "N-007"),
    "measure": ("SEP-1", "NFA-1", "BUF-1"),
    "of": ("SEP-1", "NFA-1"),
    "site": ("N-001", "HOSP-1"),
    "message": ("M-1", "M-2", "M-3", "N-001"),
    "in_reply_to": ("M-1", "M-2"),
    "subject": ("M-1", "N-001", SECRET),
    "incident": ("I-1", "I-2"),
    "follows": ("I-1", "I-2"),
    "account": ("S-1", "S-2", "S-3"),
    "assurance": ("A-1", "A-2"),
    "about": ("S-1", "S-2", "SEP-1", "AREA-1"),
    "meeting": ("MT-1", "MT-2"),
    "line": ("L-1", "L-2", "L-4", "L-5", "L-6", "L-9"),
    "hub": ("HUM", "EAST"),
    "cell": ("EAST-TAC", "WEST-TAC", "HUM-TAC", "EAST-OPS", "EAST-NEW"),
    "area": ("AREA-1", "AREA-2"),
    "edge": ("EDGE-1", "EDGE-2"),
    "question": ("Q-1", "Q-2"),
    "off": ("O-1", "O-2"),
    "on": ("O-1", "O-2"),
    "id": ("EAST-TAC.commander", "EAST-NEW.duty"),
    "phrase": ("CHECK_FIRE", "READBACK"),
    "track": ("T-1", "T-2"),
    "tracks": ("T-1", "T-2"),
    "stale": ("T-1", "T-2"),
    "heard": ("T-1", "T-2"),
    "sighting": ("T-1~T-2", "P-A~T-1"),
    "a": ("P-A", "T-1"),
    "b": ("P-B", "T-2"),
    "position": ("EAST-TAC.commander", "EAST-TAC.admin", "WEST-TAC.commander"),
    "kid": ("key-1", "key-2", "key-3"),
    "x": ("A" * 43, "B" * 43),
    "bearer": ("first", "second", ""),
    "sites": ("N-001",),
    "degraded_lines": ("L-1",),
    "origin": ("desk.example",),
    "root": ("0" * 64,),
    "batch": ("0" * 64,),
    "intent": (uuid("a"), uuid("b"), uuid("c"), "no-uuid"),
    "ovn": (ovn("a-1"), ovn("b-1"), ovn("c-1"), ovn("a-2"), "short"),
    "replaces": ("", ovn("a-1"), ovn("b-1")),
    "key": (ovn("a-1"), ovn("b-1"), ovn("c-1"), ovn("a-2")),
    "subscription": (uuid("s"), uuid("t"), ""),
    "new_subscription": (uuid("u"), uuid("v"), ""),
    "constraint": (uuid("x"), uuid("y")),
    "supplier": ("USS.uss1", "USS.uss2"),
    "audiences": ("desk.example",),
    "keys": ("0" * 64,),
    "report": (uuid("r"),),
    "restored_root": ("0" * 64,),
    "last_known_root": ("0" * 64,),
}


def draw_statement(chance: Random, desk: Desk, number: int) -> Statement:
    """Something said: of any family, by anybody, about as often right as wrong."""
    kind = CONTENT_TYPES[chance.choice(sorted(CONTENT_TYPES))]
    author, word = _speaker(chance, desk, kind, number)
    content = _likely(chance, desk, author.party, draw_content(chance, desk, kind))
    if isinstance(content, TracksObserved):
        content = _observed(chance, desk)
    said_at = chance.choice((None, None, desk.now, desk.now - timedelta(hours=1)))
    if chance.randint(0, 40) == 0:
        said_at = datetime(2017, 9, 16)  # noqa: DTZ001 without an offset: the same hour is another elsewhere
    return Statement(
        id=f"x-{number}" if chance.randint(0, 40) else SECRET,
        author=author,
        content=content,
        word=word,
        said_at=said_at,
    )


def draw_content(chance: Random, desk: Desk, kind: type[Content]) -> Content:
    """A content of one kind, every field drawn."""
    return _struct(chance, desk, kind)


def _speaker(
    chance: Random, desk: Desk, kind: type[Content], number: int
) -> tuple[Author, Word | None]:
    attested = Attested(issuer="tests", token_id=f"t-{number}")
    astray = chance.randint(0, 15) == 0
    if kind.WHO is Who.DESK and not astray:
        return Author(party=DESK), None
    if kind.WHO is Who.OPERATOR and not astray:
        return Author(party=DESK, position="operator"), attested
    kinds = may(kind.KIND).parties if kind.WHO is Who.PARTY else frozenset()
    allowed = sorted(each.id for each in desk.state.parties.values() if each.kind in kinds)
    party = chance.choice((*PARTIES, NOBODY) if astray or not allowed else allowed)
    post = "reader" if astray else chance.choice(("commander", "commander", "admin"))
    position = supplier_position(party) if party.startswith(SUPPLIERS) else f"{party}-TAC.{post}"
    author = Author(party=party, position=position, by_human=chance.random() < 0.5)
    keys = [each for each in desk.state.keys.values() if each.position == author.position]
    if keys and chance.random() < 0.5:
        key = chance.choice(keys)
        seq = key.next_seq + (chance.randint(0, 9) == 0)
        leafhash = f"{number:064d}"
        return author, Signed(
            kid=key.kid, seq=seq, prevhash=key.head, leafhash=leafhash, leaf="signed"
        )
    return author, attested


def _struct(chance: Random, desk: Desk, kind: type[S]) -> S:
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for each in fields(kind):
        if each.name == "body" and chance.randint(0, 12):
            body = next(of for of in get_args(hints["body"]) if of is not types.NoneType)
            values["body"] = _value(chance, desk, "body", body)
        elif each.required or chance.randint(0, 2):
            values[each.name] = _value(chance, desk, each.name, hints[each.name])
    return kind(**values)


def _value(chance: Random, desk: Desk, name: str, hint: Any) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _value(chance, desk, name, chance.choice(args))
    if hint is types.NoneType:
        return None
    if origin is tuple:
        return _tuple(chance, desk, name, args)
    if origin is dict:
        length = chance.randint(0, 2)
        pairs = (
            (_value(chance, desk, name, args[0]), _value(chance, desk, "", args[1]))
            for _ in range(length)
        )
        return dict(pairs)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return chance.choice(list(hint))
    if isinstance(hint, type) and issubclass(hint, Struct):
        return _struct(chance, desk, hint)
    return _plain(chance, desk, name, hint)


def _tuple(chance: Random, desk: Desk, name: str, args: tuple[Any, ...]) -> tuple[Any, ...]:
    if args == (float, float):
        return SPOT[0] + _near(chance), SPOT[1] + _near(chance)
    if name == "rings":
        ring = tuple(_tuple(chance, desk, "vertex", (float, float)) for _ in range(3))
        return ((ring,),)
    if args[-1] is not Ellipsis:
        return tuple(_value(chance, desk, name, each) for each in args)
    length = chance.randint(0, 3)
    return tuple(_value(chance, desk, name, args[0]) for _ in range(length))


def _near(chance: Random) -> float:
    return chance.choice((0.0, 0.001, -0.002, 0.01, 0.1, -0.1))


def _plain(chance: Random, desk: Desk, name: str, hint: Any) -> Any:
    if hint is bool:
        return chance.random() < 0.5
    if hint is str:
        return _text(chance, desk, name)
    if hint is int:
        if name.endswith("every_s"):  # rounds of a second would make a life of days too long
            return chance.choice((3_600, 43_200, 0, -1))
        return chance.choice((0, 1, 1, 1, 2, 3, 60, 3_600, -1, 2**70))
    if hint is datetime:
        hours = chance.choice((-30.0, -1.0, 0.0, 0.5, 1.0, 3.0, 12.0, 60.0))
        at = desk.now + timedelta(hours=hours)
        return at.replace(tzinfo=None) if chance.randint(0, 60) == 0 else at.astimezone(UTC)
    if hint is bytes:
        return b""
    assert hint is float, f"{name}: {hint} is drawn by nothing yet"
    return _number(chance, name)


def _number(chance: Random, name: str) -> float:
    if name == "lat_deg":
        return SPOT[1] + _near(chance) if chance.randint(0, 20) else 91.0
    if name == "lon_deg":
        return SPOT[0] + _near(chance) if chance.randint(0, 20) else math.nan
    return chance.choice((0.0, 0.0, 1.0, 100.0, 2_000.0, -1.0, math.nan, math.inf))


def _text(chance: Random, desk: Desk, name: str) -> str:
    if name == "delivery" or name in ("flashes", "overdue"):
        return chance.choice(sorted(desk.state.deliveries) or ["D-1"])
    if name == "notice":
        notices = sorted(each.id for held in desk.state.notices.values() for each in held)
        return chance.choice(notices or ["D-1"])
    if chance.randint(0, 60) == 0:
        return SECRET
    if name in NAMED_PARTIES:
        return chance.choice((*PARTIES, *PARTIES, NOBODY))
    return chance.choice(POOLS[name]) if name in POOLS else SECRET


def _likely(chance: Random, desk: Desk, party: str, content: Content) -> Content:
    """Mostly the version, entry and read-back that the desk waits for; the rest as drawn."""
    if chance.randint(0, 5) == 0:
        return content
    if isinstance(content, KeyEnrolled):
        return replace(content, key=PublicKey(kid=content.key.kid, x="A" * 43))
    if isinstance(content, IntentPut | ConstraintPut | SubscriptionPut):
        return _filed(chance, desk, content)
    if isinstance(content, SitesRead):
        every = list(desk.state.notifications)
        return find_reads(desk.state, "EAST", "EAST-TAC.duty", every, desk.now) or content
    if isinstance(content, KeyRevoked):
        kids = [each.kid for each in desk.state.keys.values() if each.party == party]
        return replace(content, kid=chance.choice(kids)) if kids else content
    known = {each.name for each in fields(content)}
    changed: dict[str, Any] = {}
    for name, value in _expected(chance, desk, party, content).items():
        if name in known:
            changed[name] = value
    return replace(content, **changed)


def _filed(chance: Random, desk: Desk, content: Filed) -> Filed:
    """Where and when suppliers file, mostly; its OVN new, and showing what it changes."""
    hours = chance.choice(((0.0, 1.0), (0.5, 3.0), (-2.0, 12.0)))
    volume = square(desk, east_m=chance.choice((0.0, 50.0, 400.0)), hours=hours)
    starts_at, ends_at = volume.times.starts_at, volume.times.ends_at
    if isinstance(content, SubscriptionPut):
        held = desk.state.subscriptions.get(content.subscription)
        wide = disc(desk, chance.choice((20.0, 900.0)), hours=hours)
        body = replace(content.body, volume=wide) if content.body else None
        replaces = held.version if held else ""
        return replace(content, starts_at=starts_at, ends_at=ends_at, replaces=replaces, body=body)
    filed = desk.state.intents if isinstance(content, IntentPut) else desk.state.constraints
    before = filed.get(content.intent if isinstance(content, IntentPut) else content.constraint)
    volumes = (volume,) if chance.randint(0, 3) else (volume, disc(desk, 5.0, hours=hours))
    return replace(
        content,
        ovn=f"{chance.randint(0, 10**9):016d}",
        starts_at=starts_at,
        ends_at=ends_at,
        replaces=before.ovn if before else "",
        body=replace(content.body, volumes=volumes) if content.body else None,
    )


def _observed(chance: Random, desk: Desk) -> TracksObserved:
    """What the track engine says is never wrong in form: it is the desk's own."""
    standing = sorted(desk.state.sightings)
    sighting = Sighting(
        sighting=chance.choice((*standing, "T-1~T-2", "T-1~T-3")),
        change=chance.choice(list(Change)),
        kind=ConflictKind.TRACK_TRACK,
        a="T-1",
        b="T-2",
        parties_a=("EAST",),
        parties_b=("WEST",),
        starts_at=desk.now,
        tracks=("T-1", "T-2"),
    )
    names = tuple(chance.sample(("T-1", "T-2", "T-3"), chance.randint(0, 3)))
    stale = chance.random() < 0.5
    where = SightingWhere(
        sighting=sighting.sighting, least_distance_m=10.0, least_height_gap_m=0.0, at=SPOT
    )
    return TracksObserved(
        sightings=(sighting,),
        stale=names if stale else (),
        heard=() if stale else names,
        body=ObservedBody(where=(where,)),
    )


def _expected(chance: Random, desk: Desk, party: str, content: Content) -> dict[str, Any]:
    state = desk.state
    said: Any = content
    verb = type(content).KIND.split(".")[1]
    expected: dict[str, Any] = {}
    if hasattr(said, "ovn") and hasattr(said, "intent"):
        taken = state.intents.get(said.intent)
        expected["ovn"] = taken.ovn if taken else said.ovn
    if hasattr(said, "plan"):
        held = state.plans.get(said.plan)
        expected["version"] = held.version + 1 if held else 1
    if hasattr(said, "measure") and hasattr(said, "version"):
        latest = latest_version(state, said.measure)
        expected["version"] = latest + 1 if verb in ("proposed", "established") else latest
        version = state.measures.get(f"{said.measure}/v{latest}")
        expected["proposal"] = version.entry if version else 0
    if hasattr(said, "notification"):
        expected |= _expected_of_notice(state.notifications.get(said.notification), verb)
    if hasattr(said, "delivery") and isinstance(said.delivery, str):
        own = [each for each in state.deliveries.values() if each.recipient == party]
        if own:
            expected |= _expected_of_delivery(chance.choice(own), desk)
    if hasattr(said, "read_back"):
        expected["read_back"] = open_for(state, party)
        watch = state.watches.get(said.cell)
        expected["off"] = watch.officer if watch else said.off
    return expected


def _expected_of_notice(held: Notification | None, verb: str) -> dict[str, Any]:
    if held is None:
        return {"version": 1}
    expected: dict[str, Any] = {"version": held.version + (verb == "amended")}
    if verb == "amended":
        expected["kind"] = held.kind
    if held.consent is not None:
        expected |= {"consent": held.consent.entry, "releases": held.consent.releases}
    return expected


def _expected_of_delivery(owed: Delivery, desk: Desk) -> dict[str, Any]:
    message = desk.state.messages.get(owed.subject)
    expected: dict[str, Any] = {"delivery": owed.id}
    if message is not None:
        expected |= {"message": message.id, "of": message.leafhash, "to": message.recipients[0]}
    return expected
