"""The very end of a suspected template: the loop's own words, or those of an answer?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.text.hashes import span_hashes
from reasonscape.text.tokens import REACH

if TYPE_CHECKING:
    from reasonscape.text.tokens import Bytes, Hashes, Tokens

LAST: Final = 5
MOST_NEW: Final = 2
"""How many of the last words but one may be new to the loop."""
LEAST_TIMES: Final = 3
_SEEN: Final = 8
_VARIED: Final = 3


def goes_on(data: Bytes, tokens: Tokens, *, changing: bool = True) -> bool:
    """Tell whether what ends here may be a template, from the last words alone.

    Parameters
    ----------
    data, tokens
        The bytes and the words in them.
    changing
        Words may change from copy to copy.

    Returns
    -------
    bool
        False if the last word did not stand there three times before (nor is the beginning of such
        a one, as a trace may be cut anywhere), at a place where always the same is said, or if
        three of the four words before did not.
    """
    recent = tokens.hash[-REACH:]
    body = recent[:-LAST]
    known = [int(np.count_nonzero(body == word)) >= LEAST_TIMES for word in recent[-LAST:]]
    if known[:-1].count(False) > MOST_NEW:
        return False
    if known[-1] or _is_beginning(data, tokens):
        return True
    return changing and (_varies(recent, -1) or _varies(recent, -2))


def _is_beginning(data: Bytes, tokens: Tokens) -> bool:
    """Whether the last word may be one of the template's, cut."""
    if int(tokens.end[-1]) < len(data):
        return False
    size = int(tokens.end[-1] - tokens.start[-1])
    start, end = tokens.start[-REACH:-LAST], tokens.end[-REACH:-LAST]
    start = start[end - start > size]
    if not len(start):
        return False
    first = int(start[0])
    text = data[first:].tobytes().lower()
    if text.count(text[-size:]) <= LEAST_TIMES:
        return False
    found = span_hashes(data[first:], start - first, start - first + size)
    return int(np.count_nonzero(found == tokens.hash[-1])) >= LEAST_TIMES


def _varies(hashes: Hashes, place: int) -> bool:
    """Whether other words follow each time upon the two before that place."""
    two, one = hashes[place - 2], hashes[place - 1]
    before = (hashes[:-3] == two) & (hashes[1:-2] == one)
    at = np.flatnonzero(before[: len(hashes) + place - 2])[-_SEEN:]
    if len(at) < _VARIED:
        return False
    follow = Counter(hashes[at + 2].tolist())
    return len(follow) >= _VARIED and 2 * max(follow.values()) <= len(at)
