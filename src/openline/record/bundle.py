"""A copy of a record as files, in a folder or a zip: what is exported, mirrored and handed over.

checkpoint              the signed note over the record
checkpoints/<name>      earlier ones, if any were kept
tile/<level>/<n>…       hash tiles, by the paths of C2SP tlog-tiles
entries/<index>.jws     the leaves that the holder may read
bodies/<index>          32 bytes of salt, then the body: their SHA-256 is the leaf's bodydigest
keys.json               whose signatures count, as the one who made the copy says
evidence/<sha256>       files that accounts of an incident name by their SHA-256
timeline.html, …        papers for people, which nothing signs; papers.json says what made them
READ-ME.txt             what to do with all this
"""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from openline.record.audit.words import RecordCopy, Trust
from openline.record.checkpoint import parse_checkpoint
from openline.record.errors import CopyDamaged, NotANote, NotATile
from openline.record.keys import key_facts, public_key_from_facts
from openline.record.leaf import LEAF_BYTES_MAX
from openline.record.merkle import HASH_BYTES
from openline.record.note import NOTE_BYTES_MAX, NoteKey, parse_note, parse_vkey, render_vkey
from openline.record.tiles import TILE_WIDTH, read_hashes, tile_path, tiles_of_size

CHECKPOINT: Final = "checkpoint"
EARLIER: Final = "checkpoints/"
KEYS: Final = "keys.json"
PENDING: Final = "pending"
"""In a mirror alone, while it copies: how far what comes next has got."""
MADE_WITH: Final = "papers.json"
READ_ME: Final = "READ-ME.txt"
PAPERS: Final = (READ_ME, "timeline.html", "timeline.pdf", "timeline.txt", MADE_WITH)
EVIDENCE_BYTES_MAX: Final = 1 << 26
PAPER_BYTES_MAX: Final = 1 << 26
BODY_BYTES_MAX: Final = 1 << 26
_KEYS_BYTES_MAX: Final = 1 << 20
_OF_AN_ENTRY: Final = re.compile(r"(?:entries/([0-9]{1,15})\.jws|bodies/([0-9]{1,15}))")
_EVIDENCE: Final = re.compile(r"evidence/([0-9a-f]{64})")
_EXPECTED: Final = re.compile(
    r"checkpoint|checkpoints/.*|keys\.json|tile/.*|entries/[0-9]{1,15}\.jws|bodies/[0-9]{1,15}"
    r"|evidence/[0-9a-f]{64}"
    r"|evidence/[0-9a-f]{12}/.*|lodged/.*|pending|lock"  # a mirror's own
)
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)

_PACKED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

# All that the zip reader and its decompressors raise when given hostile bytes.
_BROKEN_ZIP: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)

ReadFile = Callable[[str, int], bytes | None]
"""From a name and the most bytes that such a file may have to its bytes; None if absent."""


