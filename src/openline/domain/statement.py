"""Statements (what somebody says) and entries (what the record holds), and how both become JSON.

Every kind of content is a frozen Struct with a versioned kind, kept for ever: meaning changes only
by a new kind. Fields stand in the leaf, in clear, for as long as the record lasts; so they are ids,
enums, numbers, digests and instants only. Whatever could place or name somebody stands in `body`,
which lies beside the log under a salted digest and can be erased: `body` is then None and
everything that reads it must still work.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any, ClassVar, Final, TypeVar

import msgspec
from msgspec import Struct

from openline.domain.errors import Malformed
from openline.domain.misfit import misfit

DESK: Final = "DESK"
"""The party id the desk itself speaks under."""
EVERYONE: Final = "*"
"""Among readers: every party of the desk."""

_ID: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._:/-]{0,94}[A-Za-z0-9])?")


def check_id(what: str, value: str) -> str:
    """The value itself if it can serve as an id.

    Raises:
        Malformed: it is empty, over 96 characters, or holds anything but letters, digits and
            `. _ : / -` between two letters or digits (ids stand in clear in leaves for ever).
    """
    if _ID.fullmatch(value) is None:
        raise Malformed(
            f"{what}: an id is 1 to 96 letters, digits and . _ : / - between letters or digits. "
            "Choose a code that names nobody."
        )
    return value


_FACT: Final = re.compile(r"[A-Za-z0-9._:/|#~=-]{0,200}")
_NUMBERS: Final = (int, float)
_MOST: Final = 2**53
"""Whole numbers up to here are the same in every language that reads JSON."""


def check_plain(content: Content) -> None:
    """Nothing happens if the leaf would hold nothing that places or names somebody, for ever.

    Raises:
        Malformed: a fact is a text and no code; or, anywhere, a number is not finite or too large
            to be read alike by all, or a time has no offset.
    """
    for name in content.__struct_fields__:
        fault = _find_fault(getattr(content, name), may_be_text=name == "body")
        if fault is not None:
            raise Malformed(f"{kind_of(content)}: {name} {fault}")


def _find_fault(whole: object, *, may_be_text: bool) -> str | None:
    """What is wrong with anything in it, however deep, or None; enums are words of ours."""
    waiting = [whole]
    while waiting:
        value = waiting.pop()
        if value is None:
            continue
        if isinstance(value, str):
            if not (may_be_text or isinstance(value, Enum) or _FACT.fullmatch(value)):
                return "is no code. Write texts in the body, codes here."
        elif isinstance(value, _NUMBERS):
            if not -_MOST < value < _MOST:
                return "holds no number that can be read. Mend it."
        elif isinstance(value, tuple):
            waiting += value
        elif isinstance(value, datetime):
            if value.tzinfo is None:
                return "has a time without an offset. Write it in UTC with a Z."
        elif isinstance(value, Struct):
            waiting += [getattr(value, name) for name in value.__struct_fields__]
        elif isinstance(value, dict):
            waiting += itertools.chain.from_iterable(value.items())
    return None


class Who(StrEnum):
    """Who may be the author of a kind of content at all; `authority` says more."""

    PARTY = "party"
    OPERATOR = "operator"
    DESK = "desk"


class Content(
    Struct,
    frozen=True,
    gc=False,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """What is said or concluded. Subclasses register by `said`, `operated` or `concluded`.

    A subclass that has something to hide declares `body: SomeStruct | None = None`.
    """

    KIND: ClassVar[str] = ""
    WHO: ClassVar[Who] = Who.DESK


CONTENT_TYPES: dict[str, type[Content]] = {}
"""Every kind this release can read, by versioned name such as `line.opened.v1`."""

C = TypeVar("C", bound=type[Content])


def _registered(kind: str, who: Who) -> Callable[[C], C]:
    def register(cls: C) -> C:
        if kind in CONTENT_TYPES:
            raise ValueError(f"{kind} is registered twice")
        cls.KIND, cls.WHO = kind, who
        CONTENT_TYPES[kind] = cls
        return cls

    return register


def said(kind: str) -> Callable[[C], C]:
    """Registers a kind of content that a party says."""
    return _registered(kind, Who.PARTY)


def operated(kind: str) -> Callable[[C], C]:
    """Registers a kind of content that only the desk's operator says; every party sees it."""
    return _registered(kind, Who.OPERATOR)


