"""Small contents of figures of spectra and of tokens, filled by hand."""

from __future__ import annotations

import numpy as np

from reasonscape.figures.content import LevelAxis
from reasonscape.figures.spectrum_content import (
    DifferenceSpectrum,
    Spectra,
    SpectrumCurve,
    Waterfall,
)
from reasonscape.figures.token_content import (
    FragmentationByOutcome,
    FragmentationRow,
    TokenPrompt,
    TokenView,
)

FREQUENCY = np.arange(1, 9) / 16
NOTHING = np.full(8, np.nan)


def curve(label: str = "all", height: float = 4.0) -> SpectrumCurve:
    mean = np.where(FREQUENCY == 0.25, height, 0.0)
    return SpectrumCurve(label, mean, mean - 0.5, mean + 0.5, 40, (0.25,))


def spectra(label: str = "model-a", panel: str = "") -> Spectra:
    return Spectra(
        "arithmetic",
        label,
        FREQUENCY,
        (curve("2 terms"), curve("8 terms", 1.0)),
        np.full(8, -0.3),
        np.full(8, 0.3),
        1.2,
        panel=panel,
    )


def waterfall(label: str = "model-a", panel: str = "") -> Waterfall:
    accuracy = np.array([0.9, 0.5, 0.1])
    return Waterfall(
        "arithmetic",
        label,
        LevelAxis("terms", ("2", "4", "8")),
        FREQUENCY,
        np.outer([6.0, 3.0, 0.0], FREQUENCY == 0.25) - 0.1,
        np.array([40, 41, 3]),
        np.array([False, False, True]),
        accuracy,
        accuracy - 0.05,
        accuracy + 0.05,
        (0.25,),
        panel=panel,
    )


def difference(label: str = "model-a", panel: str = "") -> DifferenceSpectrum:
    value = np.array([0.0, -1.5, 0.2, 2.0, 0.0, 0.1, 0.0, -0.1])
    return DifferenceSpectrum(
        "arithmetic: wrong minus right",
        label,
        "wrong",
        "right",
        FREQUENCY,
        value,
        value - 0.4,
        value + 0.4,
        np.abs(value) > 1,
        83,
        417,
        "difficulty cells",
        panel=panel,
    )


def spread(middle: float) -> FragmentationRow:
    right = middle + np.array([-0.5, -0.2, 0.0, 0.2, 0.5])
    return FragmentationRow("model-a", right, right + 0.3, 417, 83, 0.3, 0.1, 0.5)


def fragmentation(measure: str = "tokens per number") -> FragmentationByOutcome:
    unknown = np.full(5, np.nan)
    return FragmentationByOutcome(
        "arithmetic",
        "model-a",
        measure,
        (spread(1.5), FragmentationRow("model-b", unknown, unknown, 0, 2)),
    )


def token_view(label: str = "model-a", panel: str = "") -> TokenView:
    tokens = (("48", 0.0), (" +", 1.0), (" 92", float("nan")), (" +", 0.5), ("\n", 0.0))
    return TokenView(
        "arithmetic",
        label,
        (TokenPrompt("2 terms, wrong", tokens), TokenPrompt("2 terms, right", tokens[:2])),
        "carries the peak at every 2.0 tokens",
        panel,
    )
