"""accuracy_cliff and gradual_decline: accuracy falls along an ordered axis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from reasonscape.findings.claim import Claim
from reasonscape.findings.finding import Effect, Verdict
from reasonscape.findings.thresholds import CLIFF_FALL, DECLINE_FALL, FALL_LOW, LEVEL
from reasonscape.findings.wording import percent, points, samples_needed
from reasonscape.lenses.surface.counts import accuracy_evidence, caveats, counts
from reasonscape.lenses.surface.result import AlongAxis, EvalSurface
from reasonscape.stats.curves import DifficultyCurve

SIGNIFICANT = 0.05
"""p of a curve below which its shape means something; the claim's own p is corrected later."""

CLIFF_LEVELS = 4
"""Levels below which a cliff cannot be told from a slope."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """One pattern: the shapes that may carry it, the shape that rules it out, the least fall."""

    pattern: str
    shapes: tuple[str, ...]
    other: str
    fall: float


CLIFF = _Rule("accuracy_cliff", ("cliff",), "gradual", CLIFF_FALL)
DECLINE = _Rule("gradual_decline", ("gradual", "unresolved", "few_levels"), "cliff", DECLINE_FALL)


def accuracy_cliff(one: EvalSurface) -> Claim:
    """A fall of at least 30 points within one gap between levels."""
    if not one.falls:
        return _no_axis(one, CLIFF.pattern)
    chosen, curve = _steepest(one, CLIFF.shapes)
    fall = _fall(chosen, curve)
    claim = _claim(
        one,
        CLIFF,
        {
            "present": f"accuracy falls off a cliff: {fall}{_between(chosen, curve)}",
            "absent": f"no cliff: {fall}"
            + (" and it is gradual" if curve.shape == "gradual" else ""),
            "insufficient_evidence": f"{fall}; {_doubt(curve)}",
        },
    )
    enough = max(c.n_levels for _, c in one.falls) >= CLIFF_LEVELS
    return claim if enough or claim.inside else replace(claim, reason="few_levels")


def gradual_decline(one: EvalSurface) -> Claim:
    """A fall of at least 20 points that is not shown to be a cliff."""
    if not one.falls:
        return _no_axis(one, DECLINE.pattern)
    chosen, curve = _steepest(one, DECLINE.shapes)
    fall = _fall(chosen, curve)
    return _claim(
        one,
        DECLINE,
        {
            "present": f"accuracy declines: {fall}; {_shape_words(curve)}",
            "absent": f"no gradual decline: {fall}"
            + (", a cliff" if curve.shape == "cliff" else ""),
            "insufficient_evidence": f"{fall}; not enough to say whether accuracy declines",
        },
    )


def _claim(one: EvalSurface, rule: _Rule, sentences: Mapping[Verdict, str]) -> Claim:
    """Thresholds are stated on excess accuracy, so they come scaled by the room above chance."""
    chosen, curve = _steepest(one, rule.shapes)
    room = 1.0 - one.chance
    far = curve.fall >= rule.fall * room and curve.fall_low >= FALL_LOW * room
    return Claim(
        lens="surface",
        pattern=rule.pattern,
        effect=_effect(curve),
        beyond=curve.shape in rule.shapes and far,
        inside=all(c.fall_high < rule.fall * room or c.shape == rule.other for _, c in one.falls),
        p=_family_p(one, rule.shapes),
        n=counts(one),
        evidence=_evidence(one, chosen, curve),
        caveats=caveats(one),
        samples_needed=_needed(one, curve, rule.fall * room),
        sentences=sentences,
    )


def _steepest(one: EvalSurface, shapes: tuple[str, ...]) -> tuple[AlongAxis, DifficultyCurve]:
    """The axis a claim is about: one that shows the wanted shape first, then the largest fall."""
    return max(one.falls, key=lambda pair: (_shows(pair[1], shapes), pair[1].fall))


def _shows(curve: DifficultyCurve, shapes: tuple[str, ...]) -> int:
    """2 for a shape that is wanted and significant, 0 for one that is shown to be the other."""
    if curve.p >= SIGNIFICANT:
        return 1
    if curve.shape in shapes:
        return 2
    return 0 if curve.shape in ("cliff", "gradual") else 1


def _family_p(one: EvalSurface, shapes: tuple[str, ...]) -> float:
    """One test a pattern: the smallest p over the axes times their number (Bonferroni).

    A direction that the data chose was chosen where accuracy falls: such a p is doubled.
    """
    fitting = [
        curve.p * (2 if along.axis.harder_source == "data" else 1)
        for along, curve in one.falls
        if curve.shape in shapes
    ]
    return min(1.0, len(one.falls) * min(fitting)) if fitting else 1.0


def _effect(curve: DifficultyCurve) -> Effect:
    return Effect("fall", curve.fall, "accuracy", curve.fall_low, curve.fall_high, LEVEL)


def _fall(chosen: AlongAxis, curve: DifficultyCurve) -> str:
    low, high = 100 * curve.fall_low, 100 * curve.fall_high
    return f"{points(curve.fall)} along {chosen.axis.name} (95% interval {low:.0f} to {high:.0f})"


def _between(chosen: AlongAxis, curve: DifficultyCurve) -> str:
    levels = chosen.axis.levels
    if curve.last_good is None or curve.first_bad is None:
        return ""
    good, bad = levels[curve.last_good], levels[curve.first_bad]
    before, after = curve.fitted[curve.last_good], curve.fitted[curve.first_bad]
    drop = f"{points(before - after)} of it from {good} ({percent(before)})"
    return f", {drop} to {bad} ({percent(after)})"


def _shape_words(curve: DifficultyCurve) -> str:
    if curve.shape == "gradual":
        return "a slope over several levels"
    if curve.shape == "few_levels":
        return f"{curve.n_levels} levels cannot tell a cliff from a slope"
    return "cliff or slope is not resolved"


def _doubt(curve: DifficultyCurve) -> str:
    if curve.shape == "few_levels":
        return f"{curve.n_levels} levels cannot tell a cliff from a slope"
    if curve.shape == "unresolved" and curve.fall_low > FALL_LOW:
        return "whether it is a cliff or a slope is not resolved"
    return "too few samples to say whether there is a cliff"


def _needed(one: EvalSurface, curve: DifficultyCurve, border: float) -> int | None:
    samples = counts(one)["samples"]
    return samples_needed(samples, curve.fall, curve.fall_low, curve.fall_high, border)


def _evidence(one: EvalSurface, chosen: AlongAxis, curve: DifficultyCurve) -> dict[str, Any]:
    levels = chosen.axis.levels
    return {
        **accuracy_evidence(one),
        "axis": chosen.axis.name,
        "shape": curve.shape,
        "last_good": None if curve.last_good is None else levels[curve.last_good],
        "first_bad": None if curve.first_bad is None else levels[curve.first_bad],
        "place": curve.place,
        "place_interval": [curve.place_low, curve.place_high],
        "width": curve.width,
        "width_interval": [curve.width_low, curve.width_high],
        "ceiling": curve.ceiling,
        "floor": curve.floor,
        "sensitivity": dict(one.sensitivity),
        "falls": {along.axis.name: c.fall for along, c in one.falls},
        "shapes": {along.axis.name: c.shape for along, c in one.falls},
        "edges": {along.axis.name: along.axis.edges for along, _ in one.falls if along.axis.edges},
        "harder": {
            along.axis.name: [c.direction, along.axis.harder_source] for along, c in one.falls
        },
    }


def _no_axis(one: EvalSurface, pattern: str) -> Claim:
    said = "no ordered axis with at least two levels in the rows that matched"
    return Claim(
        lens="surface", pattern=pattern, reason="few_levels", n=counts(one),
        evidence=accuracy_evidence(one), caveats=caveats(one),
        sentences=dict.fromkeys(("present", "absent", "insufficient_evidence"), said),
    )  # fmt: skip
