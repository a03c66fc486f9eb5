"""Whose signatures the record says count: its desk's keys, and its witnesses as a C2SP policy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from openline.desk.state import State
from openline.domain.party import DeskKeyRotated, DeskOpened, EpochOpened, PublicKey
from openline.domain.statement import Entry
from openline.domain.witness import (
    AgreedWitnesses,
    WitnessesNamed,
    WitnessGroup,
    WitnessKey,
)
from openline.record.encoding import decode_base64url, encode_base64url
from openline.record.note import COSIGNATURE_V1, ED25519, NoteKey
from openline.record.policy import Policy, PolicyGroup, PolicyWitness

NOBODY: Final = AgreedWitnesses()


def desk_keys_of(state: State) -> tuple[NoteKey, ...]:
    """The keys by which the desk can be held to what it signed, in the order in which they held.

    What it signed with any of them it has signed: a checkpoint of before a rotation too. Not those
    of before an epoch that began with a new key: whoever stole the old one could halt the desk.
    """
    return tuple(_note_key(state.origin, each) for each in state.desk_keys)


def every_desk_key(entries: Iterable[Entry], origin: str) -> tuple[NoteKey, ...]:
    """Every key that these entries ever named as the desk's, also those of earlier epochs."""
    named = (key for entry in entries if (key := _desk_key_in(entry.content)) is not None)
    return tuple(_note_key(origin, each) for each in named)


def _desk_key_in(content: object) -> PublicKey | None:
    match content:
        case DeskOpened() | EpochOpened():
            return content.desk_key
        case DeskKeyRotated():
            return content.key
    return None


def _note_key(origin: str, key: PublicKey) -> NoteKey:
    return NoteKey(name=origin, algorithm=ED25519, public=decode_base64url(key.x.encode()))


def policy_of(agreed: AgreedWitnesses) -> Policy:
    """The policy that makes a checkpoint of this record witnessed."""
    return Policy(
        quorum=agreed.quorum,
        witnesses=tuple(
            PolicyWitness(name=each.name, key=key_of(each)) for each in agreed.witnesses
        ),
        groups=tuple(
            PolicyGroup(name=each.name, needs=each.needs, of=each.of) for each in agreed.groups
        ),
    )


def key_of(witness: WitnessKey) -> NoteKey:
    """What its cosignatures are verified with."""
    raw = decode_base64url(witness.x.encode())
    return NoteKey(name=witness.key_name, algorithm=COSIGNATURE_V1, public=raw)


def named_by(policy: Policy) -> WitnessesNamed:
    """What the operator says, for this policy to be in force. Addresses are no part of it."""
    return WitnessesNamed(
        witnesses=tuple(
            WitnessKey(
                name=each.name,
                key_name=each.key.name,
                x=encode_base64url(each.key.public).decode("ascii"),
            )
            for each in policy.witnesses
        ),
        groups=tuple(
            WitnessGroup(name=each.name, needs=each.needs, of=each.of) for each in policy.groups
        ),
        quorum=policy.quorum,
    )
