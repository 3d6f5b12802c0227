"""Every threshold of every verdict, in one place, with where it comes from.

Tune nothing here without a run of ``benchmarks/surface_rules.py`` and ``benchmarks/curve_rules.py``
(and, later, the calibration program): the rates in the docs belong to these numbers.
"""

from __future__ import annotations

from typing import Final

# --- rules shared by all lenses -------------------------------------------------------------
LEVEL: Final = 0.95
"""Coverage of every interval, two-sided."""

Q_PRESENT: Final = 0.05
"""A failure pattern is present only below this q."""

FAILURE_PATTERNS: Final = {
    "surface": (
        "accuracy_cliff",
        "gradual_decline",
        "truncation_dominant",
        "chaotic_surface",
        "uniform_loss",
    ),
    "fft": ("peak_collapse", "band_limited_gain", "tokenization_artifact"),
    "compression": ("underthink", "overthink", "broken_loops"),
    "hazard": ("early_hazard", "delayed_hazard", "hazard_threshold"),
}
"""The failure patterns of the four lenses: the fixed family within one (eval, task)."""

N_TESTS: Final = sum(len(patterns) for patterns in FAILURE_PATTERNS.values())
"""Size of that family; a lens that did not run counts as p = 1."""

POOL_PATTERNS: Final = {
    "failures": (
        "clusters_follow_kind",
        "clusters_follow_model",
        "kind_over_model",
        "dominant_cluster",
    ),
    "traces": ("telling_phrases", "risky_cluster"),
}
"""Patterns of the lenses that pool tasks and evals: each lens is a family of its own, so that
running it changes no verdict of the four lenses."""

REASSURANCE_PATTERNS: Final = {
    "surface": "healthy_surface",
    "fft": "clean_spectrum",
    "compression": "healthy_traces",
    "hazard": "constant_hazard",
}

# --- cells ------------------------------------------------------------------------------------
MIN_SAMPLES_SHOWN: Final = 5
"""Cells with fewer samples are masked in drawings."""

MIN_ITEMS_CLAIMED: Final = 10
"""Cells with fewer items make no claims."""

# --- surface ----------------------------------------------------------------------------------
CAPABLE: Final = 0.9
"""Excess accuracy from which a cell counts as capable."""

HEALTHY_ACCURACY: Final = 0.9
"""Lower bound of the standardised accuracy that a healthy surface needs."""

FALL_ABSENT: Final = 0.2
"""A fall whose upper bound is below this is no fall."""

CLIFF_FALL: Final = 0.3
DECLINE_FALL: Final = 0.2
FALL_LOW: Final = 0.1
"""Lower bound that a claimed fall must pass."""

TRUNCATION_SHARE: Final = 0.5
"""Truncated among the not-correct outside capable cells, from which truncation dominates."""

TRUNCATION_DRAWN: Final = 0.02
"""Lower bound of the truncated share from which a cell carries a tower."""

SPREAD: Final = 0.1
"""Standard deviation between cells, beyond any smooth surface, from which it is chaotic."""

CHAOS_CELLS: Final = 12
"""Cells of ten items that a claim of chaos needs."""

CHAOS_ABSENT_CELLS: Final = 25
"""Cells from which the absence of chaos may be claimed."""

# --- fft --------------------------------------------------------------------------------------
COLLAPSE_RATIO: Final = 0.67
"""Prominence of the harder levels over that of the easier ones, from which down peaks collapse."""

COLLAPSE_HIGH: Final = 0.8
"""Upper bound that the ratio of a collapse must stay below."""

COLLAPSE_FALL: Final = 0.1
"""Accuracy that must be lost along the same axis, beyond what the other axes explain."""

PEAK_PROMINENCE: Final = 0.25
"""Power over that of shuffled tokens, less 1, from which a peak is worth losing: about 1 dB."""

PEAK_ITEMS: Final = 10
"""Prompts that choose peaks, that confirm them, and that are judged: each at least."""

BAND_GAIN: Final = 1.0
"""dB for each doubling of the prompt by which the slopes of two bands must differ."""

LENGTH_RANGE: Final = 1.5
"""Tokens of long prompts over those of short ones (95% and 5%), below which none is a length."""

LENGTH_ODDS: Final = 1.5
"""Odds of failing for each doubling of the prompt, from which accuracy falls with its length."""

ARTIFACT_ODDS: Final = 1.5
"""Odds of failing for one standard deviation of fragmentation, or of a peak of the tokenizer's
own, within cells of difficulty."""

# --- compression ------------------------------------------------------------------------------
UNDERTHINK_RATIO: Final = 0.77
"""Length of wrong traces over right ones within strata, from which down they think too little."""

OVERTHINK_RATIO: Final = 1.3
"""The same, from which up they think too much, if they also say less that is new."""

CIRCLING: Final = 0.1
"""Share of the right traces' novelty by which wrong ones' tails must fall below it."""

LOOP_COVERED: Final = 0.3
"""Part of a trace that a terminal loop must cover to count as broken."""

LOOP_SHARE: Final = 0.05
"""Samples that fail in such a loop, among all, from which loops are broken."""

LOOP_ALARMS: Final = 0.01
"""Looping traces that the finder's own false alarms could explain, careful."""

FEW_FAILURES: Final = 0.05
"""Failures among all samples whose upper bound lies below this leave no pattern of failing."""

# --- failures ---------------------------------------------------------------------------------
FOLLOWS: Final = 0.1
"""Share of what the clusters tell that a label must explain, beyond its own shuffles."""

FOLLOWS_MORE: Final = 0.05
"""By how much the kind must explain more than the model, or the reverse."""

DOMINANT: Final = 0.5
"""Part of an eval's failures that one cluster must hold."""

FEW_CLUSTERED: Final = 20
"""Failures of an eval below which no cluster is called dominant."""

# --- traces -----------------------------------------------------------------------------------
PHRASE_ODDS: Final = 1.5
"""Odds of ending wrong with a phrase over those without, from which (or its inverse) it tells."""

RISKY_ODDS: Final = 1.5
"""The same for a cluster of traces."""

# --- hazard -----------------------------------------------------------------------------------
HAZARD_RATIO: Final = 2.0
"""Odds of a wrong end on one side of the median end over those on the other, from which it is
early or delayed; and the step of the odds that must be excluded for a threshold to be absent."""

STEP_JUMP: Final = 1.5
"""Factor by which the odds of a wrong end must jump at a threshold."""

STEP_GAIN: Final = 3.0
"""Log-likelihood by which a narrow step must beat a wide one, or the reverse."""

STEP_ENDS: Final = 100
"""Independent ends that a step is looked for in."""
