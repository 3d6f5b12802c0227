"""Each pattern is found where it is planted, and nothing is found where nothing is."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from reasonscape.datasets.task_traces import chosen
from reasonscape.lenses.compression.measurement import measure
from reasonscape.lenses.compression.options import CompressionOptions
from reasonscape.lenses.compression.shares import share
from reasonscape.store.selection.trace_rows import TraceRows
from tests.lenses.compression.simulated import (
    Null,
    Sample,
    found,
    judged,
    measured,
    mechanism,
    null,
    rows_of,
    task_of,
)

FAILURES = ("underthink", "overthink", "broken_loops")
PLANTED = {"underthink": "underthink", "overthink": "overthink", "loops": "broken_loops"}


def present(sample: Sample, seed: int = 0) -> set[str]:
    return {p for p, f in found(sample, seed).items() if f.verdict == "present"}


@pytest.mark.parametrize(("kind", "pattern"), PLANTED.items())
def test_what_is_planted_is_found_and_nothing_else(kind: str, pattern: str) -> None:
    hits: Counter[str] = Counter()
    for seed in range(10):
        hits.update(present(mechanism(kind, seed, axes=1), seed))
    # Power of at least 80% at the reference effect on 192 samples; no other pattern.
    assert hits[pattern] >= 8
    assert sum(hits.values()) == hits[pattern]


@pytest.mark.parametrize("kind", ["healthy", "uniform", "cliff", "truncation", "delayed"])
def test_other_mechanisms_are_no_failing_traces(kind: str) -> None:
    for seed in range(3):
        assert not present(mechanism(kind, seed), seed) & set(FAILURES)


def test_health_needs_all_patterns_absent() -> None:
    findings = found(mechanism("uniform", 1))
    assert {findings[p].verdict for p in FAILURES} == {"absent"}
    assert findings["healthy_traces"].verdict == "present"
    assert findings["healthy_traces"].q is None
    loops = found(mechanism("loops", 1))
    assert loops["healthy_traces"].verdict == "absent"
    assert loops["healthy_traces"].evidence["against"] == ["broken_loops"]


def test_nothing_planted_nothing_claimed() -> None:
    rng = np.random.default_rng(1)
    alarms: Counter[str] = Counter()
    for seed in range(60):
        world = Null(
            cells=int(rng.choice([1, 8, 24])),
            items=int(rng.choice([6, 15])),
            repeats=int(rng.choice([1, 3, 8])),
            accuracy=float(rng.choice([0.4, 0.7, 0.9])),
            length_share=float(rng.choice([0.2, 0.8])),
            cap=float(rng.choice([1500.0, 8192.0])),
            loops=float(rng.choice([0.0, 0.15])),
        )
        alarms.update(present(null(world, seed), seed) & set(FAILURES))
    # A rate of 5% gives more than 7 of 60 in 2.5% of the cases.
    assert max(alarms.values(), default=0) <= 7


def test_length_that_only_follows_difficulty_is_no_pattern() -> None:
    """Hard cells have long traces and failures; within a cell lengths say nothing."""
    sample = null(Null(cells=16, items=20, repeats=2, length_sd=0.3), 3)
    wrong = sample.outcome != 0
    raw = np.median(sample.tokens[wrong]) / np.median(sample.tokens[~wrong])
    one = found(sample)["overthink"]
    assert raw > 1.3
    assert one.verdict == "absent"
    assert one.effect is not None
    assert one.effect.low < 1.0 < one.effect.high


def test_short_traces_that_loop_are_no_underthinking() -> None:
    """All of the shortening sits in looping traces: it is not explained by stopping early."""
    sample = null(Null(cells=8, items=20, repeats=2, accuracy=0.5), 4)
    rng = np.random.default_rng(0)
    looped = (sample.outcome == 1) & (rng.random(len(sample.item)) < 0.7)
    tokens = np.where(looped, np.ceil(0.3 * sample.tokens), sample.tokens)
    findings = found(replace(sample, looped=looped, tokens=tokens))
    assert findings["underthink"].verdict == "absent"
    assert findings["broken_loops"].verdict == "present"


def test_loops_that_right_answers_share_are_not_broken() -> None:
    sample = null(Null(cells=8, items=30, repeats=2, loops=0.3), 5)
    one = found(sample)["broken_loops"]
    assert one.effect is not None
    assert one.effect.value > 0.05
    assert one.verdict == "insufficient_evidence"


def test_loops_where_nothing_is_right_are_found_and_say_so() -> None:
    sample = null(Null(cells=8, items=30, repeats=1, loops=0.15), 6)
    one = found(replace(sample, outcome=np.ones_like(sample.outcome)))["broken_loops"]
    assert one.verdict == "present"
    assert any("no trace is right" in caveat for caveat in one.caveats)
    assert one.evidence["onset"] > 0
    assert len(one.evidence["examples"]) == 5


def test_few_right_traces_cannot_hide_loops() -> None:
    """Three right answers, each beside wrong repeats of its item, leave nothing to compare."""
    sample = null(Null(cells=4, items=25, repeats=3, loops=0.2), 12)
    outcome = np.ones_like(sample.outcome)
    outcome[[0, 90, 180]] = 0
    looped = sample.looped & (outcome != 0)
    one = found(replace(sample, outcome=outcome, looped=looped))["broken_loops"]
    assert one.verdict == "present"
    assert any("only 3 right traces" in caveat for caveat in one.caveats)


@pytest.mark.parametrize(("right", "reason"), [(3, "few_samples"), (231, "few_failures")])
def test_the_reason_names_the_outcome_that_is_rare(right: int, reason: str) -> None:
    """Where nearly all fail, failures are not few."""
    sample = null(Null(cells=8, items=30, repeats=1, loops=0.0), 4)
    outcome = np.where(np.random.default_rng(4).permutation(240) < right, 0, 1)
    one = found(replace(sample, outcome=outcome.astype(np.int8)))["underthink"]
    assert (one.verdict, one.reason) == ("insufficient_evidence", reason)


@pytest.mark.parametrize(("outcome", "verdict"), [(1, "insufficient_evidence"), (2, "present")])
def test_a_finished_list_of_moves_is_no_broken_loop(outcome: int, verdict: str) -> None:
    """Nothing is right, every trace is the answer, and the task asks for what repeats itself."""
    sample = null(Null(cells=8, items=30, repeats=1, loops=0.9), 8)
    sample = replace(sample, outcome=np.full_like(sample.outcome, outcome))
    rows = rows_of(sample, 8)
    rows.words["f.trace"][:] = "response"
    one = judged(measure(task_of(sample, rows), CompressionOptions()))["broken_loops"]
    assert one.verdict == verdict
    assert ("whether the task asks for a list" in one.statement) == (outcome == 1)


def circling_at_the_cap(factor: float, seed: int) -> tuple[Sample, TraceRows]:
    """A third of the traces is cut off; their last quarter has ``factor`` of its novelty."""
    sample = null(Null(cells=8, items=30, repeats=2, cap=900.0, length_sd=0.4), seed)
    rows = rows_of(sample, seed)
    shape = rows.curves["f.novelty_shape"].copy()
    filled = np.isfinite(shape).sum(axis=1)
    late = np.arange(shape.shape[1]) >= 0.7 * filled[:, None]
    shape[(sample.outcome == 2)[:, None] & late] *= factor
    return sample, replace(rows, curves={"f.novelty_shape": shape})


def test_cut_off_traces_are_judged_by_novelty_not_by_length() -> None:
    for factor in (0.4, 1.0):
        sample, rows = circling_at_the_cap(factor, 7)
        assert (sample.outcome == 2).mean() > 0.2
        one = judged(measure(task_of(sample, rows), CompressionOptions()))["overthink"]
        assert (one.verdict == "present") == (factor < 1.0)
        low, high = one.evidence["cut_off"]["novelty_ratio_interval"]
        assert low <= factor <= high
        assert one.evidence["cut_off"]["right_that_reach"] > 10


def test_few_failures_are_no_pattern() -> None:
    findings = found(null(Null(cells=8, items=40, repeats=2, accuracy=0.99, item_sd=0.2), 8))
    for pattern in FAILURES:
        assert findings[pattern].verdict == "absent"
        assert findings[pattern].reason == "few_failures_possible"


def with_kinds(rows: TraceRows, kinds: list[str | None]) -> TraceRows:
    """The same rows with other kinds of trace; ``None`` has no features."""
    drawn = [kinds[i % len(kinds)] for i in range(len(rows))]
    version = np.array([1.0 if kind is not None else np.nan for kind in drawn])
    words = {**rows.words, "f.trace": np.array(drawn, dtype=object)}
    return replace(rows, words=words, numbers={**rows.numbers, "f.version": version})


def test_rows_without_a_trace_are_counted_by_reason() -> None:
    sample = null(Null(cells=8, items=30, repeats=2), 9)
    rows = with_kinds(rows_of(sample, 9), ["reasoning", "hidden", "summary", "none", None])
    result = measure(task_of(sample, rows), CompressionOptions())
    one = result.evals[0]
    assert one.excluded.by_reason == dict.fromkeys(
        ("hidden", "summary", "none", "not measured"), len(rows) // 5
    )
    finding = judged(result)["underthink"]
    assert finding.n["samples"] == len(rows) // 5
    assert finding.n["no_trace"] == 4 * len(rows) // 5
    assert any("no visible trace" in caveat for caveat in finding.caveats)


@pytest.mark.parametrize("kind", ["hidden", "summary", "none", None])
def test_without_any_trace_nothing_is_decided(kind: str | None) -> None:
    sample = null(Null(cells=2, items=30, repeats=1), 10)
    findings = judged(
        measure(task_of(sample, with_kinds(rows_of(sample, 10), [kind])), CompressionOptions())
    )
    for finding in findings.values():
        assert finding.verdict == "insufficient_evidence"
        assert finding.reason == "no_trace"
        assert "no visible trace" in finding.statement


def test_one_missing_count_turns_all_lengths_into_bytes() -> None:
    sample = mechanism("underthink", 2, axes=1)
    rows = rows_of(sample, 2)
    tokens = rows.numbers["completion_tokens"].copy()
    tokens[0] = np.nan
    bytes_ = replace(rows, numbers={**rows.numbers, "completion_tokens": tokens})
    one = measure(task_of(sample, bytes_), CompressionOptions()).evals[0]
    assert one.unit == "bytes"
    assert (one.traces.length == rows.numbers["f.bytes"]).all()
    finding = judged(measure(task_of(sample, bytes_), CompressionOptions()))["underthink"]
    assert finding.verdict == "present"
    assert any("bytes" in caveat for caveat in finding.caveats)


def test_levels_have_their_own_rows_and_q() -> None:
    result = measured(mechanism("underthink", 3), 3, CompressionOptions(axes=("x0",)))
    levels = result.evals[0].levels
    assert [level.level for level in levels] == [None, *(str(i) for i in range(8))]
    assert sum(sum(level.counts.values()) for level in levels[1:]) == len(result.evals[0].traces)
    assert all(level.q >= level.shift.p for level in levels[1:])


def test_order_of_rows_changes_nothing() -> None:
    sample = mechanism("loops", 4, axes=1)
    rows = rows_of(sample, 4)
    order = np.random.default_rng(0).permutation(len(rows))
    shuffled = replace(sample, coords=sample.coords[order])
    plain = judged(measure(task_of(sample, rows), CompressionOptions(axes=("x0",))))
    mixed = judged(
        measure(task_of(shuffled, chosen_in(rows, order)), CompressionOptions(axes=("x0",)))
    )
    for pattern, finding in plain.items():
        assert mixed[pattern].statement == finding.statement
        assert mixed[pattern].evidence.get("examples") == finding.evidence.get("examples")


def chosen_in(rows: TraceRows, order: np.ndarray[tuple[int], np.dtype[np.int64]]) -> TraceRows:
    """Rows in another order."""
    return chosen(rows, order)  # type: ignore[arg-type]  # places pick as a mask does


@pytest.mark.parametrize("outcome", [0, 1, 2, 3])
@pytest.mark.parametrize("items", [1, 3, 40])
def test_one_outcome_only(outcome: int, items: int) -> None:
    sample = null(Null(cells=1, items=items, repeats=1, loops=0.0), 11)
    findings = found(replace(sample, outcome=np.full(items, outcome, dtype=np.int8)))
    assert len(findings) == 4
    assert not {p for p, f in findings.items() if f.verdict == "present"} & set(FAILURES)
    for finding in findings.values():
        assert finding.statement
        assert "nan" not in finding.statement


def test_a_share_of_few_items_is_no_more_certain_than_they_are() -> None:
    """Loops that are a trait of an item: by chance there is none among 20, however often asked."""
    traces = measured(null(Null(cells=1, items=20, repeats=8), 0)).evals[0].traces
    hits = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        looped = (rng.random(20) < 0.1)[traces.item] ^ (rng.random(160) < 0.01)
        found_share = share(looped, traces)
        hits += found_share.low <= 0.108 <= found_share.high
    assert hits >= 186
