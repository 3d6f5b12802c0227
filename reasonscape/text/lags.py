"""Loops whose copies keep their length: characters that equal those one period earlier."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.text.repeats import change_point, previous_places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reasonscape.text.repeats import Ints
    from reasonscape.text.symbols import Symbols

TAIL: Final = 8192
"""Characters at the end in which a period is looked for; a period is at most a third of them."""
GRAM: Final = 8
LONG_GRAM: Final = 4
"""Grams in a long gram: what repeats within a copy rarely does so for 32 characters."""
NOISE: Final = (0.003, 0.12)
"""Least and greatest share of changed characters that is assumed of a loop."""
LEAST_CLOSING: Final = 0.7
"""Share of equal characters in the last copy (32 to 256 of them)."""
CHANCE: Final = 0.07
"""Share of characters that equal an earlier one where nothing repeats."""
SAME_PLACE: Final = 0.6
IN_STEP: Final = 0.98
MOST_NOISE_RUN: Final = 2.0
_NEAR: Final = 1024
"""Characters of the smaller scale."""
_CANDIDATES: Final = 2
_LEAST_SEEN: Final = 256
_LAST: Final = 12
_ANCHORS: Final = (64, 256, 1024)


@dataclass(frozen=True, slots=True)
class LagLoop:
    """A stretch, up to the end, in which characters equal those one period earlier.

    Attributes
    ----------
    onset, period
        First character of the first copy; characters from copy to copy.
    equal, last
        Share of the characters that equal their forerunner: from the second copy to the last that
        does, and among the last 12.
    ended
        Characters at the very end of which none equals its forerunner.
    """

    onset: int
    period: int
    equal: float
    last: float
    ended: int


def lag_loops(symbols: Symbols) -> list[LagLoop]:
    """Find periods at which the end of a trace repeats, and how far back it does.

    Parameters
    ----------
    symbols
        One byte for each character of the trace (`characters`).

    Notes
    -----
    Candidates are the most frequent distances between equal grams of 8 and of 32 characters near
    the end, on two scales, and the distances to where the last 64, 256 and 1,024 characters
    stood before. For each the onset is the change point of greatest likelihood, so that a few
    changed characters do not end a loop and a few equal ones do not begin it; how many are changed
    is learnt from the last four copies.

    Examples
    --------
    >>> from reasonscape.text.symbols import characters
    >>> text = b"Three and four make seven. " + b"So once more: " * 20
    >>> [(loop.onset, loop.period, loop.equal) for loop in lag_loops(characters(text))]
    [(26, 14, 1.0)]
    """
    found = (_walk_back(symbols, period) for period in _candidates(symbols))
    return [loop for loop in found if loop is not None]


def _candidates(symbols: Symbols) -> list[int]:
    tail = np.ascontiguousarray(symbols[-TAIL:])
    n = len(tail) - GRAM + 1
    if n < GRAM * LONG_GRAM:
        return []
    grams = np.ndarray((n,), dtype="<u8", buffer=tail, strides=(1,))
    later, earlier = previous_places(grams)
    found = _usual(later, later - earlier, n, len(tail) // 3)
    # A long gram stood before only if all grams in it did.
    repeated = np.zeros(n, dtype=np.bool_)
    repeated[later] = repeated[earlier] = True
    last = n - GRAM * (LONG_GRAM - 1)
    whole = repeated[:last].copy()
    for k in range(1, LONG_GRAM):
        whole &= repeated[k * GRAM : k * GRAM + last]
    at = whole.nonzero()[0]
    long = grams.take(at)
    for k in range(1, LONG_GRAM):
        long *= np.uint64(0x9E3779B97F4A7C15)
        long += grams.take(at + k * GRAM)
    later, earlier = previous_places(long)
    later, earlier = at.take(later), at.take(earlier)
    found |= _usual(later, later - earlier, last, len(tail) // 3)
    return sorted(found | _anchored(symbols.tobytes()))


def _usual(place: Ints, distance: Ints, places: int, most: int) -> set[int]:
    """The most frequent distances up to the greatest that counts, on both scales."""
    if not len(place):
        return set()
    found = _highest(np.bincount(distance)[: most + 1])
    if places > _NEAR:
        by_place = np.zeros(places, dtype=np.int64)
        by_place[place] = distance
        found |= _highest(np.bincount(by_place[-_NEAR:])[: most + 1])
    return found


def _highest(counts: Ints) -> set[int]:
    counts[0] = 0
    found = set[int]()
    for _ in range(_CANDIDATES):
        best = int(counts.argmax())
        if counts[best]:
            found.add(best)
        counts[best] = 0
    return found


def _anchored(text: bytes) -> set[int]:
    """Distances to where the last characters stood before."""
    found = set[int]()
    for size in _ANCHORS:
        at = text.rfind(text[-size:], 0, len(text) - 1) if size < len(text) else -1
        if at < 0:  # and so do not more of them
            break
        found.add(len(text) - size - at)
    return found


def _walk_back(symbols: Symbols, period: int) -> LagLoop | None:
    # Whether the last copy repeats is cheap to see, and settles it for most candidates.
    copy = min(max(period, 32), 256, len(symbols) - period)
    end = len(symbols) - period
    if _share(symbols[-copy:] == symbols[end - copy : end]) < LEAST_CLOSING:
        return None
    seen = max(4 * period, _LEAST_SEEN)
    near = symbols[-(seen + period) :]
    equal = near[period:] == near[:-period]
    noise = min(max(1.0 - _share(equal), NOISE[0]), NOISE[1])
    equal = symbols[period:] == symbols[:-period]
    onset, _ = change_point(
        equal, math.log((1.0 - noise) / CHANCE), math.log(noise / (1.0 - CHANCE))
    )
    if onset == len(equal):
        return None
    ended = int(np.argmax(equal[::-1]))
    return LagLoop(
        onset,
        period,
        equal=_share(equal[onset : len(equal) - ended]),
        last=_share(equal[-_LAST:]),
        ended=ended,
    )


def _share(flags: NDArray[np.bool_]) -> float:
    return int(np.count_nonzero(flags)) / max(len(flags), 1)


def changing_parts(symbols: Symbols, loop: LagLoop) -> bool:
    """Tell parts that change in each copy from single changed characters.

    Parts that change keep to their place in the copy, or their length varies and all that stands
    behind them in the copy is out of step; noise is single characters anywhere.

    Examples
    --------
    >>> from reasonscape.text.symbols import characters
    >>> text = "".join(f"Check part {i} again. " for i in range(10, 40))
    >>> symbols = characters(text.encode())
    >>> changing_parts(symbols, lag_loops(symbols)[0])
    True
    """
    differs = (
        symbols[loop.onset + loop.period :] != symbols[loop.onset : len(symbols) - loop.period]
    )
    at = differs.nonzero()[0]
    if not len(at):
        return False
    runs = 1 + int(np.count_nonzero(np.diff(at) > 1))
    if loop.equal < IN_STEP and len(at) > MOST_NOISE_RUN * runs:
        return True
    counts = np.bincount(at % loop.period)
    others = max(len(differs) / loop.period - 1.0, 1.0)
    # Seen from a difference: how many of the other copies differ there, too.
    return float((counts * (counts - 1)).sum()) > SAME_PLACE * len(at) * others
