"""Along the length of prompts: do bands of the spectrum change unlike, and does accuracy fall?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reasonscape.lenses.fft.once import Once
from reasonscape.lenses.fft.samples import Samples, few_outcomes
from reasonscape.lenses.fft.spectra import FloatArray, ReadingSpectra
from reasonscape.stats.band_slopes import BandSlopes, band_slopes
from reasonscape.stats.codes import row_codes
from reasonscape.stats.item_score import ItemScore, item_score
from reasonscape.stats.level_halves import alternating_half
from reasonscape.stats.pairwise_odds import OddsPerUnit, odds_per_unit

FEW_STEPS = 8
"""Groups of prompts of about equal length among which the choosing half is dealt."""

LENGTH_LIKE = 0.5
"""Correlation of an axis with the prompts' length, from which it is a length itself."""


@dataclass(frozen=True, slots=True)
class AlongLength:
    """What happens as prompts get longer.

    Attributes
    ----------
    slopes
        dB for each doubling of the prompt's tokens, band by band; its ``p`` is beyond what a text
        that all prompts share explains, which makes up less of a longer prompt and fades.
    odds
        Odds of failing for each doubling, in cells of the axes that are no lengths themselves.
    score
        Test of that.
    shortest, longest
        Tokens of short and of long prompts: 5% have fewer, 5% more.
    """

    slopes: BandSlopes
    odds: OddsPerUnit
    score: ItemScore
    shortest: int
    longest: int

    @property
    def falls_p(self) -> float:
        """One-sided p of failures not growing with the length; 1 where an outcome is too rare."""
        return 1.0 if few_outcomes(self.odds) else self.score.p_up


def along_length(samples: Samples, own: ReadingSpectra, once: Once | None = None) -> AlongLength:
    """Measure one eval; ``once`` is shared with evals that may read the same prompts."""
    tokens = own.tokens[samples.prompts]
    length = np.log2(np.maximum(tokens, 1))
    slopes = (once or Once()).of("slopes", samples, own, lambda: _slopes(samples, own, length))
    shortest, longest = (int(q) for q in np.quantile(tokens, (0.05, 0.95), method="nearest"))
    kept = [i for i in range(samples.coords.shape[1]) if not _is_length(samples, i, length)]
    stratum = row_codes(samples.coords[:, kept])[0]
    of_sample = np.log2(np.maximum(own.tokens[samples.row], 1))
    return AlongLength(
        slopes=slopes,
        odds=odds_per_unit(of_sample, samples.failed, stratum, samples.item),
        score=item_score(of_sample, samples.failed, stratum, samples.item),
        shortest=shortest,
        longest=longest,
    )


def _slopes(samples: Samples, own: ReadingSpectra, length: FloatArray) -> BandSlopes:
    steps = np.searchsorted(np.quantile(length, np.linspace(0, 1, FEW_STEPS + 1)[1:-1]), length)
    relative, half = own.spectra.relative[samples.prompts], alternating_half(samples.prompts, steps)
    return band_slopes(relative, length, half, size=own.tokens[samples.prompts])


def _is_length(samples: Samples, axis: int, length: FloatArray) -> bool:
    level = samples.level(axis).astype(np.float64)
    if np.ptp(level) == 0.0 or np.ptp(length) == 0.0:
        return False
    return bool(abs(np.corrcoef(level, length)[0, 1]) >= LENGTH_LIKE)
