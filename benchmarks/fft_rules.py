"""Print how often the rules behind the patterns of the input lens claim what is there.

Token series are drawn as arrays, their relative spectra are computed in batches, and the statistics
of ``reasonscape.stats`` judge them. Null worlds have difficulty that drifts along the axis, prompts
of unequal and of growing length, instructions that all prompts share, and peaks whose strength
differs by a tenth between levels.
Run: ``python benchmarks/fft_rules.py [--runs N] [--power N] [--seed S]``.
"""

from __future__ import annotations

from typing import Final

# Reference effects: the sizes at which each rule has to find what is planted in four of five data
# sets. They were written down before any rule was tuned.

COLLAPSE: Final = {
    "levels": 6,
    "prompts_a_level": 30,
    "tokens": 200,
    "period": 5,
    "kept": 0.5,
    "accuracy_easier": 0.85,
    "accuracy_harder": 0.6,
}
"""A delimiter stands at half of the places of a period of five tokens on the easier levels; on the
harder ones as many stand anywhere, and accuracy is lower by a quarter."""

GAIN: Final = {"levels": 4, "prompts_a_level": 40, "tokens": 100, "decibel_a_doubling": 2.0}
"""Power in one octave grows by 2 dB for each doubling of the length, from 100 to 800 tokens."""

ARTIFACT: Final = {"cells": 12, "items_a_cell": 20, "repeats": 2, "odds_ratio": 2.0}
"""The odds of failing double for one standard deviation of fragmentation within a cell, and an
item's own difficulty (standard deviation of the log odds: 1) comes on top of it."""
