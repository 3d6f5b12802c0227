"""The very end of a suspected template: the loop's own words, or those of an answer?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.text.words import span_hashes

if TYPE_CHECKING:
    from reasonscape.text.tokens import Bytes, Hashes, Tokens

LAST: Final = 5
MOST_NEW: Final = 2
"""How many of the last words but one may be new to the loop."""
OWN_SHARE: Final = 0.25
"""Share of the copies in which a word of the loop stands."""
_SEEN: Final = 8
_VARIED: Final = 3


def goes_on(data: Bytes, tokens: Tokens, first: int, period: int, *, changing: bool = True) -> bool:
    """Tell whether a template runs to the very end.

    Parameters
    ----------
    data, tokens
        The bytes and the words in them.
    first, period
        First word of the template; words from copy to copy.
    changing
        Words may change from copy to copy.

    Returns
    -------
    bool
        False if the last word is none of the template's (nor the beginning of one, as a trace may
        be cut anywhere) at a place where it always says the same, or if three of the four words
        before are none.
    """
    body = tokens.hash[first:-LAST]
    if len(body) < 2:
        return False
    words, counts = np.unique(body, return_counts=True)
    copies = len(body) / period
    own = words[counts >= max(2.0, OWN_SHARE * copies)]
    known = np.isin(tokens.hash[-LAST:], own)
    if np.count_nonzero(~known[:-1]) > MOST_NEW:
        return False
    if known[-1] or _is_beginning(data, tokens, first):
        return True
    hashes = tokens.hash[first:]
    return changing and (_varies(hashes, -1) or _varies(hashes, -2))


def _is_beginning(data: Bytes, tokens: Tokens, first: int) -> bool:
    """Whether the last word may be one of the template's, cut."""
    if int(tokens.end[-1]) < len(data):
        return False
    size = int(tokens.end[-1] - tokens.start[-1])
    start, end = tokens.start[first:-LAST], tokens.end[first:-LAST]
    start = start[end - start > size]
    return bool(np.isin(tokens.hash[-1], span_hashes(data, start, start + size)))


def _varies(hashes: Hashes, place: int) -> bool:
    """Whether other words follow each time upon the two before that place."""
    two, one = hashes[place - 2], hashes[place - 1]
    before = (hashes[:-3] == two) & (hashes[1:-2] == one)
    at = np.flatnonzero(before[: len(hashes) + place - 2])[-_SEEN:]
    follow = np.unique(hashes[at + 2], return_counts=True)[1]
    return len(follow) >= _VARIED and 2 * int(follow.max()) <= len(at)
