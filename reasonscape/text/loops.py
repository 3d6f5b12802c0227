"""The terminal loop of a trace: from where on does it repeat itself to the end?

A trace is suspected where its last block brought little that is new. A suspect is searched for
copies of one length, a few characters changed or none, and for a template whose words stand in the
same company from copy to copy. The loop must run to the very end: one that a trace got out of is
none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from reasonscape.text.buffers import CONTINUATION
from reasonscape.text.lags import LagLoop, changing_parts, characters, lag_loops
from reasonscape.text.novelty import BLOCK
from reasonscape.text.templates import TemplateLoop, template_loop

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reasonscape.text.buffers import Texts
    from reasonscape.text.novelty import Curves

SUSPECT_BITS: Final = 2.2
"""Bits per byte of the last block below which a trace is suspected."""
MARKS_BITS: Final = 1.4
"""The same where the last block is mostly digits and marks."""
WORDY_SHARE: Final = 0.3
LEAST_CHARS: Final = 300
LEAST_COPIES: Final = 4.0
LEAST_LONG_COPIES: Final = 3.0
LONG_PERIOD: Final = 300
LEAST_EQUAL: Final = 0.86
LEAST_LAST: Final = 0.6
PURE: Final = 0.998
PURER: Final = 0.05
EARLIER: Final = 0.1
MUCH_EARLIER: Final = 0.5

LEAST_TEMPLATE_BYTES: Final = 500
LEAST_TEMPLATE_COPIES: Final = 6.0
LEAST_LONG_TEMPLATE_COPIES: Final = 4.0
LONG_TEMPLATE: Final = 200
LEAST_TEMPLATE_WORDS: Final = 2
LEAST_FAMILIAR: Final = 0.66
LEAST_TEMPLATE_CLOSING: Final = 0.5
LEAST_STEADINESS: Final = 0.4
LEAST_LETTERS: Final = 0.35
LITERAL_BITS: Final = 0.9
LITERAL_FAMILIAR: Final = 0.95
LITERAL_STEADY: Final = 0.6
LITERAL_DISTINCT: Final = 6

WORDY_CHARS: Final = 2000
WORDY_COPIES: Final = 50.0
WORDY_LETTERS: Final = 0.4


@dataclass(frozen=True, slots=True)
class Loop:
    """A terminal loop, in characters of the trace.

    Attributes
    ----------
    onset
        Where the first copy begins.
    period
        From one copy to the next; of a template the median.
    kind
        ``exact`` (a few characters may differ) or ``templated``.
    """

    onset: int
    period: int
    kind: Literal["exact", "templated"]


def suspects(texts: Texts, curves: Curves) -> list[tuple[int, float]]:
    """Rows whose last block is less novel than text that goes on, with its bits per byte."""
    rows = np.flatnonzero(texts.sizes >= LEAST_CHARS)
    last = curves.first[1:][rows] - 1
    behind = texts.sizes[rows] - BLOCK * (curves.counts[rows] - 1)
    novel = curves.bits[last] / behind
    # Digits and marks have few bits each, however new they are.
    ends = zip(
        rows.tolist(), texts.end[rows].tolist(), behind.tolist(), novel.tolist(), strict=True
    )
    return [
        (row, bits)
        for row, end, size, bits in ends
        if bits < MARKS_BITS or (bits < SUSPECT_BITS and _wordy(texts.data[end - size : end]))
    ]


def _wordy(block: NDArray[np.uint8]) -> bool:
    return bool(np.count_nonzero(block >= ord("A")) >= WORDY_SHARE * len(block))


def find_loop(data: NDArray[np.uint8], *, bits: float = 0.0) -> Loop | None:
    """Find the terminal loop of one trace.

    Parameters
    ----------
    data
        The UTF-8 bytes of the trace.
    bits
        Bits per byte of its last block: what is more novel than a few is not searched for copies
        in another layout.

    Returns
    -------
    Loop or None
        A loop has four copies and 300 characters at least (three copies where they are long), a
        templated one six copies and 500 bytes (four where long).

    Examples
    --------
    >>> text = b"Two and two make four. " + b"Wait, once more. " * 30
    >>> find_loop(np.frombuffer(text, dtype=np.uint8))
    Loop(onset=21, period=17, kind='exact')
    >>> find_loop(np.frombuffer(text + b"But no: the answer is five, as I said.", dtype=np.uint8))
    """
    symbols = characters(data.tobytes())
    lag = _best([loop for loop in lag_loops(symbols) if _is_loop(loop, symbols)])
    changing = lag is not None and changing_parts(symbols, lag)
    if lag is not None and not changing and lag.equal >= PURE:
        return Loop(lag.onset, lag.period, "exact")
    template = _template(data)
    if lag is None:
        return template or (_template(data, literal=True) if bits < LITERAL_BITS else None)
    if template is not None:
        # Where both are found, the template must go back clearly farther; of single changed
        # characters it makes nothing, and finds what is like the loop in the text before it.
        farther = (EARLIER if changing else MUCH_EARLIER) * (len(symbols) - lag.onset)
        if lag.onset - template.onset > max(2 * template.period, farther):
            return template
    return Loop(lag.onset, lag.period, "templated" if changing else "exact")


def _best(loops: list[LagLoop]) -> LagLoop | None:
    """The shortest period of those that are about as pure and go back about as far as any."""
    if not loops:
        return None
    purest = max(loop.equal for loop in loops)
    able = [loop for loop in loops if loop.equal >= purest - (0.0 if purest >= PURE else PURER)]
    farthest = min(loop.onset for loop in able)
    return min(
        (loop for loop in able if loop.onset - farthest <= 2 * loop.period),
        key=lambda loop: loop.period,
    )


def _template(data: NDArray[np.uint8], *, literal: bool = False) -> Loop | None:
    found = template_loop(data, literal=literal)
    if found is None or not _is_template(found, len(data)):
        return None
    # Numbers alone make no template: without words, all that stands must be the same.
    if literal:
        if not _is_literal(found):
            return None
    elif found.letters < LEAST_LETTERS:
        return None
    leads = (data & 0xC0) != CONTINUATION
    onset = int(np.count_nonzero(leads[: found.onset]))
    copy = leads[found.onset : found.onset + found.period]
    return Loop(onset, int(np.count_nonzero(copy)), "exact" if literal else "templated")


def _is_loop(loop: LagLoop, symbols: NDArray[np.uint8]) -> bool:
    covered = len(symbols) - loop.onset
    fewest = LEAST_LONG_COPIES if loop.period >= LONG_PERIOD else LEAST_COPIES
    return (
        covered >= max(LEAST_CHARS, fewest * loop.period)
        and loop.equal >= LEAST_EQUAL
        and (_runs_on(loop) or _says_the_same(loop, symbols))
    )


def _runs_on(loop: LagLoop) -> bool:
    """Whether the last characters are the loop's; where none differ, not one may."""
    return loop.last >= LEAST_LAST and not (loop.ended and loop.equal >= PURE)


