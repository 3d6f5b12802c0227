"""peak_collapse: periods of the easier prompts vanish along an axis, and accuracy with them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reasonscape.datasets.cells import Axis
from reasonscape.findings.claim import Claim
from reasonscape.findings.finding import Effect, Verdict
from reasonscape.findings.thresholds import COLLAPSE_FALL, COLLAPSE_HIGH, COLLAPSE_RATIO
from reasonscape.findings.wording import points, samples_needed
from reasonscape.lenses.fft.axes import AlongAxis
from reasonscape.lenses.fft.counts import LENS, caveats, counts, evidence, fixed, without_verdict
from reasonscape.lenses.fft.result import EvalFft
from reasonscape.lenses.fft.units import period, unit
from reasonscape.stats.peak_collapse import PeakCollapse
from reasonscape.stats.spectral_peaks import Peaks
from reasonscape.stats.within_strata import MeanDifference

PATTERN = "peak_collapse"


@dataclass(frozen=True, slots=True)
class _Try:
    """One axis along which peaks may collapse."""

    axis: Axis
    along: AlongAxis
    collapse: PeakCollapse
    fall: MeanDifference

    @property
    def gone(self) -> bool:
        """Whether the peaks are missing from the harder levels."""
        found = self.collapse
        return found.ratio <= COLLAPSE_RATIO and found.high < COLLAPSE_HIGH

    @property
    def beyond(self) -> bool:
        return self.gone and self.fall.value <= -COLLAPSE_FALL

    @property
    def inside(self) -> bool:
        """Whether either condition can be excluded."""
        kept = self.collapse.reason == "no_peaks" or self.collapse.low > COLLAPSE_RATIO
        return kept or self.fall.low > -COLLAPSE_FALL


def peak_collapse(one: EvalFft, axes: Sequence[Axis]) -> Claim:
    """Judge the axis along which peaks fade most clearly.

    The axis is chosen by the prompts alone, so only the test of the prompts pays for the choice;
    whether accuracy falls is asked on the chosen axis only.
    """
    known = without_verdict(one, PATTERN)
    if known is not None:
        return known
    tries = [found for along in one.axes if (found := _tried(axes[along.place], along)) is not None]
    if not tries:
        said = "no axis is known to make the prompts harder, so no level can lose what others have"
        return fixed(one, PATTERN, said, reason="few_levels")
    able = [found for found in tries if found.collapse.reason in (None, "no_peaks")]
    if not able:
        few = all(found.collapse.reason == "few_levels" for found in tries)
        said = "too few prompts on the easier or the harder levels to compare their peaks"
        return fixed(one, PATTERN, said, reason="few_levels" if few else "few_samples")
    shown = min(able, key=lambda found: (not found.gone, found.collapse.p, found.collapse.ratio))
    collapse, fall = shown.collapse, shown.fall
    return Claim(
        lens=LENS,
        pattern=PATTERN,
        effect=_effect(collapse),
        beyond=shown.beyond,
        inside=all(found.inside for found in able),
        p=max(min(1.0, len(able) * collapse.p), shown.along.falls_p),
        n=counts(one),
        evidence={
            **evidence(one),
            "axis": shown.axis.name,
            "easier_prominence": collapse.easier,
            "harder_prominence": collapse.harder,
            "peaks_cycles_per_token": _frequencies(one, collapse.peaks),
            "harder_peaks_cycles_per_token": _frequencies(one, shown.along.instead),
            "accuracy_change": fall.value,
            "accuracy_change_interval": [fall.low, fall.high],
            "accuracy_falls_p": shown.along.falls_p,
            "prompts_that_chose": collapse.n_chosen,
            "axes_tried": [found.axis.name for found in able],
        },
        caveats=(*caveats(one), *_guessed(shown), *_moved(one, shown)),
        samples_needed=samples_needed(
            len(one.samples), fall.value, fall.low, fall.high, -COLLAPSE_FALL
        )
        if shown.gone
        else None,
        sentences=_sentences(one, shown),
    )


def _effect(collapse: PeakCollapse) -> Effect | None:
    if collapse.reason is not None:
        return None
    return Effect(
        "harder_over_easier_prominence",
        collapse.ratio,
        "ratio",
        collapse.low,
        collapse.high,
        # Both bounds are one-sided.
        2.0 * collapse.level - 1.0,
    )


def _sentences(one: EvalFft, shown: _Try) -> dict[Verdict, str]:
    collapse, fall = shown.collapse, shown.fall
    if collapse.reason is not None:
        seen = one.own.spectra.size
        none = f"no period of the easier prompts stands out (of those up to {seen} {unit(one)})"
        return {
            "present": none,
            "absent": f"{none}, so none can be lost",
            "insufficient_evidence": none,
        }
    # Pooled prominence may fall below that of shuffled prompts; in words that is none.
    shares = [max(x, 0.0) for x in (collapse.ratio, collapse.low, collapse.high)]
    have = "have" if len(collapse.peaks) > 1 else "has"
    what = (
        f"along {shown.axis.name} the {_periods(one, collapse)} of easier prompts {have} "
        + ("none of" if shares[2] < 0.005 else "{:.2f} times [{:.2f}, {:.2f}]".format(*shares))
        + " their prominence in the harder half of the levels"
    )
    absent = "they are not lost"
    if shown.gone:
        absent = "they are lost, but accuracy does not fall with them"
    return {
        "present": (
            f"{what}, and accuracy falls by {points(-fall.value)} there, beyond what other axes "
            "explain"
        ),
        "absent": f"{what}: {absent}",
        "insufficient_evidence": (
            f"{what}, and accuracy changes by {_change(fall)}; not enough to say more"
        ),
    }


def _tried(axis: Axis, along: AlongAxis) -> _Try | None:
    if along.collapse is None or along.fall is None:
        return None
    return _Try(axis, along, along.collapse, along.fall)


def _change(fall: MeanDifference) -> str:
    if not math.isfinite(fall.low) or not math.isfinite(fall.high):
        return "an amount that too few failures tell"
    return f"{points(fall.value)} [{100 * fall.low:.0f}, {100 * fall.high:.0f}]"


def _frequencies(one: EvalFft, peaks: Peaks | None) -> list[float]:
    bins = [] if peaks is None else peaks.bins.tolist()
    return [float(one.own.frequency[at]) for at in bins]


def _periods(one: EvalFft, collapse: PeakCollapse) -> str:
    """Periods of the peaks, the strongest first."""
    listed = [period(f, "").strip() for f in _frequencies(one, collapse.peaks)]
    listed = listed if len(listed) < 2 else [", ".join(listed[:-1]), listed[-1]]
    plural = "s" if len(collapse.peaks) > 1 else ""
    return f"period{plural} of {' and '.join(listed)} {unit(one)}"


def _moved(one: EvalFft, shown: _Try) -> tuple[str, ...]:
    """Say where the harder levels have a period of their own that is as strong."""
    collapse, instead = shown.collapse, shown.along.instead
    if not shown.gone or instead is None or not len(instead):
        return ()
    if instead.prominence[0] < COLLAPSE_RATIO * collapse.peaks.prominence[0]:
        return ()
    there = period(float(one.own.frequency[instead.bins[0]]), unit(one))
    said = f"harder prompts have a period of {there} that stands out as much: it may have moved"
    return (f"{said} there and not been lost",)


def _guessed(shown: _Try) -> tuple[str, ...]:
    if not shown.along.guessed:
        return ()
    return (f"which way {shown.axis.name} is harder was taken from the data",)
