"""finetune_regression: what must be lost, and what is then said."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest

from reasonscape.diagnosis.hypotheses import hypotheses
from reasonscape.diagnosis.regression import LOST, below, with_regressions
from reasonscape.findings.finding import Effect, Finding
from reasonscape.findings.verdict import Subject
from tests.diagnosis.simulated import findings_of

TUNED = Subject("e1", "a model", "arithmetic")


def lost(value: float, half: float = 0.02, *, q: float = 1e-6, items: int = 200) -> Finding:
    effect = Effect("baseline_minus_eval", value, "accuracy", value - half, value + half)
    return below(TUNED, effect, p=q, q=q, items=items)


@pytest.mark.parametrize(
    ("value", "half", "q", "items", "verdict", "reason"),
    [
        (0.2, 0.02, 1e-6, 200, "present", None),
        (0.2, 0.25, 1e-6, 200, "insufficient_evidence", "few_samples"),
        (0.2, 0.02, 0.2, 200, "insufficient_evidence", "few_samples"),
        (LOST / 2, 0.001, 1e-6, 200, "absent", None),
        (-0.2, 0.02, 1e-6, 200, "absent", None),
        (math.nan, math.nan, 1.0, 0, "insufficient_evidence", "no_shared_items"),
    ],
)
def test_the_verdict_needs_size_interval_and_q(
    value: float, half: float, q: float, items: int, verdict: str, reason: str | None
) -> None:
    finding = lost(value, half, q=q, items=items)
    assert (finding.verdict, finding.reason) == (verdict, reason)


def test_words_say_which_way_it_went() -> None:
    assert "20 points (95% interval 18 to 22) below the baseline" in lost(0.2).statement
    assert "20 points (95% interval 18 to 22) above the baseline" in lost(-0.2).statement
    assert "nothing can be compared" in lost(math.nan, items=0).statement


def test_a_regression_leads_and_the_mechanism_stands_second() -> None:
    zone = {"healthy_surface": {"capable_share": 0.1}}
    here = findings_of({"uniform_loss": {}, "underthink": {}, **zone}, accuracy=0.6)
    there = findings_of({"healthy_surface": {"capable_share": 0.9}}, accuracy=0.97, eval_id="base")
    found = [*here, *there]
    ranked = with_regressions(hypotheses(found), found, [lost(0.3)], "base")
    mine = [one for one in ranked if one.eval_id == "e1"]
    assert [one.cause for one in mine[:2]] == ["finetune_regression", "underthinking"]
    assert [one.rank for one in mine] == list(range(1, len(mine) + 1))
    assert "underthink" in mine[0].statement and "10% of the cells" in mine[0].statement
    assert set(mine[0].support) <= {f.id for f in [*found, lost(0.3)]}
    # The baseline's own hypotheses stay as they were.
    assert [one.cause for one in ranked if one.eval_id == "base"] == ["healthy"]


def test_what_the_baseline_shows_too_is_not_new() -> None:
    shown: Mapping[str, Mapping[str, Any]] = {"uniform_loss": {}, "underthink": {}}
    found = [
        *findings_of(shown, accuracy=0.6),
        *findings_of(shown, accuracy=0.8, eval_id="base"),
    ]
    first = with_regressions(hypotheses(found), found, [lost(0.2)], "base")[0]
    assert first.cause == "finetune_regression"
    assert "no lens shows a pattern that the baseline has not" in first.statement


def test_nothing_lost_changes_nothing() -> None:
    found = [*findings_of({"underthink": {}}), *findings_of(accuracy=0.97, eval_id="base")]
    own = hypotheses(found)
    assert with_regressions(own, found, [lost(0.0)], "base") == own
