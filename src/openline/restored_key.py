"""Whose signature counts once a backup is put back: no key comes back that was put an end to.

An old backup holds an old key, and that may be in a thief's hands by now. What stands on the
machine tells, or whoever restores does; where neither can, that is said and not passed over.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from openline.cosigning.agreed import every_desk_key
from openline.desk_directory import DESK_KEY
from openline.desk_directory.head import Head
from openline.domain.errors import Unavailable
from openline.domain.fingerprint import fingerprint
from openline.domain.party import DeskKeyRotated, EpochOpened
from openline.last_known import Stood
from openline.record.errors import RecordFault
from openline.record.keys import load_private_key, public_key_from_bytes, thumbprint
from openline.record.note import NoteKey, note_key

_UNDER_NEW_KEY: Final = "openline ceremony new-epoch --because key_lost|key_stolen --from"


class Exchange(Struct, frozen=True, kw_only=True):
    """A backup, how far it goes, the desk's keys that it names, and what stands in its place."""

    copy: Path
    restored: Head
    keys: tuple[NoteKey, ...]
    stood: Stood


class KeyInForce(Struct, frozen=True, kw_only=True):
    """The desk's key once the backup is put back.

    `is_handed_over`: the backup's own key has first to hand over to it. `is_vouched_for`: somebody
    but the backup says that it is the desk's, be it the machine or whoever restores.
    """

    key: NoteKey
    is_handed_over: bool
    is_vouched_for: bool


def key_in_force(
    exchange: Exchange,
    desk: Path,
    staging: Path,
    passphrase: bytes | None,
    trusted: NoteKey | None,
) -> KeyInForce:
    """Which key the desk will have, by the backup's file in `staging` and what stands in `desk`.

    Args:
        trusted: the desk's newest key, by the word of whoever restores.

    Raises:
        Unavailable: an epoch began since under another key, or may have; or it is not `trusted`.
    """
    _check_no_epoch_undone(exchange)
    origin = exchange.restored.origin
    of_backup = note_key(origin, key_at(staging / DESK_KEY, passphrase))
    handed_over = _handed_over(exchange, desk, of_backup, passphrase)
    key = handed_over or of_backup
    if trusted is not None:
        _check_trusted(exchange, key, trusted)
    return KeyInForce(
        key=key,
        is_handed_over=handed_over is not None,
        is_vouched_for=trusted is not None or _machine_knows(exchange, desk, key, passphrase),
    )


def _machine_knows(exchange: Exchange, desk: Path, key: NoteKey, passphrase: bytes | None) -> bool:
    """Whether the record or the key file that stand there name this key, and not an older one."""
    origin = exchange.restored.origin
    if key in every_desk_key(exchange.stood.changes or (), origin):
        return True
    return (desk / DESK_KEY).exists() and note_key(
        origin, key_at(desk / DESK_KEY, passphrase)
    ) == key


def words_of(key: NoteKey) -> str:
    """The key in words, to be read aloud."""
    return fingerprint(thumbprint(public_key_from_bytes(key.public)))


def key_at(path: Path, passphrase: bytes | None) -> Ed25519PrivateKey:
    """The private key in a file.

    Raises:
        Unavailable: it cannot be read.
    """
    try:
        return load_private_key(path, passphrase)
    except RecordFault as fault:
        raise Unavailable(
            f"{fault.sentence} If that key is lost, put the backup back with `openline ceremony "
            "new-epoch --from`."
        ) from fault


def _check_no_epoch_undone(exchange: Exchange) -> None:
    """No key that the record says was lost or stolen comes back with an older backup.

    Raises:
        Unavailable: an epoch began since, under a key that the backup does not know.
    """
    for entry in exchange.stood.changes or ():
        begun = isinstance(entry.content, EpochOpened)
        new = every_desk_key((entry,), exchange.restored.origin) if begun else ()
        if not set(new) <= set(exchange.keys):
            raise Unavailable(
                f"{exchange.copy}: it is from before entry {entry.index} of the record, by which "
                "the desk went on under a new key because the older one was lost or stolen. That "
                f"one would be the desk's again. Run `{_UNDER_NEW_KEY} {exchange.copy}` instead; "
                "nothing was changed."
            )


def _handed_over(
    exchange: Exchange, desk: Path, of_backup: NoteKey, passphrase: bytes | None
) -> NoteKey | None:
    """The key that has taken the place of the backup's since, which vouched for it; if one has.

    Raises:
        Unavailable: the record names one that is lost; or another stands there, and no record here
            shows that it was handed over to.
    """
    origin = exchange.restored.origin
    rotated = every_desk_key(
        (e for e in exchange.stood.changes or () if isinstance(e.content, DeskKeyRotated)), origin
    )
    if not (desk / DESK_KEY).exists():
        if set(rotated) <= set(exchange.keys):
            return None
        raise Unavailable(
            f"{desk / DESK_KEY}: not there, and the record says that the backup's key was changed "
            "for another since: by the backup alone the older one would be the desk's again. Put "
            f"the newer one back, or run `{_UNDER_NEW_KEY} {exchange.copy}`; nothing was changed."
        )
    standing = note_key(origin, key_at(desk / DESK_KEY, passphrase))
    if standing == of_backup or standing in exchange.keys:
        return None
    if standing in rotated:
        return standing
    raise Unavailable(
        f"{desk / DESK_KEY}: not the backup's key, and no record that can be read here says that "
        f"one handed over to it: it may be of a new epoch. Run `{_UNDER_NEW_KEY} {exchange.copy}` "
        "instead; nothing was changed."
    )


def _check_trusted(exchange: Exchange, key: NoteKey, trusted: NoteKey) -> None:
    if trusted.name != key.name:
        raise Unavailable(
            f"{exchange.copy}: a backup of {key.name}, and the key you trust is of {trusted.name}. "
            "Nothing was changed: name this desk's key."
        )
    if trusted != key:
        raise Unavailable(
            f"{exchange.copy}: with it the desk's key would be “{words_of(key)}” and not the one "
            f"you trust, “{words_of(trusted)}”: an older one that may be in others' hands by now. "
            "Put a backup from after that change back, or run "
            f"`{_UNDER_NEW_KEY} {exchange.copy}`; nothing was changed."
        )
