"""Tails, failures of other kinds, and missing fields are in the rows as the plan says."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from reasonscape.errors import UsageError
from reasonscape.planted.design import Plan, mechanism_plan
from reasonscape.planted.draws import Draws, draw_group
from reasonscape.planted.nuisance import SHORT, Nuisance, OtherKind, Reasoning
from reasonscape.planted.samples import planted_samples
from reasonscape.store.sample import Sample


def plan_with(kind: str, nuisance: Nuisance | None, *, items: int = 250) -> Plan:
    plan = mechanism_plan(kind, items=items, repeats=4, baseline=False)
    return replace(plan, nuisance=nuisance)


def drawn(kind: str, nuisance: Nuisance | None) -> Draws:
    plan = plan_with(kind, nuisance)
    return draw_group(plan, plan.tasks[0], plan.evals[0])[1]


def samples(kind: str, nuisance: Nuisance) -> list[Sample]:
    return list(planted_samples(plan_with(kind, nuisance, items=1)))


def test_without_any_the_draws_are_those_of_a_plan_without() -> None:
    plain, none = drawn("uniform", None), drawn("uniform", Nuisance())
    for name in Draws.__slots__:
        assert np.array_equal(getattr(plain, name), getattr(none, name)), name


def test_a_fingerprint_says_whether_there_is_any() -> None:
    plain = mechanism_plan("cliff")
    assert "nuisance" not in plain.record()
    assert "reach" not in plain.record()["evals"][0]["mechanism"]["thinking"]
    assert replace(plain, nuisance=Nuisance()).fingerprint != plain.fingerprint


@pytest.mark.parametrize("kind", ["loops", "cut", "short", "long"])
def test_a_share_of_the_failures_fails_otherwise(kind: OtherKind) -> None:
    plain = drawn("uniform", None)
    mixed = drawn("uniform", Nuisance(contamination=0.2, others=(kind,)))
    wrong = ~plain.correct
    hit = {
        "loops": mixed.looped,
        "cut": mixed.truncated & ~plain.truncated,
        "short": mixed.tokens <= np.ceil(SHORT * plain.tokens) + 1,
        "long": mixed.circling,
    }[kind]
    assert hit[wrong].mean() == pytest.approx(0.2, abs=0.01)
    assert not hit[~wrong].any()
    assert np.array_equal(mixed.correct, plain.correct)


def test_cut_offs_too_fail_otherwise() -> None:
    plain = drawn("truncation", None)
    mixed = drawn("truncation", Nuisance(contamination=0.2, others=("short",)))
    ended = plain.truncated & ~mixed.truncated
    assert ended.sum() / plain.truncated.sum() == pytest.approx(0.2, abs=0.01)
    assert not mixed.correct[ended].any()
    assert not mixed.right[ended].any()
    assert mixed.answered[ended].all()
    assert (mixed.tokens[ended] < 4096).all()
    assert (mixed.tokens[mixed.truncated] == 4096).all()


def test_right_completions_run_long_or_stumble() -> None:
    plain = drawn("uniform", None)
    mixed = drawn("uniform", Nuisance(long_right=0.1, stumbling=0.05))
    longer = mixed.tokens > plain.tokens
    assert longer[plain.correct].mean() == pytest.approx(0.1, abs=0.01)
    assert mixed.stumbling[plain.correct].mean() == pytest.approx(0.05, abs=0.01)
    assert not longer[~plain.correct].any()
    assert not mixed.stumbling[~plain.correct].any()


def test_tails_are_heavy_and_the_middle_stays() -> None:
    def far(nuisance: Nuisance | None) -> tuple[float, float]:
        plan = plan_with("healthy", nuisance)
        truth, draws = draw_group(plan, plan.tasks[0], plan.evals[0])
        log = np.log(draws.tokens / truth.median_right[draws.cell])
        return float(np.median(log)), float((log > 3 * 0.45).mean())

    assert far(None) == pytest.approx((0.0, 0.00135), abs=0.004)
    for nuisance in (Nuisance(tail=0.1, tail_size=0.8), Nuisance(freedom=3)):
        middle, share = far(nuisance)
        assert middle == pytest.approx(0.0, abs=0.06)
        assert share > 5 * 0.00135


def test_a_threshold_holds_for_lengths_with_tails() -> None:
    plan = replace(plan_with("threshold", Nuisance(tail=0.3, tail_size=0.6)), item_sd=0.0)
    truth, draws = draw_group(plan, plan.tasks[0], plan.evals[0])
    ratios = []
    for cell in range(12, 36):
        beyond, wrong = (x[draws.cell == cell] for x in (draws.tokens > 900, ~draws.right))
        a, b = wrong[beyond].mean(), wrong[~beyond].mean()
        ratios.append(math.log(a / (1 - a) / (b / (1 - b))))
    assert np.mean(ratios) == pytest.approx(math.log(4), abs=0.12)
    # Right completions that the tail takes to the cap are cut off and so not correct.
    assert draws.right.mean() == pytest.approx(0.6, abs=0.01)
    assert truth.accuracy == pytest.approx(np.full(48, 0.6), abs=0.01)


@pytest.mark.parametrize("shown", ["kept", "visible", "missing"])
def test_reasoning_is_where_the_log_has_it(shown: Reasoning) -> None:
    rows = samples("uniform", Nuisance(reasoning=shown))
    finished = [row for row in rows if row.stop == "stop"]
    lengths = [len(row.response or "") for row in finished]
    if shown == "kept":
        assert all(row.reasoning for row in rows)
        assert all(row.reasoning_kind == "full" for row in rows)
    else:
        assert all(row.reasoning is None for row in rows)
        assert all(row.reasoning_kind == "none" for row in rows)
    assert (np.median(lengths) > 300) == (shown == "visible")


def test_what_loops_where_reasoning_shows_never_comes_to_an_answer() -> None:
    plan = plan_with("loops", Nuisance(reasoning="visible"), items=1)
    draws = draw_group(plan, plan.tasks[0], plan.evals[0])[1]
    rows = list(planted_samples(plan))
    looped = [row for row, loops in zip(rows, draws.looped, strict=True) if loops]
    assert len(looped) == draws.looped.sum() > 10
    assert not any(row.answered or row.answer for row in looped)
    assert not any("Answer:" in (row.response or "") for row in looped)


def test_a_log_without_counts_or_stops_is_read_as_an_import_reads_it() -> None:
    rows = samples("truncation", Nuisance(stops=False))
    assert {row.stop_source for row in rows} == {"inferred_cap"}
    assert {row.stop for row in rows if row.completion_tokens == 4096} == {"length"}
    rows = samples("truncation", Nuisance(stops=False, tokens=False))
    assert all(row.completion_tokens is None for row in rows)
    assert {row.stop for row in rows if row.response is None} == {"length"}
    rows = samples("truncation", Nuisance(stops=False, tokens=False, reasoning="missing"))
    assert {row.stop for row in rows} == {"unknown"}


def test_what_is_no_share_is_refused() -> None:
    with pytest.raises(UsageError, match="contamination"):
        Nuisance(contamination=1.2)
    with pytest.raises(UsageError, match="freedom"):
        Nuisance(freedom=-1)
    with pytest.raises(UsageError, match="other kinds"):
        Nuisance(others=())
