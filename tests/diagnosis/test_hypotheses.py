"""Causes: which one leads for which findings, and what its hypothesis says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from reasonscape.diagnosis.actions import ACTIONS
from reasonscape.diagnosis.confidence import UNSEEN
from reasonscape.diagnosis.hypotheses import hypotheses
from reasonscape.diagnosis.rules import RULES
from reasonscape.diagnosis.sentences import WORDS
from reasonscape.diagnosis.signs import SIGNS
from reasonscape.findings.finding import Finding
from reasonscape.findings.hypothesis import CAUSES, Hypothesis
from tests.diagnosis.simulated import findings_of

# What lenses.md says speaks for each cause.
CLASSIC: dict[str, dict[str, Mapping[str, Any]]] = {
    "working_memory_limit": {"accuracy_cliff": {}, "overthink": {}, "delayed_hazard": {}},
    "tokenization_problem": {"gradual_decline": {}, "tokenization_artifact": {}},
    "reasoning_inefficiency": {
        "gradual_decline": {},
        "broken_loops": {"value": 0.3},
        "early_hazard": {},
    },
    "underthinking": {"uniform_loss": {}, "underthink": {}, "early_hazard": {}},
    "context_truncation": {"truncation_dominant": {"n": {"truncated": 450}}},
    "capability_gap": {"gradual_decline": {}},
    "unstable_surface": {"chaotic_surface": {}},
}


def leading(findings: list[Finding]) -> Hypothesis:
    first = hypotheses(findings)[0]
    assert first.rank == 1
    return first


@pytest.mark.parametrize("cause", CLASSIC)
def test_the_classic_findings_of_a_cause_lead_to_it(cause: str) -> None:
    first = leading(findings_of(CLASSIC[cause]))
    assert first.cause == cause
    assert first.confidence >= 0.7
    assert first.support


def test_a_healthy_model_is_healthy_and_a_blind_log_is_not_decided() -> None:
    assert leading(findings_of(accuracy=0.97)).cause == "healthy"
    unclear = tuple(p for p in SIGNS_OF_LOSS)
    blind = findings_of(accuracy=0.97, undecided=unclear)
    blind = [f for f in blind if f.pattern != "healthy_surface"]
    assert leading(blind).cause == "insufficient_evidence"


SIGNS_OF_LOSS = ("accuracy_cliff", "gradual_decline", "uniform_loss", "chaotic_surface")


def test_every_cause_has_words_actions_and_a_rule_or_a_baseline() -> None:
    assert set(WORDS) == set(ACTIONS) == set(CAUSES)
    assert {rule.cause for rule in RULES} | {"finetune_regression"} == set(CAUSES)


def test_rules_name_signs_that_exist_and_no_lens_is_imported() -> None:
    named = {name for rule in RULES for group in rule.needs for name in group}
    named |= {name for rule in RULES for name in (*rule.supports, *rule.against)}
    assert named <= set(SIGNS)
    assert {name for name in SIGNS if name not in named} == set()


def test_a_lens_without_anything_to_read_is_named_and_lowers_a_gap_of_capability() -> None:
    seen = leading(findings_of(CLASSIC["capability_gap"]))
    blind = leading(findings_of(CLASSIC["capability_gap"], unmeasured=("compression", "hazard")))
    assert (seen.cause, blind.cause) == ("capability_gap", "capability_gap")
    assert seen.not_measured == () and set(blind.not_measured) == {"compression", "hazard"}
    assert blind.confidence <= UNSEEN < seen.confidence
    assert "not measured" in blind.statement


def test_loops_that_are_a_small_part_of_the_failures_do_not_lead() -> None:
    few = {"gradual_decline": {}, "broken_loops": {"value": 0.055}}
    many = {"gradual_decline": {}, "broken_loops": {"value": 0.35}}
    assert leading(findings_of(few, accuracy=0.4)).cause == "capability_gap"
    assert leading(findings_of(many, accuracy=0.4)).cause == "reasoning_inefficiency"


def test_a_cause_on_one_lens_says_so() -> None:
    first = leading(findings_of({"underthink": {}}, accuracy=0.7))
    assert first.lenses == ("compression",)
    assert "rests on one lens (compression)" in first.statement


def test_red_flags_are_those_of_the_findings_and_stand_with_the_leading_cause() -> None:
    found = hypotheses(findings_of(CLASSIC["reasoning_inefficiency"]))
    assert found[0].red_flags == ("broken loops", "early hazard") and found[0].red_flag
    assert all(not one.red_flag for one in found[1:])


def test_a_confounder_that_costs_accuracy_speaks_for_the_way_it_is_written() -> None:
    costs = {"low": 0.2, "high": 0.3, "loss": 0.25}
    free = {"low": -0.02, "high": 0.1, "loss": 0.04}
    for cost, cause in ((costs, "tokenization_problem"), (free, "capability_gap")):
        shown = {"gradual_decline": {}, "healthy_surface": {"confounders": {"spaces": cost}}}
        found = findings_of(shown)
        found = [f for f in found if f.pattern != "healthy_surface"] + [
            f for f in findings_of(shown) if f.pattern == "healthy_surface"
        ]
        assert leading(found).cause == cause


def test_each_eval_and_task_is_diagnosed_by_itself() -> None:
    one = findings_of(CLASSIC["underthinking"], eval_id="e1", base_task="a")
    two = findings_of(accuracy=0.97, eval_id="e2", base_task="a")
    alone = {h.id: h for h in hypotheses(one)} | {h.id: h for h in hypotheses(two)}
    together = {h.id: h for h in hypotheses([*one, *two])}
    assert together == alone


def test_the_order_of_findings_does_not_matter() -> None:
    found = findings_of(CLASSIC["working_memory_limit"])
    assert hypotheses(found)[0].cause == hypotheses(found[::-1])[0].cause
    assert [h.confidence for h in hypotheses(found)] == [
        h.confidence for h in hypotheses(found[::-1])
    ]


def test_peaks_that_go_along_an_axis_of_the_question_only_hint_at_tokens() -> None:
    lost = {"loss": 0.25, "low": 0.0, "high": 0.4}
    found: dict[str, float] = {}
    for axis in ("spaces", "solvable"):
        shown: dict[str, Mapping[str, Any]] = {
            "peak_collapse": {"axis": axis},
            "healthy_surface": {"confounders": {"spaces": lost}},
        }
        first = leading(findings_of(shown))
        assert first.cause == "tokenization_problem"
        found[axis] = first.confidence
    assert found["solvable"] < found["spaces"]