def concluded(kind: str) -> Callable[[C], C]:
    """Registers a kind of content that only the desk itself concludes."""
    return _registered(kind, Who.DESK)


class Author(Struct, frozen=True, gc=False, kw_only=True):
    """Who speaks: a position (such as `EAST-TAC.duty`) of a party, and whether a human gave it."""

    party: str
    position: str = ""
    by_human: bool = False


THE_DESK: Final = Author(party=DESK)


class Signed(Struct, frozen=True, gc=False, kw_only=True, tag_field="word", tag="signed"):
    """On the word of the author's own key: the exact leaf that was signed, and the body's salt.

    `seq` counts that key's statements from 0; `prevhash` and `leafhash` are the SHA-256, in hex,
    of its leaf before and of this one. The signature has been verified against the key's bytes.
    """

    kid: str
    seq: int
    prevhash: str
    leafhash: str
    leaf: str
    salt: bytes = b""


class Attested(Struct, frozen=True, gc=False, kw_only=True, tag_field="word", tag="attested"):
    """On the desk's word, for a caller who proved who they are with a token."""

    issuer: str
    token_id: str


Word = Signed | Attested


class Statement(Struct, frozen=True, gc=False, kw_only=True):
    """Something said to the desk and not yet decided upon. `id` is the author's own, used once.

    `word` is None only for what the desk itself observed (a bearer's attempt, tracks that meet).
    """

    id: str
    author: Author
    content: Content
    word: Word | None = None
    said_at: datetime | None = None


class Entry(Struct, frozen=True, gc=False, kw_only=True):
    """One line of the record, as the desk reads it.

    `word` is None for what the desk itself concluded. `readers` are the parties with a right to
    the leaf and body, fixed when it was decided; `refs` are the entries it rests on.
    """

    index: int
    recorded_at: datetime
    id: str
    author: Author
    content: Content
    readers: tuple[str, ...]
    said_at: datetime | None = None
    refs: tuple[int, ...] = ()
    word: Word | None = None


class Tick(Struct, frozen=True, kw_only=True):
    """The clock moved; what is due is concluded from silence."""


def kind_of(content: Content) -> str:
    """The versioned kind, such as `line.opened.v1`."""
    return type(content).KIND


def facts_of(content: Content) -> dict[str, Any]:
    """All of the content but its body, as JSON values: what stands in the leaf for ever."""
    facts: dict[str, Any] = msgspec.to_builtins(content)
    facts.pop("body", None)
    return facts


def body_of(content: Content) -> bytes | None:
    """The JSON bytes of the content's body, keys sorted; None if it has none."""
    body = getattr(content, "body", None)
    return None if body is None else msgspec.json.encode(body, order="sorted")


def read_content(kind: str, facts: dict[str, Any], body: bytes | None) -> Content:
    """The content of a kind from its facts and, unless erased or absent, its body.

    Raises:
        Malformed: an unknown kind, or facts or a body that are not of that kind. The sentence
            names the field and never its value.
    """
    cls = CONTENT_TYPES.get(kind)
    if cls is None:
        raise Malformed(
            f"{kind}: this release knows no such kind. Read it with the release that wrote it."
        )
    if "body" in facts:
        raise Malformed(f"{kind}: the body stands in the leaf. Send it beside the leaf.")
    try:
        whole = dict(facts) if body is None else {**facts, "body": msgspec.json.decode(body)}
        return msgspec.convert(whole, cls)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise Malformed(f"{kind}: {misfit(error, cls)}") from error
