"""underthink: wrong traces stop too soon."""

from __future__ import annotations

import math

from reasonscape.findings.claim import Claim
from reasonscape.findings.thresholds import UNDERTHINK_RATIO
from reasonscape.findings.wording import bounded, samples_needed, times
from reasonscape.lenses.compression.counts import (
    LENS,
    caveats,
    counts,
    directed,
    enough,
    evidence,
    ratio,
    ratio_effect,
    without_verdict,
)
from reasonscape.lenses.compression.result import EvalCompression, Lengths
from reasonscape.stats.shift import Shift

PATTERN = "underthink"
BORDER = math.log(UNDERTHINK_RATIO)


def underthink(one: EvalCompression) -> Claim:
    """Finished wrong traces at most 0.77 times as long as right ones, also without loops."""
    known = without_verdict(one, PATTERN)
    if known is not None or one.lengths is None:
        return known or without_lengths(one)
    lengths = one.lengths
    shifts = (lengths.shift, lengths.unlooped)
    reason = enough(one, lengths.shift)
    said = (
        f"wrong traces are {length_words(lengths.shift)} as long as right ones of equal difficulty"
    )
    return Claim(
        lens=LENS,
        pattern=PATTERN,
        effect=ratio_effect("wrong_over_right_length", lengths.shift),
        beyond=all(s.value <= BORDER for s in shifts),
        inside=any(s.low > BORDER for s in shifts),
        p=max(directed(s.p, s.value < 0.0) for s in shifts),
        reason=reason,
        n=counts(one),
        evidence={**evidence(one), **length_evidence(lengths), "examples": _examples(one)},
        caveats=caveats(one),
        samples_needed=needed(one, lengths.shift, BORDER),
        sentences={
            "present": f"{said}: they stop too soon",
            "absent": f"{said}: they do not stop too soon",
            "insufficient_evidence": too_few(lengths.shift, said),
        },
    )


def without_lengths(one: EvalCompression) -> Claim:
    """For the type checker's sake: traces there are always have lengths."""
    raise AssertionError(f"no lengths were measured for {one.label}")


def too_few(shift: Shift, said: str) -> str:
    """Sentence for what is not decided."""
    if shift.strata == 0:
        return "right and wrong traces nowhere occur at equal difficulty"
    if not bounded(ratio(shift.low), ratio(shift.high)):
        return "right and wrong traces of equal difficulty are too few to compare"
    return f"{said}; not enough to say more"


def length_words(shift: Shift) -> str:
    """A shift of log length as a ratio in words."""
    return times(ratio(shift.value), ratio(shift.low), ratio(shift.high))


def needed(one: EvalCompression, shift: Shift, border: float) -> int | None:
    """About how many samples would settle where a shift lies."""
    return samples_needed(one.n_traces, shift.value, shift.low, shift.high, border)


def length_evidence(lengths: Lengths) -> dict[str, object]:
    """The contrast of lengths in numbers."""
    return {
        "ratio_without_loops": ratio(lengths.unlooped.value),
        "ratio_without_loops_interval": [
            ratio(lengths.unlooped.low),
            ratio(lengths.unlooped.high),
        ],
        "compared": {
            "wrong": lengths.shift.n_second,
            "right": lengths.shift.n_first,
            "items": lengths.shift.clusters,
            "strata": lengths.shift.strata,
        },
        "tail_novelty_difference": lengths.tail.value,
        "tail_novelty_interval": [lengths.tail.low, lengths.tail.high],
    }


def _examples(one: EvalCompression) -> list[str]:
    return [example.uid for example in one.examples if example.pattern == PATTERN]
