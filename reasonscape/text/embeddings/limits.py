"""How much of a text is embedded."""

from __future__ import annotations

from typing import Final

LONGEST: Final = 64 * 1024
"""Bytes of a text that are read: of a longer one its first and last halves of that."""

_REPLACEMENT: Final = "\ufffd"


def shortened(text: str) -> str:
    r"""Return what is read of a text; half characters become replacement characters.

    Examples
    --------
    >>> shortened("short"), len(shortened("long" * 100_000))
    ('short', 65537)
    >>> shortened("a\ud800")
    'a�'
    """
    if len(text) <= LONGEST // 4:
        try:
            text.encode()
        except UnicodeEncodeError:
            return _whole(text).decode()
        return text
    raw = _whole(text)
    if len(raw) <= LONGEST:
        return raw.decode()
    half = LONGEST // 2
    ends = (raw[:half].decode("utf-8", "ignore"), raw[-half:].decode("utf-8", "ignore"))
    return "\n".join(ends)


def _whole(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        halves = dict.fromkeys(range(55296, 57344), _REPLACEMENT)
        return text.translate(halves).encode()
