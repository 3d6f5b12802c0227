"""Data sets for ``benchmarks/fft_rules.py``: token series and outcomes, judged by the fft lens."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reasonscape.datasets.cells import Axis, ObservedLevel
from reasonscape.datasets.direction import find_direction
from reasonscape.findings.finding import Finding
from reasonscape.findings.later import Later
from reasonscape.findings.verdict import Subject, judge
from reasonscape.lenses.fft.artifacts import artifacts
from reasonscape.lenses.fft.axes import along_axis
from reasonscape.lenses.fft.claims import claims
from reasonscape.lenses.fft.lengths import along_length
from reasonscape.lenses.fft.result import EvalFft, FftResult
from reasonscape.lenses.fft.samples import LeftOut, Samples
from reasonscape.lenses.fft.spectra import Pieces, ReadingSpectra
from reasonscape.stats.band_slopes import octave_bands
from reasonscape.stats.clustered_share import clustered_share
from reasonscape.stats.fragmentation import excess_fragmentation
from reasonscape.stats.relative_spectra import symbolic_spectra
from reasonscape.stats.segments import frequencies, segment_length
from reasonscape.stats.strata import difficulty_strata
from reasonscape.text.readings import reading
from tests.stats.spectrum_data import World, series

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

OTHERS = 3
"""Levels of a second axis."""

SPELLING = ((0, 1), (2, 3, 4), (0, 5, 3, 1), (4, 2, 1))
"""Bytes of the four tokens; the second reading is made of them."""

PLANTED_BAND = 2
"""Octave that gains: periods of four to eight tokens."""


@dataclass(frozen=True)
class Setting:
    """What prompts look like, and what makes failures.

    Attributes
    ----------
    easy, fall
        Accuracy of the easier half of the levels, and by how much that of the harder half is lower.
    trend
        Log odds of failing that the levels add from first to last, on an even slope.
    drift
        Standard deviation over levels of the log odds of failing, whatever the prompts.
    other
        Log odds of failing that each level of the second axis adds; None without such an axis.
    item_sd, repeats
        An item's own log odds of failing, and how often each is asked.
    doubling
        Odds of failing for each doubling of the prompt.
    gain
        Decibel for each doubling in one octave.
    odds
        Odds of failing for one standard deviation of numbers' fragmentation within a cell.
    broken
        How fragmentation goes along the levels and with the prompt's length, failures aside.
    guessed
        Whether the data say which way an axis is harder.
    """

    world: World = field(default_factory=World)
    easy: float = 0.85
    fall: float = 0.0
    trend: float = 0.0
    drift: float = 0.0
    other: float | None = 0.3
    item_sd: float = 0.0
    repeats: int = 1
    doubling: float = 1.0
    gain: float = 0.0
    odds: float = 1.0
    broken: tuple[float, float] = (0.0, 0.0)
    guessed: bool = False


def logit(share: npt.NDArray[np.floating]) -> Floats:
    return np.asarray(np.log(share) - np.log1p(-share))


def logistic(latent: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-latent)))


def found(rng: np.random.Generator, setting: Setting) -> dict[str, Finding]:
    """Draw a data set and judge it as the lens does, corrected as in a run."""
    tokens, size, level = series(rng, setting.world)
    # The lens deals prompts by hash, which knows nothing of them.
    order = rng.permutation(len(level))
    tokens, size, level = tokens[order], size[order], level[order]
    own, bytes_read = _spectra(rng, tokens, size, level, setting)
    other = rng.integers(0, OTHERS, len(level))
    failed = _failures(rng, setting, level, other, own)
    coords = level[:, None] if setting.other is None else np.stack([level, other], axis=1)
    shape = [setting.world.levels, OTHERS][: coords.shape[1]]
    samples = _samples(failed, coords, shape)
    axes = tuple(_axis(i, n, samples, setting.guessed) for i, n in enumerate(shape))
    result = FftResult(
        base_task="t", label="t", signal="symbolic", axes=axes, asked=False, pairs=(), notes=(),
        evals=(_eval(samples, own, bytes_read, axes),),
    )  # fmt: skip
    judged = claims(result)[0]
    return {one.pattern: one for one in judge(judged.subject, judged.claims)}


def _eval(
    samples: Samples, own: ReadingSpectra, against: ReadingSpectra, axes: tuple[Axis, ...]
) -> EvalFft:
    failures = clustered_share(samples.failed, samples.cell, samples.item)
    return EvalFft(
        subject=Subject("e", "m", "t"),
        label="e",
        own=own,
        known=True,
        against="bytes",
        samples=samples,
        left_out=LeftOut(len(samples), 0, 0, 0, 0),
        items=len(samples.prompts),
        effective=failures.trials,
        failures=failures,
        mean=None,
        later_shapes=None,
        later_outcome=None,
        later_axes=Later(
            lambda: tuple(along_axis(i, axis, samples, own) for i, axis in enumerate(axes))
        ),
        later_length=Later(lambda: along_length(samples, own)),
        later_artifacts=Later(lambda: artifacts(samples, own, against, np.arange(len(own.tokens)))),
        readings=(),
        shown=(),
    )


def _spectra(
    rng: np.random.Generator, tokens: Ints, size: Ints, level: Ints, setting: Setting
) -> tuple[ReadingSpectra, ReadingSpectra]:
    """The prompts by their tokens, and by the bytes of those."""
    flat = tokens[tokens >= 0]
    spelt = np.array([len(one) for one in SPELLING])
    wide = np.array([[*one, -1, -1][:4] for one in SPELLING])
    wide[np.arange(4) >= spelt[:, None]] = -1
    ends = np.concatenate([[0], np.cumsum(size)])
    byte_ends = np.concatenate([[0], np.cumsum(spelt[flat])])[ends]
    letters = wide[flat]
    numbers = _pieces(rng, size, level, setting)
    words = _pieces(rng, size, level, setting)
    own = _reading("words", flat, ends, np.diff(byte_ends), (numbers, words))
    if setting.gain:
        band = octave_bands(own.spectra.size // 2) == PLANTED_BAND
        longer = np.log2(size / setting.world.tokens)
        own.spectra.relative[:, band] *= 10.0 ** (0.1 * setting.gain * longer)[:, None]
    return own, _reading("bytes", letters[letters >= 0], byte_ends, np.diff(byte_ends), None)


def _reading(
    name: str, flat: Ints, ends: Ints, size: Ints, pieces: tuple[Pieces, Pieces] | None
) -> ReadingSpectra:
    lengths = np.diff(ends)
    segment = segment_length(lengths)
    none = Pieces(np.full(len(lengths), np.nan), np.full(len(lengths), np.nan))
    numbers, words = pieces or (none, none)
    return ReadingSpectra(
        reading=reading(name), row=np.arange(len(lengths)),
        spectra=symbolic_spectra(flat, ends, segment), frequency=frequencies(segment),
        tokens=lengths, bytes=size, numbers=numbers, words=words, tokenised=0,
    )  # fmt: skip


def _pieces(rng: np.random.Generator, size: Ints, level: Ints, setting: Setting) -> Pieces:
    """Six numbers a prompt, of three to six digits; each prompt's break as often as it does."""
    n, (by_level, by_length) = len(size), setting.broken
    digits = rng.integers(3, 7, (n, 6))
    step = level / max(setting.world.levels - 1, 1)
    longer = np.log2(size / setting.world.tokens)
    share = logistic(rng.normal(size=n) + by_level * (step - 0.5) + by_length * longer)
    tokens = 1 + rng.binomial(digits - 1, share[:, None])
    prompt = np.repeat(np.arange(n), 6)
    return Pieces(
        tokens.mean(axis=1), excess_fragmentation(tokens.ravel(), digits.ravel(), prompt, n)
    )


