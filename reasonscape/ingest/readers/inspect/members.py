"""Whether the members of a JSON object are all found, and few enough, without parsing them."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from reasonscape.ingest.rows import RowError

_SMALL: Final = 8 << 20
_GAP: Final = re.compile(rb"\{(\n *)?\"")


class _Large(msgspec.Struct):
    """The members that make a log or a sample large; they are found and not parsed."""

    events: msgspec.Raw = msgspec.Raw(b"")
    events_data: msgspec.Raw = msgspec.Raw(b"")
    messages: msgspec.Raw = msgspec.Raw(b"")
    attachments: msgspec.Raw = msgspec.Raw(b"")
    store: msgspec.Raw = msgspec.Raw(b"")
    error_retries: msgspec.Raw = msgspec.Raw(b"")
    input: msgspec.Raw = msgspec.Raw(b"")
    output: msgspec.Raw = msgspec.Raw(b"")
    metadata: msgspec.Raw = msgspec.Raw(b"")
    scores: msgspec.Raw = msgspec.Raw(b"")
    samples: msgspec.Raw = msgspec.Raw(b"")
    reductions: msgspec.Raw = msgspec.Raw(b"")


_LARGE: Final = msgspec.json.Decoder(_Large)


def check_members(raw: bytes | msgspec.Raw) -> None:
    """Refuse an object with more members than such a log has: each of them takes memory.

    Raises
    ------
    RowError
        ``too_many_values``.
    msgspec.MsgspecError
        It is no object of JSON.
    """
    size = len(memoryview(raw))
    if size <= _SMALL:
        return
    large = _LARGE.decode(raw)
    known = sum(len(memoryview(getattr(large, name))) for name in large.__struct_fields__)
    if size - known > _SMALL:
        raise RowError("too_many_values", "too large outside of the members that may be large")


def is_complete(raw: memoryview, parts: dict[str, msgspec.Raw]) -> bool:
    """Whether the members found make up all bytes: of a doubled key only the last is found.

    Objects are written in three ways, with no white space, with one space after commas and
    colons, or indented alike before each key. What is written otherwise, or has escapes in its
    keys, is not shown to be complete.
    """
    count = len(parts)
    rest = len(raw) - sum([len(memoryview(part)) for part in parts.values()])
    rest -= len("".join(parts).encode()) + 4 * count + 1  # quotes, colons, commas
    gap = _GAP.match(raw)
    if not count or gap is None:
        return False
    if gap[1] is None:
        return rest in (0, 2 * count - 1)
    last = len(raw) - 2
    while raw[last] in b" \n":
        last -= 1
    return rest == count * (len(gap[1]) + 1) + len(raw) - 2 - last
