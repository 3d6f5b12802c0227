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
from reasonscape.text.evidence import LEAST_LETTERS, PURE, is_literal, is_loop, is_template
from reasonscape.text.lags import LagLoop, changing_parts, lag_loops
from reasonscape.text.symbols import characters
from reasonscape.text.templates import template_loop
from reasonscape.text.tokens import TraceTokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

PURER: Final = 0.05
EARLIER: Final = 0.1
MUCH_EARLIER: Final = 0.5
LITERAL_BITS: Final = 0.9


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
    lag = _best([loop for loop in lag_loops(symbols) if is_loop(loop, symbols)])
    changing = lag is not None and changing_parts(symbols, lag)
    if lag is not None and not changing and lag.equal >= PURE:
        return Loop(lag.onset, lag.period, "exact")
    trace = TraceTokens(data)
    template = _template(trace, data)
    if lag is None:
        return template or (_template(trace, data, literal=True) if bits < LITERAL_BITS else None)
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


def _template(trace: TraceTokens, data: NDArray[np.uint8], *, literal: bool = False) -> Loop | None:
    found = template_loop(trace, literal=literal)
    if found is None or not is_template(found, len(data)):
        return None
    # Numbers alone make no template: without words, all that stands must be the same.
    if literal:
        if not is_literal(found):
            return None
    elif found.letters < LEAST_LETTERS:
        return None
    leads = (data & 0xC0) != CONTINUATION
    onset = int(np.count_nonzero(leads[: found.onset]))
    copy = leads[found.onset : found.onset + found.period]
    return Loop(onset, int(np.count_nonzero(copy)), "exact" if literal else "templated")
