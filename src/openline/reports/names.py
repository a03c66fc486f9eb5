"""Names of places made comparable: however they are accented, hyphenated or apostrophised."""

from __future__ import annotations

import re
import unicodedata
from types import MappingProxyType
from typing import Final

_LETTERS: Final = MappingProxyType(
    str.maketrans({"ı": "i", "ł": "l", "ø": "o", "ß": "ss", "đ": "d", "æ": "ae", "œ": "oe"})
)
_MARKS: Final = re.compile("['’‘ʻʼ`´ʾʿ.]")
_BETWEEN: Final = re.compile(r"[-‐-–/\s]+")


def key_of(name: str) -> str:
    """The same for every way in which one name is written: lower case, plain letters, one space."""
    lowered = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    plain = "".join(each for each in lowered if not unicodedata.combining(each))
    return _BETWEEN.sub(" ", _MARKS.sub("", plain)).strip()
