"""band_limited_gain: as prompts grow, bands of the spectrum change unlike, and accuracy falls."""

from __future__ import annotations

import numpy as np

from reasonscape.findings.claim import Claim
from reasonscape.findings.finding import Effect
from reasonscape.findings.thresholds import BAND_GAIN, LENGTH_ODDS, LENGTH_RANGE, Q_PRESENT
from reasonscape.findings.wording import bounded, samples_needed, times
from reasonscape.lenses.fft.counts import LENS, caveats, counts, evidence, fixed, without_verdict
from reasonscape.lenses.fft.lengths import AlongLength
from reasonscape.lenses.fft.result import EvalFft
from reasonscape.lenses.fft.units import period, unit
from reasonscape.stats.band_slopes import octave_bands
from reasonscape.stats.pairwise_odds import OddsPerUnit

PATTERN = "band_limited_gain"


def band_limited_gain(one: EvalFft) -> Claim:
    """Judge whether one band gains on another as prompts grow, while failures grow with them."""
    known = without_verdict(one, PATTERN)
    if known is not None or one.length is None:
        return known or fixed(one, PATTERN, "no prompt has a length", reason="no_tokens")
    found = one.length
    slopes, odds = found.slopes, found.odds
    if slopes.reason == "few_levels" or found.longest < LENGTH_RANGE * found.shortest:
        said = (
            f"prompts are of about one length, {found.shortest:,} to {found.longest:,} {unit(one)}"
        )
        return fixed(one, PATTERN, said, reason="few_levels")
    if slopes.reason is not None:
        said = f"{slopes.n} different prompts are too few to fit bands along their length"
        return fixed(one, PATTERN, said, reason=slopes.reason)
    p = max(slopes.equal_p, found.falls_p)
    grows = bounded(odds.low, odds.high)
    failing = (
        f"the odds of failing are {times(odds.ratio, odds.low, odds.high)} as high for each "
        "doubling of the prompt"
        if grows
        else "how failures go with the prompt's length cannot be said"
    )
    # No sign on a zero.
    shown = (round(x, 1) + 0.0 for x in (slopes.difference, slopes.low, slopes.high))
    gain = "{:.1f} dB [{:.1f}, {:.1f}]".format(*shown)
    up, down = (_band(one, at) for at in (slopes.up, slopes.down))
    said = (
        f"power at periods of {up} gains {gain} on that at {down} for each doubling of the prompt "
        f"({found.shortest:,} to {found.longest:,} {unit(one)})"
    )
    return Claim(
        lens=LENS,
        pattern=PATTERN,
        effect=Effect(
            "slope_difference", slopes.difference, "dB per doubling", slopes.low, slopes.high,
            slopes.level,
        ),
        beyond=slopes.difference >= BAND_GAIN and slopes.low > 0.0 and _grows(odds),
        inside=slopes.farthest < BAND_GAIN or odds.high < LENGTH_ODDS,
        p=p,
        n=counts(one),
        evidence={**evidence(one), **_numbers(found)},
        caveats=caveats(one),
        samples_needed=samples_needed(
            len(one.samples), slopes.difference, slopes.low, slopes.high, BAND_GAIN
        ),
        sentences={
            "present": f"{said}, and {failing}{_shared(found)}",
            "absent": f"{said}; {failing}: failures do not grow with it"
            if slopes.farthest >= BAND_GAIN
            else f"no band gains {BAND_GAIN:.0f} dB on another as prompts grow from "
            f"{found.shortest:,} to {found.longest:,} {unit(one)}",
            "insufficient_evidence": f"{said}; {failing}; not enough to say more",
        },
    )  # fmt: skip


def _grows(odds: OddsPerUnit) -> bool:
    """Failures grow by the threshold, and the interval does not say the opposite."""
    return odds.ratio >= LENGTH_ODDS and odds.low > 1.0


def _shared(found: AlongLength) -> str:
    """Say where a text that all prompts share explains it."""
    if found.slopes.p < Q_PRESENT:
        return ""
    return (
        "; a text that all prompts share, of which longer ones hold less, would explain the bands"
    )


def _numbers(found: AlongLength) -> dict[str, object]:
    return {
        "slopes_db_per_doubling": found.slopes.slope.tolist(),
        "slopes_p": found.slopes.equal_p,
        "beyond_shared_text_p": found.slopes.p,
        "largest_difference_bound": found.slopes.farthest,
        "odds_of_failing_per_doubling": found.odds.ratio,
        "odds_interval": [found.odds.low, found.odds.high],
        "tokens": [found.shortest, found.longest],
    }


def _band(one: EvalFft, at: int) -> str:
    """Periods of a band in words."""
    frequency = one.own.frequency[np.flatnonzero(octave_bands(len(one.own.frequency)) == at)]
    shortest, longest = 1.0 / frequency[-1], 1.0 / frequency[0]
    if at == 0:
        return f"{shortest:.0f} {unit(one)} and more"
    return (
        period(float(frequency[0]), unit(one))
        if shortest == longest
        else (f"{shortest:.0f} to {longest:.0f} {unit(one)}")
    )
