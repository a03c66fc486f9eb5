"""Files that parties keep with the desk as evidence in an incident: named by digest, never judged.

What kind of file it is is told by its first bytes, never by a name or by what its sender says: what
could run in a reader's program (HTML, SVG, office files, archives) is not among them.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from openline.domain.statement import Content, concluded, operated

MAX_EVIDENCE_BYTES: Final = 32 * 1024 * 1024
"""No file is larger: a minute of film, or a thousand pages."""
MAX_EVIDENCE_FILES: Final = 200
"""So many of one party in one incident."""


class MediaType(StrEnum):
    """What a file is, by its first bytes."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    GIF = "image/gif"
    WEBP = "image/webp"
    MP4 = "video/mp4"
    WAV = "audio/wav"
    MP3 = "audio/mpeg"
    OGG = "audio/ogg"
    TEXT = "text/plain"


_BEGINNINGS: Final = (
    (b"%PDF-", MediaType.PDF),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"GIF87a", MediaType.GIF),
    (b"GIF89a", MediaType.GIF),
    (b"OggS", MediaType.OGG),
    (b"ID3", MediaType.MP3),
    (b"\xff\xfb", MediaType.MP3),
)
_IN_RIFF: Final = {b"WEBP": MediaType.WEBP, b"WAVE": MediaType.WAV}
_MARKUP: Final = ("<", "\ufeff<", "#!")


def find_media_type(content: bytes) -> MediaType | None:
    """What a file is by its content; None if it is none of the kinds that are kept.

    Text is UTF-8 without control characters that begins with no mark-up and no program.
    """
    for beginning, media_type in _BEGINNINGS:
        if content.startswith(beginning):
            return media_type
    if content[:4] == b"RIFF":
        return _IN_RIFF.get(content[8:12])
    if content[4:8] == b"ftyp":
        return MediaType.MP4
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    readable = all(letter >= " " or letter in "\t\n\r\f" for letter in text)
    is_text = bool(text) and readable and not text.lstrip().startswith(_MARKUP)
    return MediaType.TEXT if is_text else None


class EvidenceBody(Struct, frozen=True, kw_only=True):
    """Which file it is: its SHA-256, in hex, by which accounts name it."""

    sha256: str


class Evidence(Struct, frozen=True, kw_only=True):
    """A file that a party has handed in; `sha256` is None once that has been erased."""

    id: str
    incident: str
    party: str
    position: str
    media_type: MediaType
    size_bytes: int
    sha256: str | None
    kept_at: datetime
    entry: int
    erased_at: datetime | None = None


@concluded("evidence.kept.v1")
class EvidenceKept(Content, frozen=True, kw_only=True):
    """The desk holds a file that a position of a party has handed in, as it observed itself."""

    evidence: str
    incident: str
    party: str
    position: str
    media_type: MediaType
    size_bytes: int
    body: EvidenceBody | None = None


@operated("evidence.erased.v1")
class EvidenceErased(Content, frozen=True, kw_only=True):
    """The file is gone for good; that it was kept, and its digest, stay proven."""

    evidence: str
