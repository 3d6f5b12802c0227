"""The verdict rule: what may be called present, absent, or left open."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from reasonscape.findings.claim import Claim
from reasonscape.findings.finding import Finding, Verdict
from reasonscape.findings.thresholds import FAILURE_PATTERNS, N_TESTS, Q_PRESENT
from reasonscape.findings.verdict import Subject, judge, rank_over_run

SUBJECT = Subject("e1", "model", "task")
SENTENCES: dict[Verdict, str] = {
    "present": "it is there",
    "absent": "it is not there",
    "insufficient_evidence": "nobody knows",
}


def claim(pattern: str = "accuracy_cliff", **changes: object) -> Claim:
    base = Claim("surface", pattern, SENTENCES, p=1.0)
    return replace(base, **changes)  # type: ignore[arg-type]  # a test's shorthand


def one(changed: Claim) -> Finding:
    return judge(SUBJECT, [changed])[0]


def test_the_family_is_the_failure_patterns_of_all_four_lenses() -> None:
    assert N_TESTS == 14 == sum(len(names) for names in FAILURE_PATTERNS.values())


def test_present_needs_both_the_effect_and_a_small_q() -> None:
    assert one(claim(beyond=True, p=1e-6)).verdict == "present"
    assert one(claim(beyond=False, p=1e-6)).verdict == "insufficient_evidence"
    assert one(claim(beyond=True, p=0.5)).verdict == "insufficient_evidence"


def test_q_counts_the_lenses_that_did_not_run() -> None:
    # One test of p = 0.004 in a family of 14: q = 0.056, just not enough.
    found = one(claim(beyond=True, p=0.004))
    assert found.q == pytest.approx(0.004 * N_TESTS)
    assert found.q is not None
    assert found.q > Q_PRESENT
    assert found.verdict == "insufficient_evidence"


def test_absent_when_the_interval_lies_inside() -> None:
    found = one(claim(inside=True))
    assert (found.verdict, found.statement) == ("absent", "it is not there")


def test_a_reason_overrules_every_number() -> None:
    found = one(claim(beyond=True, inside=True, p=1e-9, reason="few_levels"))
    assert (found.verdict, found.reason) == ("insufficient_evidence", "few_levels")


def test_undecided_says_how_many_samples_would_settle_it() -> None:
    found = one(claim(samples_needed=1234))
    assert found.evidence["samples_needed"] == 1234
    assert "samples_needed" not in one(claim(inside=True, samples_needed=1234)).evidence


def test_reassurance_has_no_p_and_yields_to_a_present_failure() -> None:
    healthy = claim("healthy_surface", reassurance=True, beyond=True, p=None)
    alone = judge(SUBJECT, [healthy])[0]
    assert (alone.verdict, alone.p, alone.q) == ("present", None, None)
    both = judge(SUBJECT, [claim(beyond=True, p=1e-9), healthy])
    assert [f.verdict for f in both] == ["present", "absent"]
    assert both[1].evidence["against"] == ["accuracy_cliff"]


def test_a_failure_of_another_lens_does_not_touch_the_reassurance() -> None:
    healthy = claim("healthy_surface", reassurance=True, beyond=True, p=None)
    loops = replace(claim("broken_loops", beyond=True, p=1e-9), lens="compression")
    assert judge(SUBJECT, [loops, healthy])[1].verdict == "present"


def test_an_untestable_claim_has_no_q_and_takes_no_place_of_its_own() -> None:
    found = judge(SUBJECT, [claim(p=None, reason="few_levels"), claim("b", beyond=True, p=0.003)])
    assert found[0].q is None
    assert found[1].q == pytest.approx(0.003 * N_TESTS)


def test_ids_are_stable_and_differ_by_question() -> None:
    first = one(claim(beyond=True, p=1e-9))
    again = one(claim(inside=True))
    other = one(claim("gradual_decline"))
    assert first.id == again.id != other.id


def test_q_run_counts_only_what_was_tested_in_the_run() -> None:
    many = [one(claim(f"p{i}", p=p)) for i, p in enumerate([0.01, 0.02, 0.9])]
    ranked = rank_over_run([*many, one(claim("none", p=None, reason="few_levels"))])
    assert [f.q_run for f in ranked[:3]] == pytest.approx([0.03, 0.03, 0.9])
    assert ranked[3].q_run is None


def test_nan_p_is_no_evidence() -> None:
    assert one(claim(beyond=True, p=math.nan)).verdict != "present"
