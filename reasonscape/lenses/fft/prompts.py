"""A few prompts by their tokens, so that a person sees what a peak is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reasonscape.lenses.fft.result import ShownPrompt
from reasonscape.lenses.fft.samples import Samples
from reasonscape.lenses.fft.selection import EvalPrompts, TaskPrompts
from reasonscape.lenses.fft.spectra import FloatArray, ReadingSpectra

MOST_TOKENS = 200_000
"""Tokens of a prompt that are handed to the picture, which shows some and counts the rest."""

HALF_WIDTH = 4
"""Periods on either side of a token over which its part in a peak is told."""


def shown_prompts(
    one: EvalPrompts, samples: Samples, own: ReadingSpectra, task: TaskPrompts, most: int
) -> tuple[ShownPrompt, ...]:
    """Prompts with the strongest and the weakest peak, in turn.

    Parameters
    ----------
    one, samples, own, task
        The eval, its samples, the spectra of its prompts, and the tokens.
    most
        Prompts to show.
    """
    if not len(samples):
        return ()
    relative = own.spectra.relative[samples.prompts]
    peak = int(relative.mean(axis=0).argmax())
    order = np.lexsort((samples.prompts, -relative[:, peak]))
    turns = np.stack([order, order[::-1]], axis=1).reshape(-1)
    chosen = list(dict.fromkeys(turns.tolist()))[:most]
    all_read = task.readings[one.readings.own.fingerprint]
    rows, read = all_read.row[np.flatnonzero(own.row >= 0)], all_read.tokens
    failed = samples.share_failed
    shown = []
    for at in chosen:
        row = rows[samples.prompts[at]]
        first, last = read.tokens.offsets[row], read.tokens.offsets[row + 1]
        ids = read.tokens.ids[first : min(last, first + MOST_TOKENS)]
        place = read.vocabulary.places(ids)
        shown.append(
            ShownPrompt(
                _label(one, task, samples, at, float(failed[at]), float(relative[at, peak])),
                tuple(read.vocabulary.pieces[p] for p in place.tolist()),
                periodic_marks(ids, own.frequency[peak]),
                float(own.frequency[peak]),
            )
        )
    return tuple(shown)


def periodic_marks(ids: NDArray[np.integer], frequency: float) -> FloatArray:
    """How often a token stands again about one period before or after it, shape (tokens,).

    Examples
    --------
    >>> periodic_marks(np.array([1, 9, 1, 8, 1, 7]), 0.5).round(2).tolist()
    [1.0, 0.0, 1.0, 0.0, 1.0, 0.0]
    """
    n, period = len(ids), 1.0 / frequency
    again, asked = np.zeros(n), np.zeros(n)
    for turn in range(-HALF_WIDTH, HALF_WIDTH + 1):
        at = np.arange(n) + round(turn * period)
        inside = (at >= 0) & (at < n) & (turn != 0)
        asked += inside
        again[inside] += ids[at[inside]] == ids[inside]
    return np.asarray(again / np.maximum(asked, 1.0))


def _label(
    one: EvalPrompts, task: TaskPrompts, samples: Samples, at: int, failed: float, power: float
) -> str:
    coords = samples.coords[samples.first[at]]
    levels = [
        f"{axis.name} {axis.levels[i]}"
        for axis, i in zip(task.traces.axes, coords.tolist(), strict=True)
        if i < len(axis.levels)
    ]
    outcome = "right" if failed == 0.0 else "wrong" if failed == 1.0 else f"wrong {failed:.0%}"
    peak = f"peak {10.0 * np.log10(max(power, 1e-4)):.0f} dB"
    return ", ".join([*levels, outcome, peak])
