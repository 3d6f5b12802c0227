"""What the hazard lens claims: planted truths are found, shapes that both ends share are not."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from reasonscape.findings.thresholds import FAILURE_PATTERNS
from reasonscape.lenses.hazard.ends import CUT_OFF, RIGHT, WRONG
from reasonscape.lenses.hazard.options import HazardOptions
from tests.lenses.hazard.simulated import Null, cut_at, ends, found, null, planted

FAILURES = FAILURE_PATTERNS["hazard"]


@pytest.mark.parametrize(
    ("kind", "pattern", "others"),
    [
        ("early", "early_hazard", {"delayed_hazard"}),
        ("delayed", "delayed_hazard", {"early_hazard"}),
        ("threshold", "hazard_threshold", {"early_hazard"}),
    ],
)
def test_planted_patterns_are_found(kind: str, pattern: str, others: set[str]) -> None:
    hits = 0
    for seed in range(10):
        sample, shape = planted(kind, seed, repeats=4)
        findings = found(sample, shape)
        hits += findings[pattern].verdict == "present"
        assert all(findings[other].verdict == "absent" for other in others)
        assert findings["constant_hazard"].verdict != "present"
    assert hits >= 9


def test_a_threshold_is_placed() -> None:
    sample, shape = planted("threshold", 3, repeats=4)
    finding = found(sample, shape)["hazard_threshold"]
    low, high = finding.evidence["place_interval"]
    assert 900 / 1.2 < finding.evidence["place"] < 900 * 1.2
    assert low <= finding.evidence["place"] <= high
    assert finding.effect is not None
    assert finding.effect.low < 4.0 < finding.effect.high
    assert "tokens" in finding.statement


WORLDS = {
    "lognormal": Null(),
    "two habits": Null(shape="two_habits"),
    "cut off": Null(caps=(900.0,)),
    "several caps": Null(caps=(512.0, 2048.0)),
    "one cell, many repeats": Null(cells=1, items=60, repeats=6),
}


@pytest.mark.parametrize("name", WORLDS)
def test_nothing_planted_nothing_claimed(name: str) -> None:
    """Hard cells are longer and more often wrong; within a cell failing does not go with length.

    benchmarks/hazard_rules.py measures the rates on a thousand stores: below 1%.
    """
    alarms = 0
    for seed in range(6):
        findings = found(null(WORLDS[name], seed))
        alarms += any(findings[p].verdict == "present" for p in FAILURES)
    assert alarms <= 1  # of six; two would have a chance of about 1 in 500


def test_a_large_null_is_constant() -> None:
    findings = found(null(Null(items=80, repeats=3), 1))
    assert findings["constant_hazard"].verdict == "present"
    assert findings["early_hazard"].verdict == findings["delayed_hazard"].verdict == "absent"


def test_a_shape_that_both_ends_share_is_no_failure() -> None:
    """Nearly all ends lie late, right ones too: the model's habit, and no delayed hazard."""
    rng = np.random.default_rng(1)
    n = 4000
    time = np.where(rng.random(n) < 0.2, rng.uniform(50, 200, n), rng.normal(1500, 100, n))
    cause = np.where(rng.random(n) < 0.6, RIGHT, WRONG)
    findings = found(ends(np.ceil(time).astype(np.float64), cause, np.arange(n) // 2))
    assert findings["delayed_hazard"].verdict == "absent"
    assert findings["hazard_threshold"].verdict == "absent"
    assert findings["constant_hazard"].verdict == "present"


def test_pooling_over_difficulty_would_have_been_fooled() -> None:
    sample = null(Null(hard=1.2, items=40), 2)
    pooled = replace(sample, coords=np.zeros_like(sample.coords))
    assert found(pooled)["delayed_hazard"].effect.value > 2.0  # type: ignore[union-attr]
    assert found(sample)["delayed_hazard"].verdict != "present"


def test_too_few_failures_to_be_a_pattern() -> None:
    time = np.arange(1.0, 1001.0)
    sample = ends(time, np.where(np.arange(1000) % 50, RIGHT, WRONG),
                  np.arange(1000))  # fmt: skip
    findings = found(sample)
    for pattern in FAILURES:
        assert findings[pattern].verdict == "absent"
        assert findings[pattern].reason == "few_failures_possible"
    assert findings["constant_hazard"].verdict == "present"


@pytest.mark.parametrize(
    ("right", "wrong", "cut", "reason"),
    [
        (100, 5, 60, "few_failures"),  # most failures were cut off, and have no end
        (4, 60, 0, "few_samples"),
        (0, 60, 0, "few_samples"),
        (60, 4, 0, "few_failures"),
    ],
)
def test_too_few_ends_of_either_kind(right: int, wrong: int, cut: int, reason: str) -> None:
    cause = np.repeat([RIGHT, WRONG, CUT_OFF], [right, wrong, cut])
    time = np.where(cause == CUT_OFF, 500.0, 100.0 + np.arange(len(cause))).astype(np.float64)
    sample = ends(time, cause,
                  np.arange(len(cause)), cap=500.0)  # fmt: skip
    findings = found(sample)
    assert {findings[p].reason for p in FAILURES} == {reason}
    assert {findings[p].verdict for p in FAILURES} == {"insufficient_evidence"}
    assert all(findings[p].p is None for p in FAILURES)


def test_without_times_the_reason_is_said() -> None:
    none = np.zeros(0, dtype=np.int64)
    nothing = ends(np.zeros(0), none, none)
    findings = found(replace(nothing, dropped={"failed": 0, "ungraded": 0, "no_time": 12}))
    assert {f.reason for f in findings.values()} == {"no_tokens"}
    assert {f.verdict for f in findings.values()} == {"insufficient_evidence"}


def test_one_sample_makes_no_claim() -> None:
    for cause in (CUT_OFF, RIGHT, WRONG):
        findings = found(ends(np.array([7.0]), np.array([cause]), np.array([0]), cap=10.0))
        assert all(f.verdict == "insufficient_evidence" for f in findings.values())


def test_every_finding_says_that_it_is_about_the_end() -> None:
    sample, shape = planted("early", 1)
    for finding in found(sample, shape).values():
        assert any("known only at the end" in caveat for caveat in finding.caveats)


def test_order_of_rows_does_not_matter() -> None:
    sample, shape = planted("delayed", 2)
    order = np.random.default_rng(1).permutation(len(sample))
    turned = replace(
        sample,
        **{
            name: getattr(sample, name)[order]
            for name in ("time", "cause", "item", "coords", "cap", "stop_known")
        },
    )
    for pattern, finding in found(sample, shape).items():
        again = found(turned, shape)[pattern]
        assert again.verdict == finding.verdict
        assert again.statement == finding.statement


def test_ends_next_to_the_cap_are_left_out_where_the_cut_off_is_an_end() -> None:
    sample = cut_at(null(Null(length_sd=0.9, items=40), 4), 1000.0)
    near = (sample.cause != CUT_OFF) & (sample.time > 990.0)
    assert near.sum() > 0
    censored = found(sample)["delayed_hazard"]
    event = found(sample, options=HazardOptions(truncation="event"))["delayed_hazard"]
    assert event.evidence["left_out_at_the_cap"] == near.sum()
    assert censored.evidence["left_out_at_the_cap"] == 0


def test_an_early_end_that_is_never_wrong_is_said_by_its_bound() -> None:
    time = np.arange(1.0, 401.0)
    cause = np.where((time > 200) & (np.arange(400) % 2 == 0), WRONG, RIGHT)
    finding = found(ends(time, cause, np.arange(400)))["delayed_hazard"]
    assert finding.verdict == "present"
    assert finding.effect is not None
    assert math.isinf(finding.effect.value)
    assert "times or more" in finding.statement


def test_failures_of_few_items_are_no_more_certain_than_they_are() -> None:
    """20 items of which none failed in 8 repeats each: one in ten may still always fail."""
    item = np.repeat(np.arange(20), 8)
    time = np.arange(160, dtype=float) + 100.0
    one = found(ends(time, np.full(160, RIGHT), item))["early_hazard"]
    assert one.verdict == "insufficient_evidence"
    many = found(ends(np.tile(time, 5), np.full(800, RIGHT), np.arange(800)))["early_hazard"]
    assert (many.verdict, many.reason) == ("absent", "few_failures_possible")


def test_the_ratio_among_the_same_items_is_free_of_their_difficulty() -> None:
    """Hard items are longer and more often wrong; within an item nothing goes with length."""
    rng = np.random.default_rng(5)
    item = np.repeat(np.arange(150), 6)
    hard = rng.standard_normal(150)[item]
    wrong = rng.random(900) < 1 / (1 + np.exp(-2.0 * hard))
    time = np.ceil(500 * np.exp(0.4 * hard + 0.4 * rng.standard_normal(900)))
    evidence = found(ends(time, np.where(wrong, WRONG, RIGHT), item))["delayed_hazard"].evidence
    low, high = evidence["same_items_interval"]
    assert low < 1.0 < high < 2.0
    assert evidence["same_items"] >= 10


def test_where_each_item_is_asked_once_a_caveat_says_what_is_compared() -> None:
    one = found(null(Null(items=40, repeats=1), 3))["delayed_hazard"]
    assert any("different items" in caveat for caveat in one.caveats)
    repeated = found(null(Null(items=40, repeats=4), 3))["delayed_hazard"]
    assert not any("different items" in caveat for caveat in repeated.caveats)
