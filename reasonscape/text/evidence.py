"""How much must repeat, and how well, to be called a loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reasonscape.text.lags import LagLoop
    from reasonscape.text.templates import TemplateLoop

LEAST_CHARS: Final = 300
LEAST_COPIES: Final = 4.0
LEAST_LONG_COPIES: Final = 3.0
LONG_PERIOD: Final = 300
LEAST_EQUAL: Final = 0.86
LEAST_LAST: Final = 0.6

LEAST_TEMPLATE_BYTES: Final = 500
LEAST_TEMPLATE_COPIES: Final = 6.0
LEAST_LONG_TEMPLATE_COPIES: Final = 4.0
LONG_TEMPLATE: Final = 200
LEAST_TEMPLATE_WORDS: Final = 2
LEAST_FAMILIAR: Final = 0.66
LEAST_TEMPLATE_CLOSING: Final = 0.5
LEAST_STEADINESS: Final = 0.4
LEAST_STEADY: Final = 0.26
"""Sentences of few kinds in no order come back after about one copy a fifth of the time."""
ALL_FAMILIAR: Final = 0.95
LEAST_LAST_STEADY: Final = 0.4
LEAST_LETTERS: Final = 0.35
LITERAL_FAMILIAR: Final = 0.95
LITERAL_STEADY: Final = 0.6
LITERAL_DISTINCT: Final = 6

WORDY_CHARS: Final = 2000
WORDY_COPIES: Final = 50.0
WORDY_LETTERS: Final = 0.4
PURE: Final = 0.998
"""Share of equal characters from which on a single one that differs counts."""


def is_loop(loop: LagLoop, symbols: NDArray[np.uint8]) -> bool:
    """Whether copies of one length are long, many and like enough, and run to the end."""
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


def is_template(loop: TemplateLoop, size: int) -> bool:
    """Whether a template is long and steady enough and still there in its last copy."""
    fewest = LEAST_LONG_TEMPLATE_COPIES if loop.period >= LONG_TEMPLATE else LEAST_TEMPLATE_COPIES
    return (
        size - loop.onset >= LEAST_TEMPLATE_BYTES
        and loop.copies >= fewest
        and loop.familiar >= LEAST_FAMILIAR
        and loop.closing >= LEAST_TEMPLATE_CLOSING
        and loop.period_words >= LEAST_TEMPLATE_WORDS
        and loop.steadiness >= LEAST_STEADINESS
        and _in_order(loop)
    )


def _in_order(loop: TemplateLoop) -> bool:
    """Whether copies keep their order, all of them or the last, or nothing new comes at all."""
    return (
        loop.steady >= LEAST_STEADY
        or loop.steady * loop.steadiness >= LEAST_LAST_STEADY
        or loop.familiar >= ALL_FAMILIAR
    )


def is_literal(loop: TemplateLoop) -> bool:
    """Whether copies in varying layout say the same, and more than a pattern of digits."""
    return (
        min(loop.familiar, loop.closing) >= LITERAL_FAMILIAR
        and loop.steady >= LITERAL_STEADY
        and loop.copies >= LEAST_TEMPLATE_COPIES
        and loop.distinct >= LITERAL_DISTINCT
    )
