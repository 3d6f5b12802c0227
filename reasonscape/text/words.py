"""Words of many traces at once, as hashes: counts, distinct 4-grams, entropy, steps.

A word is a run of ASCII letters, digits and underscores, and of characters of two or three UTF-8
bytes up to U+1FFF (Latin, Greek, Cyrillic, Arabic, Indic, ...); ASCII case does not matter. Each
character of scripts without spaces (from U+3000 on) and each character of four bytes is a word of
its own. All else stands between words: ASCII punctuation, U+2000 to U+2FFF (general punctuation,
arrows, mathematics), and full-width forms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.text.buffers import CONTINUATION, Texts
from reasonscape.text.hashes import span_hashes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reasonscape.text.hashes import Hashes

SEGMENT: Final = 1 << 17
GAP, RUN, SINGLE = 0, 1, 2

_NEWLINE: Final = 10


def _kind_table() -> bytes:
    kind = np.zeros(256, dtype=np.uint8)
    for byte in range(128):
        kind[byte] = RUN if chr(byte).isalnum() or byte == ord("_") else GAP
    kind[0x80:0xE2] = RUN
    kind[0xE3:0xEF] = SINGLE
    kind[0xF0:] = SINGLE
    return kind.tobytes()


KINDS: Final = _kind_table()


@dataclass(frozen=True, slots=True)
class Words:
    """Words of some rows, in order.

    Attributes
    ----------
    row
        The row of each word, ``int64``, ascending.
    hash
        A hash of each word's bytes in lower case, ``uint64``.
    line
        The line of each word, counted over all the rows; lines of one row are consecutive.
    """

    row: NDArray[np.int64]
    hash: Hashes
    line: NDArray[np.int64]


def words_of(texts: Texts) -> Words:
    """Find the words of each row.

    Texts are read 128 KiB at a time, so that memory does not grow with them (but for 24 bytes
    a word). A word that is itself longer than that is cut.
    """
    parts = [_segment(texts, *span) for span in _segments(texts)]
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return Words(none, none.astype(np.uint64), none)
    newlines = np.cumsum([0] + [count for _, count in parts])
    lines = [part.line + seen for (part, _), seen in zip(parts, newlines.tolist(), strict=False)]
    return Words(
        np.concatenate([part.row for part, _ in parts]),
        np.concatenate([part.hash for part, _ in parts]),
        np.concatenate(lines),
    )


def _segments(texts: Texts) -> Iterator[tuple[int, int, int, int]]:
    """Rows and bytes that are read together: many rows, or a part of one."""
    sizes = np.cumsum(texts.sizes)
    first = 0
    while first < len(texts):
        begin = int(texts.start[first])
        taken = int(sizes[first - 1]) if first else 0
        last = int(np.searchsorted(sizes, taken + SEGMENT, side="right"))
        if last > first:
            yield first, last, begin, int(texts.end[last - 1])
            first = last
            continue
        end = int(texts.end[first])
        while begin < end:
            cut = _cut(texts.data, begin, min(begin + SEGMENT, end), end)
            yield first, first + 1, begin, cut
            begin = cut
        first += 1


def _cut(data: NDArray[np.uint8], begin: int, wanted: int, end: int) -> int:
    """The last place before ``wanted`` where no word is cut; else one where no character is."""
    if wanted == end:
        return end
    spaces = np.flatnonzero(data[begin:wanted] <= ord(" "))
    if len(spaces):
        return begin + int(spaces[-1]) + 1
    while (int(data[wanted]) & 0xC0) == CONTINUATION:
        wanted -= 1
    return wanted


def _segment(texts: Texts, first: int, last: int, begin: int, end: int) -> tuple[Words, int]:
    flat = texts.data[begin:end]
    kind = byte_kinds(flat)
    # Words end where a row ends, and single characters where the next begins.
    fresh = np.empty(len(flat) + 1, dtype=np.bool_)
    fresh[0] = fresh[-1] = True
    np.not_equal(kind[1:], kind[:-1], out=fresh[1:-1])
    if int(kind.max(initial=0)) == SINGLE:
        fresh[:-1] |= (kind == SINGLE) & ((flat & 0xC0) != CONTINUATION)
    borders = texts.start[first:last] - begin
    fresh[borders[(borders >= 0) & (borders <= len(flat))]] = True
    start, stop = inner_spans(fresh, kind != GAP)
    # Rows and lines are fewer than words: they are looked up among the words, not the reverse.
    breaks = np.searchsorted(start, borders)
    row = np.repeat(np.arange(first, last), np.diff(np.append(breaks, len(start))))
    newlines = np.flatnonzero(flat == _NEWLINE)
    ended = np.searchsorted(start, newlines)
    line = np.repeat(np.arange(len(newlines) + 1), np.diff(ended, prepend=0, append=len(start)))
    # A row that does not end in a line feed still ends its last line: rows are told apart later.
    return (
        Words(row, span_hashes(flat, start, stop), line),
        len(newlines),
    )


def inner_spans(
    fresh: NDArray[np.bool_], inside: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Start and end of the spans between borders that lie inside.

    Parameters
    ----------
    fresh
        Whether a span begins at each byte, and once more for the end of all.
    inside
        Whether each byte is to be in a span; equal within one.
    """
    return np.flatnonzero(fresh[:-1] & inside), np.flatnonzero(fresh[1:] & inside) + 1


def byte_kinds(flat: NDArray[np.uint8], table: bytes = KINDS) -> NDArray[np.uint8]:
    """``GAP``, ``RUN`` or ``SINGLE`` for each byte; all bytes of a character have one kind.

    Another ``table`` may tell more kinds of ASCII characters apart.

    Examples
    --------
    >>> text = "ab, é猫”!".encode()
    >>> byte_kinds(np.frombuffer(text, dtype=np.uint8)).tolist()
    [1, 1, 0, 0, 1, 1, 2, 2, 2, 0, 0, 0, 0]
    """
    # The fastest look-up of bytes there is.
    kind = np.frombuffer(bytearray(flat.tobytes().translate(table)), dtype=np.uint8)
    if len(flat) and int(flat.max()) >= CONTINUATION:
        wide = np.flatnonzero(flat >= CONTINUATION)
        leads = (flat[wide] & 0xC0) != CONTINUATION
        leads[0] = True
        at = np.flatnonzero(leads)
        kind[wide] = np.repeat(kind[wide[at]], np.diff(np.append(at, len(wide))))
    return kind