def _says_the_same(loop: LagLoop, symbols: NDArray[np.uint8]) -> bool:
    """Words said so often that a closing tag behind them makes no answer of it.

    Rows of digits or marks may be the answer; a word that stands there a hundred times is none.
    """
    covered = len(symbols) - loop.onset
    copy = symbols[loop.onset : loop.onset + loop.period]
    letters = ((copy | 0x20) >= ord("a")) & ((copy | 0x20) <= ord("z"))
    return bool(
        loop.equal >= PURE
        and covered >= max(WORDY_CHARS, WORDY_COPIES * loop.period)
        and letters.mean() >= WORDY_LETTERS
    )


def _is_template(loop: TemplateLoop, size: int) -> bool:
    fewest = LEAST_LONG_TEMPLATE_COPIES if loop.period >= LONG_TEMPLATE else LEAST_TEMPLATE_COPIES
    return (
        size - loop.onset >= LEAST_TEMPLATE_BYTES
        and loop.copies >= fewest
        and loop.familiar >= LEAST_FAMILIAR
        and loop.closing >= LEAST_TEMPLATE_CLOSING
        and loop.period_words >= LEAST_TEMPLATE_WORDS
        and loop.steadiness >= LEAST_STEADINESS
    )


def _is_literal(loop: TemplateLoop) -> bool:
    return (
        min(loop.familiar, loop.closing) >= LITERAL_FAMILIAR
        and loop.steady >= LITERAL_STEADY
        and loop.copies >= LEAST_TEMPLATE_COPIES
        and loop.distinct >= LITERAL_DISTINCT
    )
