"""Whose cosignatures make a checkpoint believed (C2SP tlog-policy): text in, a judgement out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from openline.record.errors import NotAKey, NotAPolicy
from openline.record.note import COSIGNATURE_V1, ED25519, NoteKey, parse_vkey, render_vkey

POLICY_BYTES_MAX: Final = 1 << 16
NONE: Final = "none"
"""The quorum that asks for no cosignature at all."""
_MOST: Final = 32
_THRESHOLD: Final = re.compile(r"all|any|[1-9][0-9]{0,3}")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class PolicyWitness(Struct, frozen=True, kw_only=True):
    """A witness by the name that the policy gives it; `url` is where it takes checkpoints."""

    name: str
    key: NoteKey
    url: str | None = None


class PolicyGroup(Struct, frozen=True, kw_only=True):
    """Some witnesses or groups; it has witnessed what at least `needs` of its members have."""

    name: str
    needs: int
    of: tuple[str, ...]


class Policy(Struct, frozen=True, kw_only=True):
    """Which logs and witnesses are known, and which of them together are enough."""

    quorum: str
    logs: tuple[NoteKey, ...] = ()
    witnesses: tuple[PolicyWitness, ...] = ()
    groups: tuple[PolicyGroup, ...] = ()

    def is_met_by(self, cosigners: Iterable[NoteKey]) -> bool:
        """Whether cosignatures of these keys are enough."""
        seen = set(cosigners)
        met = {NONE: True}
        met |= {witness.name: witness.key in seen for witness in self.witnesses}
        for group in self.groups:
            met[group.name] = sum(met[name] for name in group.of) >= group.needs
        return met[self.quorum]


def parse_policy(text: bytes) -> Policy:
    """The policy that a text is.

    Raises:
        NotAPolicy: it is not one; the sentence names the row.
    """
    if len(text) > POLICY_BYTES_MAX:
        raise NotAPolicy(f"A policy has at most {POLICY_BYTES_MAX} bytes, this has {len(text)}.")
    # SPEC tlog-policy: octets beyond ASCII are opaque; latin-1 keeps each of them as it is.
    whole = text.decode("latin-1")
    if _CONTROL.search(whole):
        raise NotAPolicy("A policy holds no control characters but tabs and ends of rows.")
    reading = _Reading()
    for number, row in enumerate(whole.split("\n"), start=1):
        words = [word for word in re.split(r"[ \t]+", row) if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            reading.take(words)
        except (NotAPolicy, NotAKey) as fault:
            raise NotAPolicy(f"Row {number} of the policy: {fault.sentence}") from fault
    return reading.policy()


class _Reading:
    """A policy in the making: rows in order, since a row may only name what stands above it."""

    def __init__(self) -> None:
        self._logs: list[NoteKey] = []
        self._witnesses: list[PolicyWitness] = []
        self._groups: list[PolicyGroup] = []
        self._free: dict[str, bool] = {}
        self._quorum: str | None = None

    def take(self, words: list[str]) -> None:
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                self._logs.append(_key(vkey, ED25519, self._logs))
            case ["witness", name, vkey, *url] if len(url) < 2:
                held = [witness.key for witness in self._witnesses]
                key = _key(vkey, COSIGNATURE_V1, held)
                self._name(name)
                self._witnesses.append(
                    PolicyWitness(name=name, key=key, url=url[0] if url else None)
                )
            case ["group", name, needs, *of] if of and _THRESHOLD.fullmatch(needs):
                self._take_group(name, needs, of)
            case ["quorum", name] if self._quorum is None:
                if name != NONE and name not in self._free:
                    raise NotAPolicy(f"{name} is not defined above it.")
                self._quorum = name
            case _:
                raise NotAPolicy("not a log, witness, group or quorum as one is written.")

    def _take_group(self, name: str, needs: str, of: list[str]) -> None:
        for member in of:
            if not self._free.get(member, False):
                raise NotAPolicy(f"{member} is not defined above it, or is in a group already.")
            self._free[member] = False
        least = {"all": len(of), "any": 1}.get(needs) or int(needs)
        if least > len(of):
            raise NotAPolicy(f"{name} needs {least} of {len(of)}.")
        self._name(name)
        self._groups.append(PolicyGroup(name=name, needs=least, of=tuple(of)))

    def _name(self, name: str) -> None:
        if name == NONE or name in self._free:
            raise NotAPolicy(f"{name} stands for something already.")
        self._free[name] = True
        if len(self._free) > 2 * _MOST:
            raise NotAPolicy(f"more than {2 * _MOST} witnesses and groups.")

    def policy(self) -> Policy:
        if self._quorum is None:
            raise NotAPolicy("A policy has one quorum row, even if it says `quorum none`.")
        return Policy(
            quorum=self._quorum,
            logs=tuple(self._logs),
            witnesses=tuple(self._witnesses),
            groups=tuple(self._groups),
        )


def _key(vkey: str, algorithm: int, held: Iterable[NoteKey]) -> NoteKey:
    key = parse_vkey(vkey)
    if key.algorithm != algorithm:
        raise NotAPolicy(f"{key.name} is a key for another kind of signature.")
    if key.public in {each.public for each in held}:
        raise NotAPolicy(f"{key.name} has the key of another above it: one key, one voice.")
    return key


def render_policy(policy: Policy) -> bytes:
    """The policy as text, the same for the same policy."""
    return "".join(f"{row}\n" for row in _rows_of(policy)).encode("latin-1")


def _rows_of(policy: Policy) -> Iterator[str]:
    for key in policy.logs:
        yield f"log {render_vkey(key)}"
    for witness in policy.witnesses:
        url = f" {witness.url}" if witness.url else ""
        yield f"witness {witness.name} {render_vkey(witness.key)}{url}"
    for group in policy.groups:
        needs = "all" if group.needs == len(group.of) else str(group.needs)
        yield f"group {group.name} {needs} {' '.join(group.of)}"
    yield f"quorum {policy.quorum}"