class KeysFile(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`keys.json`: checkpoint keys and witnesses as vkeys, and the desk's own key."""

    format: str
    vkeys: tuple[str, ...]
    desk_key: dict[str, str] | None = None


KEYS_FORMAT: Final = "openline-keys/1"


def leaf_name(index: int) -> str:
    """Where a leaf lies in a copy."""
    return f"entries/{index}.jws"


def body_name(index: int) -> str:
    """Where a body lies in a copy, its salt before it."""
    return f"bodies/{index}"


def evidence_name(digest: str) -> str:
    """Where a file that an account names by its SHA-256 lies in a copy."""
    return f"evidence/{digest}"


def render_keys(keys: Iterable[NoteKey], desk_key: Ed25519PublicKey | None = None) -> bytes:
    """The bytes of `keys.json`."""
    held = KeysFile(
        format=KEYS_FORMAT,
        vkeys=tuple(render_vkey(key) for key in keys),
        desk_key=None if desk_key is None else key_facts(desk_key),
    )
    return msgspec.json.format(msgspec.json.encode(held), indent=2) + b"\n"


def parse_keys(text: bytes) -> Trust:
    """The keys that a copy names for itself.

    Raises:
        CopyDamaged: it is not such a file.
        NotAKey: one of its keys is none.
    """
    try:
        held = msgspec.json.decode(text, type=KeysFile)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CopyDamaged(f"{KEYS} is not a list of keys.") from error
    if held.format != KEYS_FORMAT:
        raise CopyDamaged(f"{KEYS} is of another format than {KEYS_FORMAT}.")
    desk_key = None if held.desk_key is None else public_key_from_facts(held.desk_key)
    keys = tuple(parse_vkey(each) for each in held.vkeys)
    return Trust(keys=keys, desk_key=desk_key, from_copy=True)


class Bundle:
    """A copy as files; a `RecordCopy`. Names are made here, never taken from the copy."""

    def __init__(self, read: ReadFile, names: Iterable[str]) -> None:
        self._read = read
        self._names = tuple(names)
        self._note: bytes | None = None

    def checkpoint(self) -> bytes | None:
        """As `RecordCopy`: the one that was there first, even if a mirror has gone on since."""
        if self._note is None:
            self._note = self._read(CHECKPOINT, NOTE_BYTES_MAX)
        return self._note

    def earlier_checkpoints(self) -> Iterator[tuple[str, bytes]]:
        """As `RecordCopy`: every file in `checkpoints/`."""
        for name in sorted(name for name in self._names if name.startswith(EARLIER)):
            note = self._read(name, NOTE_BYTES_MAX)
            if note is not None:
                yield name, note

    def tile(self, level: int, n: int, width: int, /) -> bytes | None:
        """As `RecordCopy`: the tile of that width, or else the full one, or a wider one.

        A mirror drops the narrower tile once it holds the wider: perhaps while this is read.

        Raises:
            NotATile: the file has another length than its name says.
        """
        for held in (width, TILE_WIDTH, *range(width + 1, TILE_WIDTH)):
            path = tile_path(level, n, held)
            hashes = self._read(path, TILE_WIDTH * HASH_BYTES)
            if hashes is not None:
                if len(hashes) != held * HASH_BYTES:
                    raise NotATile(f"{path} has {len(hashes)} bytes, not {held * HASH_BYTES}.")
                return hashes
        return None

    def leaf(self, index: int) -> bytes | None:
        """As `RecordCopy`."""
        return self._read(leaf_name(index), LEAF_BYTES_MAX)

    def salted_body(self, index: int) -> bytes | None:
        """As `RecordCopy`."""
        return self._read(body_name(index), BODY_BYTES_MAX)

    def indices(self) -> set[int]:
        """As `RecordCopy`, without those that are only `coming`."""
        return self._held_indices().difference(self.coming())

    def coming(self) -> tuple[int, ...]:
        """What a mirror has begun to copy and no checkpoint here signs yet, in order.

        A mirror says that it copies before it writes any of it. Where that is not said, whatever
        lies beyond the checkpoint was slipped in.
        """
        if PENDING not in self._names:
            return ()
        try:
            size = parse_checkpoint(parse_note(self.checkpoint() or b"").text).size
        except NotANote:
            return ()
        return tuple(sorted(index for index in self._held_indices() if index >= size))

    def looks(self) -> tuple[frozenset[str], bytes | None]:
        """What tells whether it has changed since: the names of its files, and its checkpoint.

        Raises:
            CopyDamaged: its checkpoint cannot be read.
        """
        return frozenset(self._names), self.checkpoint()

    def _held_indices(self) -> set[int]:
        found = (_OF_AN_ENTRY.fullmatch(name) for name in self._names)
        return {int(each[1] or each[2]) for each in found if each}

    def evidence(self) -> tuple[str, ...]:
        """The SHA-256, in hex, by which each file in `evidence/` is named."""
        found = (_EVIDENCE.fullmatch(name) for name in self._names)
        return tuple(sorted(each[1] for each in found if each))

    def evidence_file(self, digest: str) -> bytes | None:
        """The bytes of a file in `evidence/`; None if it is not there."""
        return self._read(evidence_name(digest), EVIDENCE_BYTES_MAX)

    def paper(self, name: str) -> bytes | None:
        """The bytes of a paper for people; None if it is not there."""
        return self._read(name, PAPER_BYTES_MAX)

    def papers(self) -> tuple[str, ...]:
        """The names of the papers for people that are there."""
        return tuple(name for name in PAPERS if name in self._names)

    def strangers(self) -> tuple[str, ...]:
        """The names of files that are no part of a copy, and of no paper that belongs to it."""
        return tuple(
            sorted(
                name
                for name in self._names
                if name not in PAPERS and not name.endswith("/") and not _EXPECTED.fullmatch(name)
            )
        )

    def trust(self) -> Trust:
        """The keys that the copy names for itself; none if it names none.

        Raises:
            CopyDamaged, NotAKey: as `parse_keys`.
        """
        text = self._read(KEYS, _KEYS_BYTES_MAX)
        return Trust(keys=(), from_copy=True) if text is None else parse_keys(text)


@contextmanager
def open_bundle(path: Path) -> Iterator[Bundle]:
    """The copy in a folder or a zip.

    Raises:
        CopyDamaged: it is neither, or cannot be read.
    """
    if path.is_dir():
        yield _folder(path)
        return
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN_ZIP as error:
        raise CopyDamaged(f"{path}: neither a folder nor a zip that can be read.") from error
    with archive:
        yield _zip(archive)


def _folder(root: Path) -> Bundle:
    def read(name: str, limit: int) -> bytes | None:
        try:
            with (root / name).open("rb") as file:
                return _bounded(name, file.read(limit + 1), limit)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise CopyDamaged(f"{name}: cannot be read ({error.strerror}).") from error

    files = (path for path in root.rglob("*") if path.is_file())
    names = {path.relative_to(root).as_posix() for path in files}
    if (root / PENDING).is_file():
        # Looked for last of all: a mirror may have begun to copy since, and entries were listed.
        names.add(PENDING)
    return Bundle(read, sorted(names))


def _zip(archive: zipfile.ZipFile) -> Bundle:
    names = archive.namelist()
    held = set(names)
    if len(held) != len(names):
        raise CopyDamaged("The zip holds two files of one name: which is meant cannot be said.")
    if any(each.compress_type not in _PACKED for each in archive.infolist()):
        # Others take what memory the file asks for: LZMA up to four gigabytes.
        raise CopyDamaged("The zip is packed in a way that no copy is. Pack it anew, by “deflate”.")

    def read(name: str, limit: int) -> bytes | None:
        if name not in held:
            return None
        try:
            with archive.open(name) as file:
                return _bounded(name, file.read(limit + 1), limit)
        except _BROKEN_ZIP as error:
            raise CopyDamaged(f"{name}: the zip is damaged there.") from error

    return Bundle(read, names)


def _bounded(name: str, content: bytes, limit: int) -> bytes:
    if len(content) > limit:
        raise CopyDamaged(f"{name}: longer than the {limit} bytes that such a file may have.")
    return content


def files_of(copy: RecordCopy, keys_file: bytes) -> Iterator[tuple[str, bytes]]:
    """The files of a copy, by name: what `write_bundle` writes.

    Raises:
        CopyDamaged: the copy has no checkpoint.
        NotANote, TileMissing, NotATile: its checkpoint or tiles cannot be read.
    """
    note = copy.checkpoint()
    if note is None:
        raise CopyDamaged("There is no checkpoint yet: nothing to hand over.")
    yield CHECKPOINT, note
    yield KEYS, keys_file
    for _, earlier in copy.earlier_checkpoints():
        size = parse_checkpoint(parse_note(earlier).text).size
        # Two of one size are evidence of a fork: neither may take the other's place.
        yield f"{EARLIER}{size}-{sha256(earlier).hexdigest()[:8]}", earlier
    size = parse_checkpoint(parse_note(note).text).size
    for level, n, width in tiles_of_size(size):
        yield tile_path(level, n, width), read_hashes(copy.tile, level, n, width)
    for index in range(size):
        leaf, body = copy.leaf(index), copy.salted_body(index)
        if leaf is not None:
            yield leaf_name(index), leaf
        if body is not None:
            yield body_name(index), body


def write_bundle(path: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Writes a copy to a new zip if the path ends in `.zip`, else to a new folder.

    The same files give the same zip, byte for byte.

    Raises:
        FileExistsError: there is something already.
    """
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files:
                archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), content, zipfile.ZIP_DEFLATED)
        return
    path.mkdir(parents=True)
    for name, content in files:
        target = path.joinpath(*PurePosixPath(name).parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
