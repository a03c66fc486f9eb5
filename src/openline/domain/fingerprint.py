"""A key's fingerprint in words, to be read aloud over a telephone and compared word by word."""

from __future__ import annotations

import hashlib
from typing import Final

from openline.domain.check_words import CHECK_WORDS

_WORDS: Final = 8
_DIGITS: Final = 4


def fingerprint(kid: str) -> str:
    """Eight words and four digits of a key, by its `kid`: other keys have others.

    To find another key with the same takes some 2**77 trials, so what is read aloud and agrees is
    the same key; a check phrase of a geometry is far shorter and proves no such thing.
    """
    digest = hashlib.sha256(b"openline key fingerprint\n" + kid.encode()).digest()
    words = " ".join(CHECK_WORDS[byte] for byte in digest[:_WORDS])
    number = int.from_bytes(digest[_WORDS : _WORDS + 8], "big") % 10**_DIGITS
    return f"{words} {number:0{_DIGITS}d}"
