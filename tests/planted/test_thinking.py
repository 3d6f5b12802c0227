"""Mechanisms of thinking: what they plant is there, at the size they say."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reasonscape.planted.design import mechanism_plan
from reasonscape.planted.draws import Draws, draw_group
from reasonscape.planted.mechanisms import THINKING_KINDS, ThinkingKind
from reasonscape.planted.samples import planted_samples
from reasonscape.planted.truth import GroupTruth


def drawn(kind: str, item_sd: float = 0.0) -> tuple[GroupTruth, Draws]:
    plan = mechanism_plan(kind, items=250, repeats=4, item_sd=item_sd, baseline=False)
    return draw_group(plan, plan.tasks[0], plan.evals[0])


def odds_ratio(wrong: np.ndarray, there: np.ndarray) -> float:
    """Mantel-Haenszel is not needed: these effects are the same in every cell."""
    a, b = wrong[there].mean(), wrong[~there].mean()
    return float(a / (1 - a) / (b / (1 - b)))


@pytest.mark.parametrize("kind", THINKING_KINDS)
@pytest.mark.parametrize("item_sd", [0.0, 0.8])
def test_accuracy_is_what_the_plan_says(kind: ThinkingKind, item_sd: float) -> None:
    truth, draws = drawn(kind, item_sd)
    by_cell = np.bincount(draws.cell, draws.correct) / np.bincount(draws.cell)
    assert truth.accuracy == pytest.approx(np.full(48, 0.6), abs=0.01)
    assert by_cell.mean() == pytest.approx(0.6, abs=0.012)
    assert np.abs(by_cell - 0.6).max() < 0.09


@pytest.mark.parametrize(("kind", "ratio"), [("underthink", 0.55), ("overthink", 1.8)])
def test_wrong_traces_have_their_length(kind: str, ratio: float) -> None:
    truth, draws = drawn(kind)
    log = np.log(draws.tokens / truth.median_right[draws.cell])
    shift = log[~draws.correct & ~draws.truncated].mean() - log[draws.correct].mean()
    assert math.exp(shift) == pytest.approx(ratio, rel=0.03)


@pytest.mark.parametrize(("kind", "odds"), [("early", 1 / 3), ("delayed", 3.0)])
def test_ends_on_one_side_of_the_median_go_wrong_more_often(kind: str, odds: float) -> None:
    truth, draws = drawn(kind)
    late = draws.tokens > truth.median_right[draws.cell]
    assert odds_ratio(~draws.correct, late) == pytest.approx(odds, rel=0.06)


def test_ends_beyond_the_threshold_go_wrong_more_often() -> None:
    _, draws = drawn("threshold")
    ratios = [
        odds_ratio(~draws.correct[cell], draws.tokens[cell] > 900)
        for cell in (draws.cell == c for c in range(12, 36))
    ]
    assert np.exp(np.mean(np.log(ratios))) == pytest.approx(4.0, rel=0.08)


def test_shares_of_loops_and_circles_are_of_the_wrong_traces() -> None:
    _, looping = drawn("loops")
    assert looping.looped[~looping.right].mean() == pytest.approx(0.4, abs=0.02)
    assert not looping.looped[looping.right].any()
    _, circling = drawn("overthink")
    assert circling.circling[~circling.right].mean() == pytest.approx(0.8, abs=0.02)
    assert not (circling.circling & circling.looped).any()


def test_circling_traces_say_little_that_is_new() -> None:
    plan = mechanism_plan("overthink", items=4, repeats=1, axes=1, baseline=False, seed=3)
    _, draws = draw_group(plan, plan.tasks[0], plan.evals[0])
    pairs = list(zip(planted_samples(plan), draws.circling, strict=True))

    def new_sentences(text: str) -> float:
        half = len(text) // 2
        first, second = (set(part.split(". ")) for part in (text[:half], text[half:]))
        return len({s for s in second if not any(s.endswith(f) for f in first)}) / len(second)

    circling = [new_sentences(s.reasoning or "") for s, goes_round in pairs if goes_round]
    others = [new_sentences(s.reasoning or "") for s, goes_round in pairs if not goes_round]
    assert circling
    assert np.median(circling) < 0.3 < 0.6 < np.median(others)
