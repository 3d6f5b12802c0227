"""Loops whose numbers, names or steps change: words that stood in the same company before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.text.endings import goes_on
from reasonscape.text.repeats import change_point, previous_distance
from reasonscape.text.tokens import Tokens, TraceTokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

GRAM: Final = 3
LITERAL_GRAM: Final = 8
FARTHEST: Final = 600
"""Words within which company must come back."""
SLACK: Final = 0.15
"""How much the length of a copy, in words, may vary."""
LEAST_STEADY: Final = 0.2
"""Share of the 3-grams that must come back after about one copy, not before."""
LOOP_FAMILIAR: Final = (0.65, 0.97)
"""Least and greatest share of familiar words that is assumed of a loop."""
TEXT_FAMILIAR: Final = 0.4
"""The share in text that says one thing after another."""
_LEAST_SEEN: Final = 32
_PERIODS: Final = 3
_FAMILIAR: Final = 1.0
_NEW: Final = -1.25


@dataclass(frozen=True, slots=True)
class TemplateLoop:
    """A stretch, up to the end, whose words stand in the same company as one copy before.

    Attributes
    ----------
    onset, period
        First byte of the first copy; bytes from copy to copy (the median).
    copies
        Words of the stretch / words of a copy.
    familiar, closing
        Share of words in company known from the last copy or the one before: in the stretch from
        the second copy on, and in its last copy (12 words at least).
    steady, steadiness
        Share of the 3-grams that come back after just one copy; that of the last copy / that.
    letters
        Share of the stretch's bytes that are in words, numbers not counted.
    period_words, distinct
        Words of a copy; how many different ones the last copy has.
    """

    onset: int
    period: int
    copies: float
    familiar: float
    closing: float
    steady: float
    steadiness: float
    letters: float
    period_words: int
    distinct: int


def template_loop(trace: TraceTokens, *, literal: bool = False) -> TemplateLoop | None:
    """Find the template at the end of a trace, whatever changes in it from copy to copy.

    Parameters
    ----------
    trace
        The words of the trace.
    literal
        Tell numbers apart, and look for longer company: for copies that say the same, but in a
        somewhat other order or layout.

    Notes
    -----
    A word is familiar if one of the three 3-grams that hold it stood there within the copy before
    (or two copies before, where one had something else), give or take 15% of a copy.

    Examples
    --------
    >>> text = "".join(f"Wait, let me check part {i} of it again. " for i in range(90, 120))
    >>> found = template_loop(TraceTokens(np.frombuffer(text.encode(), dtype=np.uint8)))
    >>> found.onset, found.period, found.period_words, found.familiar
    (0, 41, 9, 1.0)
    """
    gram = LITERAL_GRAM if literal else GRAM
    data, tokens = trace.ending(numbers=literal)
    if len(tokens.hash) < 4 * gram or not goes_on(data, tokens, changing=not literal):
        return None
    if len(data) < len(trace.data):
        tokens = trace.whole(numbers=literal)
    distance = _gram_distances(tokens, gram)
    distance[distance > FARTHEST] = 0
    begin, _ = change_point(_spread(distance > 0, gram), _FAMILIAR, _NEW)
    if begin >= len(distance):
        return None
    best, chosen = 0.0, None
    for period in _usual(distance[begin:]):
        slack = max(2.0, SLACK * period)
        known = (distance > 0) & (distance <= period + slack)
        known |= _about(distance, 2 * period, slack)
        familiar = _spread(known, gram)
        first, gain = change_point(familiar, *_gains(familiar, period))
        steady = _about(distance[first:], period, slack)
        if gain > best and steady.mean() >= LEAST_STEADY:
            best, chosen = gain, (first, period, familiar)
    if chosen is None:
        return None
    return _described(tokens, distance, *chosen, trace.cut)


def _gram_distances(tokens: Tokens, gram: int) -> Ints:
    n = len(tokens.hash) - gram + 1
    hashes = tokens.hash[:n].copy()
    for k in range(1, gram):
        hashes *= np.uint64(0xD6E8FEB86659FD93)
        hashes += tokens.hash[k : k + n]
    return previous_distance(hashes)


def _spread(grams: NDArray[np.bool_], gram: int) -> NDArray[np.bool_]:
    """Words that are in one of the grams."""
    words = np.zeros(len(grams) + gram - 1, dtype=np.bool_)
    for k in range(gram):
        words[k : k + len(grams)] |= grams
    return words


def _about(distance: Ints, period: int, slack: float) -> NDArray[np.bool_]:
    return (distance > 0) & (np.abs(distance - period) <= slack)


def _gains(familiar: NDArray[np.bool_], period: int) -> tuple[float, float]:
    """Log likelihood ratios, the loop's own share of familiar words learnt from its end."""
    end = familiar[-max(4 * period, _LEAST_SEEN) :]
    seen = int(np.count_nonzero(end)) / len(end)
    share = min(max(seen, LOOP_FAMILIAR[0]), LOOP_FAMILIAR[1])
    return math.log(share / TEXT_FAMILIAR), math.log((1.0 - share) / (1.0 - TEXT_FAMILIAR))


def _usual(distances: Ints) -> list[int]:
    """The distances around which most lie, at most three that are clearly different."""
    counts = np.bincount(distances, minlength=FARTHEST + 2).astype(np.float64)
    counts[0] = 0.0
    counts[1:-1] += 0.5 * (counts[:-2] + counts[2:])
    counts[0] = 0.0
    found = list[int]()
    while len(found) < _PERIODS and counts.max() > 0:
        period = int(np.argmax(counts))
        found.append(period)
        slack = max(2, round(SLACK * period))
        counts[max(period - slack, 0) : period + slack + 1] = 0.0
    return found


def _described(
    tokens: Tokens,
    distance: Ints,
    begin: int,
    period: int,
    familiar: NDArray[np.bool_],
    cut: int,
) -> TemplateLoop | None:
    steady = _about(distance[begin:], period, max(2.0, SLACK * period))
    hits = begin + steady.nonzero()[0]
    if not len(hits):
        return None
    # The first copy is what the first familiar words were compared with.
    first = int(hits[0] - distance[hits[0]])
    start = tokens.start
    steps = start[hits] - start[hits - distance[hits]]
    words = (tokens.end[first:] - start[first:])[~tokens.number[first:]]
    closing = max(period, 12)
    span = int(tokens.end[-1] - start[first])
    return TemplateLoop(
        onset=cut + int(start[first]),
        period=int(np.median(steps)),
        copies=(len(start) - first) / period,
        familiar=float(familiar[begin:].mean()),
        closing=float(familiar[-closing:].mean()),
        steady=float(steady.mean()),
        steadiness=float(steady[-closing:].mean() / steady.mean()),
        letters=float(words.sum()) / max(span, 1),
        period_words=period,
        distinct=len(set(tokens.hash[-period:].tolist())),
    )
