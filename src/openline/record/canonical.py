"""One value, one text: JSON as RFC 8785 canonicalizes it, and nothing else read as JSON.

Reading compares the bytes with those that the value read would have had. That one comparison
refuses repeated keys, spaces, other orders of keys, other spellings of a number and `-0`.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
import rfc8785

DEPTH_MAX: Final = 32
NUMBER_MAX: Final = 2**53 - 1


class NotCanonical(ValueError):
    """The value has no canonical JSON, or the bytes are not the canonical JSON of any value."""


def canonical_json(value: Any) -> bytes:
    """The one JSON text of a value.

    Raises:
        NotCanonical: it holds what JSON cannot say exactly (NaN, a number beyond 2**53, half a
            surrogate pair, a key that is no string) or is nested deeper than 32.
    """
    try:
        if _is_plain(value):
            # The same bytes, forty times sooner: with keys in ASCII and no fractions RFC 8785
            # asks for no more than sorted keys and the shortest escapes.
            return msgspec.json.encode(value, order="deterministic")
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, TypeError) as error:
        raise NotCanonical("it holds a value that JSON cannot say exactly") from error


def parse_canonical_json(text: bytes) -> Any:
    """The value of a canonical JSON text.

    Raises:
        NotCanonical: it is not JSON, or not the one text of its value.
    """
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotCanonical("it is not JSON") from error
    if canonical_json(value) != text:
        raise NotCanonical("it is not the canonical JSON (RFC 8785) of what it says")
    return value


def _is_plain(whole: Any) -> bool:
    """Whether both encoders are known to give the same bytes for it; visits all of it.

    Raises:
        NotCanonical: a number or the nesting is beyond its bound.
    """
    plain, level = True, [whole]
    for _ in range(DEPTH_MAX + 1):
        inner: list[Any] = []
        for value in level:
            kind = type(value)
            if kind is str or kind is bool or value is None:
                continue
            if kind is int or kind is float:
                # Beyond it two numbers share one text, or one has two; NaN is in no bounds at all.
                if not -NUMBER_MAX <= value <= NUMBER_MAX:
                    raise NotCanonical("it holds a number beyond 2**53")
                plain = plain and kind is int
            elif kind is dict:
                inner += value.values()
                for key in value:
                    if type(key) is not str or not key.isascii():
                        plain = False
            elif kind is list or kind is tuple:
                inner += value
            else:
                plain = False
        if not inner:
            return plain
        level = inner
    raise NotCanonical(f"it is nested deeper than {DEPTH_MAX}")
