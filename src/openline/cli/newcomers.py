"""A party that joins a desk: what the operator says about it, from options or a parties file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from openline.app import operate
from openline.domain.errors import Malformed, Unavailable, WrongState
from openline.domain.party import (
    CellAdded,
    CellBody,
    Contact,
    KeyEnrolled,
    Party,
    PartyAdded,
    PartyBody,
    PartyKind,
    Post,
    PublicKey,
    Role,
)
from openline.domain.rules import Level
from openline.domain.statement import Content
from openline.record.errors import RecordFault
from openline.record.keys import key_facts, parse_public_jwk, save_private_key
from openline.service import Service

_CELL: Final = {Level.TACTICAL: "TAC", Level.OPERATIONAL: "OPS", Level.STRATEGIC: "STRAT"}
_ROLES: Final = {
    "duty": (Role.READER, Role.DUTY),
    "commander": (Role.READER, Role.COMMANDER, Role.RELEASE, Role.ADMIN),
}
"""The positions of a new cell. Either key can revoke what the other has lost, by its commander."""


class Newcomer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A party to be added: a cell at each level, with a duty and a commander's position in each.

    `public_keys` names for positions (such as `EAST-TAC.duty`) the files with the public half of
    keys that the party made itself (a JSON Web Key, as `openline key` prints it).
    """

    id: str
    kind: PartyKind
    backers: tuple[str, ...] = ()
    label: str = ""
    public_name: str = ""
    levels: tuple[Level, ...] = (Level.TACTICAL,)
    contacts: tuple[Contact, ...] = ()
    utc_offset_min: int = 0
    public_keys: dict[str, Path] = {}


class PartiesFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A parties file: one `[[party]]` table for each, backers before those they stand behind."""

    party: tuple[Newcomer, ...]


def add_newcomer(service: Service, new: Newcomer, keys: Path) -> list[Path]:
    """Adds party, cells and keys to a desk; the files of the keys that were made for it.

    A key is made, and its file written before it is enrolled, for each position that has none. Of
    a party that is there already only what is missing is added, and what is named anew changed.

    Raises:
        Refused: the desk cannot take it as it is, or has another party under this id; what came
            before stands.
        Unavailable: a key file is there already, or cannot be read or written.
    """
    public = {position: read_public_key(path) for position, path in new.public_keys.items()}
    cells = tuple(_cells(new))
    positions = [position.id for cell in cells for position in cell.positions]
    if strangers := sorted(public.keys() - set(positions)):
        raise Malformed(f"{strangers[0]}: no position of it. They are {', '.join(positions)}.")
    held = service.read(lambda state: state.parties.get(new.id))
    if held is None:
        operate(service, f"party-{new.id}", _added(new))
    else:
        _check_the_same(held, new)
    for cell in cells:
        # One that is there is said again only to name its contacts or clock anew.
        if new.contacts or new.utc_offset_min or not _has_cell(service, cell.cell):
            operate(service, _id_of(cell), cell)
    keyed = _positions_with_keys(service, new.id)
    made: list[Path] = []
    for position in positions:
        if position not in public:
            if position in keyed:
                continue
            made.append(keys / f"{position}.key")
            public[position] = make_key(made[-1], None)
        enrolled = KeyEnrolled(party=new.id, position=position, key=public[position])
        operate(service, _id_of(enrolled), enrolled)
    return made


def _check_the_same(held: Party, new: Newcomer) -> None:
    """Raises WrongState if the desk has another party under this id."""
    label = new.label or held.label
    backers = new.backers or held.backers
    if (new.kind, label, set(backers)) != (held.kind, held.label, set(held.backers)):
        backed = f", backed by {', '.join(held.backers)}" if held.backers else ""
        raise WrongState(
            f"{new.id}: at the desk already, as a {held.kind.replace('_', ' ')} called {held.label}"
            f"{backed}, and that does not change. Say it so, or choose another id."
        )


def _has_cell(service: Service, cell: str) -> bool:
    return service.read(lambda state: cell in state.cells)


def _positions_with_keys(service: Service, party: str) -> set[str]:
    """The positions of a party that can speak, each with a key in force."""
    return service.read(
        lambda state: {
            key.position
            for key in state.keys.values()
            if key.party == party and key.revoked_at is None
        }
    )


def make_key(path: Path, passphrase: bytes | None) -> PublicKey:
    """Makes a key in a new file that only its owner can read; its public half.

    Raises:
        Unavailable: there is a file already, or the disk does not take it.
    """
    key = Ed25519PrivateKey.generate()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        save_private_key(path, key, passphrase)
    except OSError as error:
        raise Unavailable(f"{path}: no key can be written there ({_why(error)}).") from error
    return PublicKey(**key_facts(key.public_key()))


def _why(error: OSError) -> str:
    if isinstance(error, FileExistsError):
        return "a file is there already, and may be the only copy of a key; choose another folder"
    return f"{error.strerror}; choose another folder"


def read_public_key(path: Path) -> PublicKey:
    """The public key in a file that holds it as a JSON Web Key.

    Raises:
        Unavailable: the file cannot be read.
        Malformed: it holds no such key.
    """
    try:
        text = path.read_text("utf-8")
        if text.startswith("-----BEGIN"):
            raise Malformed(
                f"{path}: a private key, which stays with whoever holds it. Give the public half."
            )
        jwk: Any = json.loads(text)
        return PublicKey(**key_facts(parse_public_jwk(jwk)))
    except OSError as error:
        raise Unavailable(f"{path}: {error.strerror}. Name the file of a public key.") from error
    except RecordFault as fault:
        raise Malformed(f"{path}: {fault.sentence}") from fault
    except (ValueError, AttributeError) as error:
        raise Malformed(f"{path}: no JSON Web Key. Make one with `openline key`.") from error


def _added(new: Newcomer) -> PartyAdded:
    body = PartyBody(label=new.label or new.id, public_name=new.public_name)
    return PartyAdded(party=new.id, kind=new.kind, backers=new.backers, body=body)


def _cells(new: Newcomer) -> Iterator[CellAdded]:
    for level in new.levels:
        cell = f"{new.id}-{_CELL[level]}"
        yield CellAdded(
            cell=cell,
            party=new.id,
            level=level,
            positions=tuple(Post(id=f"{cell}.{post}", roles=_ROLES[post]) for post in _ROLES),
            utc_offset_min=new.utc_offset_min,
            body=CellBody(contacts=new.contacts),
        )


def _id_of(content: Content) -> str:
    """An id under which the same is said once, however often the command is run."""
    digest = hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()
    return f"{content.KIND}/{digest[:32]}"