def _failures(
    rng: np.random.Generator, setting: Setting, level: Ints, other: Ints, own: ReadingSpectra
) -> npt.NDArray[np.bool_]:
    """Outcome of each repeat of each prompt, shape (prompts, repeats)."""
    levels, n = setting.world.levels, len(level)
    hard = 2 * level >= levels
    latent = -logit(setting.easy - setting.fall * hard)
    latent += setting.trend * level / max(levels - 1, 1)
    latent += (setting.drift * rng.normal(size=levels))[level]
    if setting.other is not None:
        latent += setting.other * (other - 1)
    latent += np.log(setting.doubling) * np.log2(own.tokens / setting.world.tokens)
    cell = level * OTHERS + (0 if setting.other is None else other)
    mean = np.bincount(cell, own.numbers.excess) / np.maximum(np.bincount(cell), 1)
    centred = own.numbers.excess - mean[cell]
    latent += np.log(setting.odds) * centred / centred.std()
    latent += setting.item_sd * rng.normal(size=n)
    return np.asarray(rng.random((n, setting.repeats)) < logistic(latent)[:, None])


def _samples(failed: npt.NDArray[np.bool_], coords: Ints, shape: list[int]) -> Samples:
    n, repeats = failed.shape
    row = np.repeat(np.arange(n), repeats)
    outcome, of_sample = failed.ravel(), coords[row]
    strata = difficulty_strata(~outcome, row, of_sample, shape)
    return Samples(row, row, of_sample, outcome, strata, np.arange(n), np.arange(n) * repeats)


def _axis(place: int, n: int, samples: Samples, guessed: bool) -> Axis:
    level = samples.coords[:, place]
    asked = np.bincount(level, minlength=n)
    right = np.bincount(level, ~samples.failed, n).astype(int)
    items = np.bincount(samples.level(place), minlength=n)
    seen = [
        ObservedLevel(i, int(items[i]), int(asked[i]), int(right[i])) for i in range(n)
    ]  # fmt: skip
    direction = find_direction(seen, None if guessed else "up")
    values = tuple(float(i) for i in range(n))
    return Axis(
        name=f"axis {place}", column=f"param.{place}", kind="ordered",
        levels=tuple(str(i) for i in range(n)), positions=values, edges=None, values=values,
        ranges=tuple((v, v) for v in values), items=tuple(items.tolist()), n_values=n,
        harder=direction.harder, harder_source=direction.source,
        rank_correlation=direction.rank_correlation, label=f"axis {place}", unit="",
    )  # fmt: skip
