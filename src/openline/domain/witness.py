"""Witnesses: who cosigns the record's roots, and how many of them make it believed."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime
from typing import Final

from msgspec import Struct

from openline.domain.errors import Malformed
from openline.domain.statement import Content, check_id, operated

NO_QUORUM: Final = "none"
"""The quorum that asks for no cosignature: the record is then logged and never witnessed."""
MOST: Final = 32
_KEY_BYTES: Final = 32
_KEY_NAME: Final = re.compile(r"[A-Za-z0-9._:/~=-]{1,200}")


class WitnessKey(Struct, frozen=True, kw_only=True):
    """A witness: the name that the quorum knows it by, and the key that it cosigns with.

    `key_name` is the name in its cosignatures, `x` the base64url of its 32 bytes (Ed25519).
    """

    name: str
    key_name: str
    x: str


class WitnessGroup(Struct, frozen=True, kw_only=True):
    """Some witnesses or groups; it has witnessed what at least `needs` of them have."""

    name: str
    needs: int
    of: tuple[str, ...]


class AgreedWitnesses(Struct, frozen=True, kw_only=True):
    """The witnesses in force, and since when. With the quorum `none` nothing is witnessed."""

    witnesses: tuple[WitnessKey, ...] = ()
    groups: tuple[WitnessGroup, ...] = ()
    quorum: str = NO_QUORUM
    since: datetime | None = None


@operated("witnesses.named.v1")
class WitnessesNamed(Content, frozen=True, kw_only=True):
    """From here on an entry is witnessed once `quorum` has cosigned a root over it.

    `quorum` names a witness or a group, or is `none`. They take the place of all named before.
    The meaning is that of a C2SP tlog-policy.
    """

    witnesses: tuple[WitnessKey, ...] = ()
    groups: tuple[WitnessGroup, ...] = ()
    quorum: str = NO_QUORUM


def check_witnesses(named: WitnessesNamed) -> None:
    """Nothing happens if the witnesses make a policy that can be kept to.

    Raises:
        Malformed: a name stands for two things or for none, a key is no key or counts twice, or a
            group needs more than it has.
    """
    if len(named.witnesses) > MOST or len(named.groups) > MOST:
        raise Malformed(f"witnesses: {MOST} witnesses and {MOST} groups at most. Name fewer.")
    free: dict[str, bool] = {}
    for witness in named.witnesses:
        _check_key(witness)
        _take_name(free, witness.name)
    if len({witness.x for witness in named.witnesses}) < len(named.witnesses):
        raise Malformed("witnesses: two of them have one key. One key has one voice.")
    for group in named.groups:
        for member in group.of:
            if not free.get(member, False):
                raise Malformed(
                    f"{group.name}: {member} is not named before it, or counts already. Mend that."
                )
            free[member] = False
        if not 1 <= group.needs <= len(group.of):
            raise Malformed(f"{group.name}: it needs {group.needs} of {len(group.of)}. Mend that.")
        _take_name(free, group.name)
    if named.quorum != NO_QUORUM and named.quorum not in free:
        raise Malformed(f"{named.quorum}: no witness and no group of that name. Name it first.")


def _take_name(free: dict[str, bool], name: str) -> None:
    check_id("witness", name)
    if name == NO_QUORUM or name in free:
        raise Malformed(f"{name}: stands for something already. Choose another name.")
    free[name] = True


def _check_key(witness: WitnessKey) -> None:
    try:
        padded = witness.x + "=" * (-len(witness.x) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _KEY_BYTES or not _KEY_NAME.fullmatch(witness.key_name):
        raise Malformed(f"{witness.name}: its key cannot be read. Take it from the witness.")
