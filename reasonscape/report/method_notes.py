"""What each pattern means and how it misleads, in a line each; the documents say more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Note:
    """One pattern explained."""

    means: str
    misleads: str


HOW_READ: Final = (
    (
        "A failure pattern is present if its estimate is beyond the threshold and q < 0.05, absent "
        "if its interval lies inside the threshold, and else not decided. Brackets hold 95% "
        "intervals unless another level is given."
    ),
    (
        "p is of the one test of the pattern. q is corrected over the failure patterns of the same "
        "eval and task; over several evals or tasks quote q_run of summary.json."
    ),
    (
        "Repeats of an item count as less than new items: intervals and tests use the effective "
        "number of samples. Right and wrong are compared at equal difficulty only."
    ),
    (
        "Confidence is about the share of verdicts of this confidence that are right on planted "
        "stores, where the cause is known. Real logs can fail in ways that were never planted."
    ),
)
"""How the numbers of the page are to be read."""

LENS_NOTES: Final[Mapping[str, str]] = {
    "surface": "Fits accuracy over the axes of difficulty and asks where, how sharply and along "
    "which axis it falls. Accuracy counts cut-off answers as wrong.",
    "fft": "Reads the prompt as the sequence of tokens that the model sees and asks whether its "
    "periods or its cuts go with failure. Spectra suggest and do not prove.",
    "compression": "Measures how much new a trace says as it goes on, by how well it compresses, "
    "and compares failures with right answers.",
    "hazard": "Follows traces over time and asks whether early or late ends are wrong more often "
    "than their difficulty explains. An outcome is known only at the end of a trace.",
}

PATTERN_NOTES: Final[Mapping[str, Mapping[str, Note]]] = {
    "surface": {
        "accuracy_cliff": Note(
            "accuracy falls within about one step of an axis",
            "coarse levels make a steep slope look like a cliff; items of another kind beyond a "
            "level put the break into the benchmark",
        ),
        "gradual_decline": Note(
            "accuracy goes down over several levels, as when each step has a chance of error",
            "a mixture of cliffs, one for each kind of item, averages to a slope",
        ),
        "truncation_dominant": Note(
            "most of what is lost was cut off at the token limit",
            "the decline that is often claimed beside it is the same loss; a larger limit need not "
            "help a model that loops",
        ),
        "chaotic_surface": Note(
            "cells differ more than sampling explains, and difficulty does not order them",
            "a hidden third axis looks like chaos; it is deaf to trends",
        ),
        "uniform_loss": Note(
            "accuracy is lost everywhere, whatever the axis",
            "it speaks only of the axes and the range that were asked",
        ),
        "healthy_surface": Note(
            "nothing to worry about in the range that was asked",
            "harder items than those asked may still break the model",
        ),
    },
    "fft": {
        "peak_collapse": Note(
            "a period of the easier prompts is lost in the harder ones, and accuracy with it",
            "accuracy may fall along the axis for another reason; a period that changes leaves its "
            "frequency too",
        ),
        "band_limited_gain": Note(
            "as prompts grow, one band of periods gains on another and failures grow too",
            "longer problems are harder anyway; the changed rhythm need not be why",
        ),
        "tokenization_artifact": Note(
            "at equal difficulty, failures go with how the tokenizer cuts the prompt",
            "what the axes do not say of difficulty may be cut differently as well",
        ),
        "clean_spectrum": Note(
            "nothing in how prompts are cut goes with failure",
            "it covers the signals that were looked at, and not what the words mean",
        ),
    },
    "compression": {
        "underthink": Note(
            "wrong traces stop sooner than right ones of equal difficulty",
            "refusals and unreadable answers are short and wrong as well",
        ),
        "overthink": Note(
            "wrong traces go on for longer and say less that is new",
            "hard items make long traces; what the axes do not say of difficulty stays in",
        ),
        "broken_loops": Note(
            "failures end in a loop over a good part of the trace",
            "a table or a proof by cases repeats itself without being stuck",
        ),
        "healthy_traces": Note(
            "failing traces look like right ones of equal difficulty",
            "a wrong argument can be as long and as new as a right one",
        ),
    },
    "hazard": {
        "early_hazard": Note(
            "traces that end early are wrong more often",
            "a refusal or an answer that could not be read is short and wrong as well",
        ),
        "delayed_hazard": Note(
            "traces that end late are wrong more often",
            "what the axes do not say of difficulty makes items both longer and more often wrong",
        ),
        "hazard_threshold": Note(
            "from one place on, ends are wrong more often",
            "it takes some hundred ends on each side to tell a step from a slope",
        ),
        "constant_hazard": Note(
            "when a trace ends says little about whether it is wrong",
            "a small step, or one in the first or last few percent, is not excluded",
        ),
    },
}
