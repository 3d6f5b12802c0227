"""From measurements to the contents of pictures of tokens."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reasonscape.figures.token_content import (
    QUANTILES,
    FragmentationByOutcome,
    FragmentationRow,
    TokenPrompt,
    TokenView,
)
from reasonscape.lenses.fft.result import EvalFft, FftResult
from reasonscape.lenses.fft.spectra import BoolArray, FloatArray
from reasonscape.lenses.fft.units import period, unit
from reasonscape.stats.within_strata import mean_difference


def fragmentation_of(result: FftResult, evals: Sequence[EvalFft]) -> list[FragmentationByOutcome]:
    """Tokens a number, a word and a byte, wrong against right: a panel a measure."""
    panels = []
    readings = {one.own.reading.name for one in evals}
    cut = f"cut ({readings.pop()})" if len(readings) == 1 else "cut"
    for measure in ("tokens per number", "tokens per word", "tokens per byte"):
        rows = [_row(one, _measured(one, measure)[one.samples.row]) for one in evals]
        found = tuple(row for row in rows if row is not None)
        if found:
            title = f"{result.label}: how prompts are {cut}, wrong against right"
            panels.append(FragmentationByOutcome(title, "", measure, found))
    return panels


def _measured(one: EvalFft, measure: str) -> FloatArray:
    """A measure of each prompt."""
    if measure == "tokens per number":
        return one.own.numbers.mean
    if measure == "tokens per word":
        return one.own.words.mean
    return np.asarray(one.own.tokens / np.maximum(one.own.bytes, 1))


def _row(one: EvalFft, values: FloatArray) -> FragmentationRow | None:
    """One eval's row; None where the measure does not vary, as for bytes."""
    samples, group = one.samples, one.samples.equal
    known = np.isfinite(values)
    if not known.any() or np.ptp(values[known]) == 0.0:
        return None
    values, failed, group = values[known], samples.failed[known], group[known]
    found = mean_difference(values, failed, group, samples.item[known])
    size = int(group.max()) + 1
    wrong, right = (np.bincount(group, side, size) for side in (failed, ~failed))
    # Right answers are weighted to the difficulty of the wrong ones.
    weight = np.where(failed, right[group] > 0.0, wrong[group] / np.maximum(right[group], 1.0))
    row = samples.row[known]
    return FragmentationRow(
        label=one.label,
        right=_quantiles(values, weight * ~failed),
        wrong=_quantiles(values, weight * failed),
        right_prompts=len(np.unique(row[~failed & (weight > 0.0)])),
        wrong_prompts=len(np.unique(row[failed & (weight > 0.0)])),
        difference=found.value,
        low=found.low if np.isfinite(found.low) else np.nan,
        high=found.high if np.isfinite(found.high) else np.nan,
    )


def _quantiles(values: FloatArray, weight: FloatArray) -> FloatArray:
    """Weighted quantiles; NaN without weight."""
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weight[order])
    if not len(total) or total[-1] <= 0.0:
        return np.full(len(QUANTILES), np.nan)
    at = np.searchsorted(total, np.asarray(QUANTILES) * total[-1])
    return np.asarray(values[order][np.minimum(at, len(order) - 1)])


def tokens_of(result: FftResult, one: EvalFft) -> TokenView | None:
    """The prompts that were asked for; None where there are none."""
    if not one.shown:
        return None
    prompts = tuple(
        TokenPrompt(
            shown.label,
            tuple(
                (piece.decode("utf-8", "replace"), float(mark))
                for piece, mark in zip(shown.pieces, shown.marks, strict=True)
            ),
        )
        for shown in one.shown
    )
    found = period(one.shown[0].frequency, unit(one))
    return TokenView(
        title=f"{result.label}: prompts by their tokens ({one.own.reading.name})",
        eval_label=one.label,
        prompts=prompts,
        mark_label=f"stands again every {found}",
    )


def varies(one: EvalFft) -> BoolArray:
    """Whether each measure of fragmentation differs between the eval's prompts."""
    rows = one.samples.prompts
    columns = (one.own.numbers.mean[rows], one.own.words.mean[rows])
    return np.array([np.ptp(c[np.isfinite(c)]) > 0.0 if np.isfinite(c).any() else False
                     for c in columns])  # fmt: skip
