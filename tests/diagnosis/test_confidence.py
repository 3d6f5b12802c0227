"""Confidence: shares of scores, and what caps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.diagnosis.confidence import BARE, GAP, MOST, UNSEEN, confidences
from reasonscape.diagnosis.evidence import Evidence, by_subject
from reasonscape.diagnosis.hypotheses import hypotheses
from reasonscape.findings.hypothesis import Cause
from tests.diagnosis.simulated import findings_of

NOBODY = Evidence("e", "m", "t", {})
CAUSES: list[Cause] = ["underthinking", "capability_gap", "unstable_surface"]


@given(st.lists(st.floats(-20, 20), min_size=1, max_size=3))
def test_confidences_are_shares_that_never_rise(scores: list[float]) -> None:
    ordered = sorted(scores, reverse=True)
    pairs = list(zip(CAUSES, ordered, strict=False))
    found = confidences(pairs, (), NOBODY)
    assert all(0.0 <= one <= MOST for one in found)
    assert sum(found) <= 1.0 + 1e-9
    assert all(one <= found[0] for one in found)


def test_a_lone_cause_is_as_sure_as_the_cap() -> None:
    assert confidences([("underthinking", 3.0)], (), NOBODY) == [MOST]
    assert confidences([("capability_gap", 3.0)], (), NOBODY)[0] == pytest.approx(GAP)
    assert confidences([("capability_gap", 3.0)], ("fft",), NOBODY)[0] == pytest.approx(UNSEEN)


def test_a_gap_is_less_sure_where_mechanisms_are_open() -> None:
    closed = by_subject(findings_of({"gradual_decline": {}}))[0]
    everything = ("underthink", "overthink", "broken_loops", "early_hazard", "delayed_hazard")
    open_ = by_subject(findings_of({"gradual_decline": {}}, undecided=everything))[0]
    pair: list[tuple[Cause, float]] = [("capability_gap", 3.0)]
    assert confidences(pair, (), open_)[0] < confidences(pair, (), closed)[0]


def test_bare_answers_only_hint_at_thinking() -> None:
    answers: dict[str, Any] = {
        "visible_answers": 1.0,
        "median_length": {"correct": 9.0},
        "unit": "tokens",
    }
    shown: Mapping[str, Any] = {"uniform_loss": {}, "underthink": {"value": 0.7}}
    for extra, most in ((answers, BARE), ({**answers, "visible_answers": 0.0}, MOST)):
        found = findings_of(shown, accuracy=0.6)
        found = [f if f.pattern != "healthy_traces" else replace(f, evidence=extra) for f in found]
        first = hypotheses(found)[0]
        assert first.cause == "underthinking" and first.confidence <= most
        assert (first.confidence > BARE) == (most > BARE)
