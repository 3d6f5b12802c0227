"""The language of ``--fail-on``, and what its conditions say of a summary."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.errors import UsageError
from reasonscape.findings.hypothesis import CAUSES
from reasonscape.findings.thresholds import FAILURE_PATTERNS, POOL_PATTERNS
from reasonscape.runs.gate_conditions import COMPARE, SHARES, names_of, parse_gates
from reasonscape.runs.gates import check_gates

PAIR: dict[str, Any] = {
    "eval_id": "e1234567890ab",
    "model": "m",
    "base_task": "t",
    "scope": {"eval_id": ["e1234567890ab"], "base_task": "t"},
}


def finding(verdict: str, reason: str | None = None, **more: Any) -> dict[str, Any]:
    effect = {"name": "share", "value": 0.2, "low": 0.1, "high": 0.3}
    said = {"statement": "loops", "effect": effect, "n": {"samples": 100}}
    return {**PAIR, **said, "pattern": "broken_loops", "verdict": verdict, "reason": reason, **more}


def hypothesis(cause: str, confidence: float = 0.8, rank: int = 1, flag: bool = False) -> Any:
    flags = ["broken loops"] if flag else []
    return {
        **PAIR, "cause": cause, "confidence": confidence, "rank": rank,
        "red_flag": flag, "red_flags": flags,
    }  # fmt: skip


def state(text: str, summary: dict[str, Any], command: str = "diagnose") -> str:
    whole = {"command": command, "dataset": "data/x.json", "filters": {}, **summary}
    (gate,) = check_gates(whole, parse_gates([text], command))
    assert gate["statement"]
    assert bool(gate["next"]) == (gate["state"] != "passed" and command != "compare")
    return str(gate["state"])


@given(st.sampled_from(SHARES), st.sampled_from(["", ".low", ".high"]),
       st.sampled_from(sorted(COMPARE)), st.floats(0, 1), st.text(" ", max_size=2))  # fmt: skip
def test_what_is_written_is_what_is_read(
    name: str, bound: str, sign: str, limit: float, space: str
) -> None:
    (one,) = parse_gates([f"{space}{name}{bound}{space}{sign}{space}{limit!r}{space}"], "triage")
    assert (one.kind, one.name, one.bound) == ("share", name, bound[1:])
    assert (one.sign, one.limit) == (sign, limit)
    assert one.passes_limit(limit) == ("=" in sign)


@pytest.mark.parametrize(
    "text",
    [
        "", "accuracy", "accuracy<", "accuracy<x", "accuracy<nan", "accuracy<inf", "accuracy<80",
        "accuracy=0.8", "accuracy<0.8<0.9", "accuracy.mid<0.8", "samples.low<3", "red_flag>0.5",
        "pattern:broken_loops>0.1", "pattern:healthy_surface", "pattern:", "cause:gremlins",
        "cause:healthy>80", "ungraded_share>2", "suspect", "difference<0", "__import__('os')",
        "accuracy<0.8; rm -rf .", "red_flag.low", "cause:healthy.low>0.2",
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_before_any_work(text: str) -> None:
    with pytest.raises(UsageError, match="--fail-on") as refused:
        parse_gates([text], "diagnose")
    assert refused.value.remedy.startswith("write for example ")


def test_a_near_miss_is_named_and_so_is_who_has_it() -> None:
    with pytest.raises(UsageError) as refused:
        parse_gates(["acuracy<0.8"], "surface")
    assert refused.value.did_you_mean == ("accuracy",)
    with pytest.raises(UsageError, match="compression and diagnose have it"):
        parse_gates(["pattern:broken_loops"], "surface")


@pytest.mark.parametrize(
    "command", [*FAILURE_PATTERNS, *POOL_PATTERNS, "diagnose", "triage", "compare"]
)
def test_the_examples_of_a_refusal_are_themselves_right(command: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_gates(["?"], command)
    examples = refused.value.remedy.removeprefix("write for example ").replace(" or ", ", ")
    assert parse_gates([one.strip("'") for one in examples.split(", ")], command)


def test_every_pattern_and_cause_can_be_asked_for() -> None:
    known = names_of("diagnose")
    every = (*FAILURE_PATTERNS.values(), *POOL_PATTERNS.values())
    assert {*known["pattern"]} == {name for names in every for name in names}
    assert known["cause"] == CAUSES


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([finding("present")], "holds"),
        ([finding("absent")], "passed"),
        ([finding("insufficient_evidence", "few_samples")], "passed"),
        ([finding("insufficient_evidence", "no_trace")], "not_evaluated"),
        ([finding("absent"), finding("insufficient_evidence", "no_trace")], "not_evaluated"),
        ([finding("present"), finding("insufficient_evidence", "no_trace")], "holds"),
        ([finding("absent", "few_failures_possible")], "passed"),
        ([finding("present", effect=None)], "holds"),
        ([], "not_evaluated"),
    ],
)
def test_a_pattern_is_there_or_not_or_was_never_looked_for(
    findings: list[dict[str, Any]], expected: str
) -> None:
    whole = {"command": "diagnose", "dataset": "x", "filters": {}, "findings": findings}
    (gate,) = check_gates(whole, parse_gates(["pattern:broken_loops"], "diagnose"))
    assert gate["state"] == expected


def test_a_pattern_that_was_not_decided_says_so() -> None:
    found = [finding("absent"), finding("insufficient_evidence", "few_samples")]
    whole = {"command": "diagnose", "dataset": "x", "filters": {}, "findings": found}
    (gate,) = check_gates(whole, parse_gates(["pattern:broken_loops"], "diagnose"))
    assert gate["statement"] == "not present in any of 2; 1 not decided"


def test_only_the_leading_cause_counts_and_its_confidence() -> None:
    found = {"hypotheses": [hypothesis("underthinking", 0.7), hypothesis("healthy", 0.2, 2)]}
    assert state("cause:underthinking", found) == "holds"
    assert state("cause:underthinking>=0.7", found) == "holds"
    assert state("cause:underthinking>0.7", found) == "passed"
    assert state("cause:healthy", found) == "passed"


def test_red_flags() -> None:
    assert state("red_flag", {"hypotheses": [hypothesis("underthinking", flag=True)]}) == "holds"
    assert state("red_flag", {"hypotheses": [hypothesis("underthinking")]}) == "passed"


def test_suspects() -> None:
    one = {**PAIR, "verdict": "suspect", "suspected": "underthinking", "strength": 0.4}
    found = {"screened": [one, {**one, "verdict": "too_little_data", "suspected": None}]}
    assert state("suspect", found, "triage") == "holds"
    assert state("suspect:underthinking", found, "triage") == "holds"
    assert state("suspect:context_truncation", found, "triage") == "passed"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("difference<0", "holds"),
        ("difference.high<0", "passed"),
        ("difference.low<-0.1", "holds"),
        ("verdict:not_decided", "holds"),
        ("verdict:b_better", "passed"),
    ],
)
def test_a_difference_is_that_over_all_tasks(text: str, expected: str) -> None:
    effect = {"value": -0.05, "low": -0.12, "high": 0.02}
    said = {"statement": "s", "n": {"pairs": 40}, "scope": {}, "verdict": "not_decided"}
    task = {**said, "effect": {"value": 0.5, "low": 0.4, "high": 0.6}}
    whole = {
        "command": "compare", "dataset": "x", "filters": {},
        "comparisons": [{**said, "effect": effect}, task],
    }  # fmt: skip
    (gate,) = check_gates(whole, parse_gates([text], "compare"))
    assert gate["state"] == expected


def test_a_difference_that_is_not_known_does_not_pass() -> None:
    effect = {"value": None, "low": None, "high": None}
    one = {"statement": "s", "effect": effect, "n": {"pairs": 0}, "scope": {}}
    whole = {"command": "compare", "dataset": "x", "filters": {}, "comparisons": [one]}
    (gate,) = check_gates(whole, parse_gates(["difference<0"], "compare"))
    assert gate["state"] == "not_evaluated"
