"""Planted prompts: their periods, where these go, and whose numbers break, are what is said."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from reasonscape.errors import UsageError
from reasonscape.planted.design import Plan, mechanism_plan
from reasonscape.planted.draws import draw_group
from reasonscape.planted.fragmenting import fragmented_items
from reasonscape.planted.mechanisms import INPUT_KINDS, WrongEnds, reference
from reasonscape.planted.pairs import tokenizer_document
from reasonscape.planted.planting import plant
from reasonscape.planted.records import truth_record
from reasonscape.planted.samples import cell_coordinates, task_items
from reasonscape.planted.truth import group_truth
from reasonscape.planted.workflow import workflow_plan

SPLIT = {"words": re.compile(r"\w+|\s+|[^\w\s]"), "bytes": re.compile(r"(?s).")}


def relative(text: str, tokenizer: str, period: int, order: int = 1) -> float:
    """Symbolic power at ``order / period`` over what it is when the tokens are shuffled."""
    codes = np.unique(SPLIT[tokenizer].findall(text), return_inverse=True)[1]
    n, share = len(codes), np.bincount(codes) / len(codes)
    window = np.hanning(n + 2)[1:-1]
    wave = window * np.exp(-2j * np.pi * order / period * np.arange(n))
    own = [abs(wave[codes == a].sum() - share[a] * wave.sum()) ** 2 for a in range(len(share))]
    expected = (1 - (share**2).sum()) * n / (n - 1) * ((window**2).sum() - abs(wave.sum()) ** 2 / n)
    return float(sum(own) / expected)


def by_level(plan: Plan, axis: str) -> dict[float, list[str]]:
    task = plan.tasks[0]
    items, cells = task_items(plan, task), cell_coordinates(task)
    found: dict[float, list[str]] = {}
    for number, item in enumerate(items):
        found.setdefault(cells[number // task.items][0][axis], []).append(item.prompt)
    return found


def power(plan: Plan, axis: str, tokenizer: str, period: int, order: int) -> NDArray[np.float64]:
    levels = by_level(plan, axis)
    each = [[relative(text, tokenizer, period, order) for text in of] for of in levels.values()]
    return np.array([np.mean(of) for of in each])


# The multiples of 1 / period that are strong: which they are follows from what is in a row.
ROWS = [("words", 8, 1), ("words", 8, 3), ("words", 8, 4), ("bytes", 19, 3), ("bytes", 19, 6)]


@pytest.mark.parametrize(("tokenizer", "period", "order"), ROWS)
def test_the_period_of_tables_goes_with_their_spaces(
    tokenizer: str, period: int, order: int
) -> None:
    for kind in ("collapse", "collapse-harmless"):
        plan = mechanism_plan(kind, seed=2)
        whole, half, none = power(plan, "prob_dewhitespace", tokenizer, period, order) - 1
        assert whole > 5
        assert 0.3 < half / whole < 0.7
        assert abs(none / whole) < 0.1


@pytest.mark.parametrize(("tokenizer", "period", "order"), ROWS)
def test_the_period_of_kept_tables_stays(tokenizer: str, period: int, order: int) -> None:
    plan = mechanism_plan("collapse-kept", seed=2)
    found = power(plan, "prob_dewhitespace", tokenizer, period, order)
    assert found == pytest.approx(np.full(3, found[0]), rel=0.2)
    texts = by_level(plan, "prob_dewhitespace")
    spaces = [np.mean([text.count(" ") for text in of]) for of in texts.values()]
    assert spaces[0] > spaces[1] + 5 > spaces[2] + 10


@pytest.mark.parametrize(("tokenizer", "period"), [("words", 6), ("bytes", 12)])
def test_equal_terms_gain_with_length_and_mixed_ones_do_not(tokenizer: str, period: int) -> None:
    gains = []
    for kind in ("bandgain", "bandgain-even"):
        levels = by_level(mechanism_plan(kind, seed=2, items=12), "length")
        # In windows of one length, as spectra of unequal prompts are compared.
        split, join = SPLIT[tokenizer].findall, "".join
        width, means = {"words": 60, "bytes": 180}[tokenizer], []
        for texts in levels.values():
            parts = [
                join(tokens[at : at + width])
                for tokens in map(split, texts)
                for at in range(0, len(tokens) - width + 1, width // 2)
            ]
            means.append(np.mean([relative(part, tokenizer, period, 2) for part in parts]))
        gains.append(means[-1] / means[0])
    assert gains[0] > 2.5
    assert gains[1] == pytest.approx(1, abs=0.3)


@pytest.mark.parametrize("kind", INPUT_KINDS)
def test_a_level_has_thirty_prompts_and_none_twice(kind: str) -> None:
    plan = mechanism_plan(kind)
    for axis in plan.tasks[0].axes:
        levels = by_level(plan, axis.name)
        assert min(len(set(texts)) for texts in levels.values()) >= 30
        assert all(len(set(texts)) == len(texts) for texts in levels.values())


def test_no_level_of_the_workflow_has_fewer_than_thirty_prompts() -> None:
    plan = workflow_plan()
    for task in plan.tasks:
        for axis in task.axes:
            levels = by_level(replace(plan, tasks=(task,)), axis.name)
            assert min(len(set(texts)) for texts in levels.values()) >= 30


@pytest.mark.parametrize(
    ("kind", "points"), [("collapse", 0.25), ("collapse-harmless", 0.0), ("collapse-kept", 0.25)]
)
def test_spaces_cost_the_points_that_are_said(kind: str, points: float) -> None:
    plan = mechanism_plan(kind, items=2000, baseline=False)
    truth, draws = draw_group(plan, plan.tasks[0], plan.evals[0])
    said = truth_record(mechanism_plan(kind))["groups"][0]["prompts"]
    assert said["points"] == pytest.approx(points, abs=0.001)
    assert said["kept"] == ([1.0, 1.0, 1.0] if kind == "collapse-kept" else [1.0, 0.5, 0.0])
    spaces = draws.cell % 3
    means = [draws.correct[spaces == level].mean() for level in range(3)]
    assert means == pytest.approx([0.8, 0.8 - points / 2, 0.8 - points], abs=0.012)
    # Along the length accuracy falls in all three alike.
    assert truth.accuracy.reshape(3, 3)[:, 0] == pytest.approx([0.9, 0.8, 0.7], abs=0.001)


@pytest.mark.parametrize(("kind", "odds"), [("artifact", 4.0), ("artifact-chance", 1.0)])
def test_broken_numbers_fail_at_the_odds_that_are_said(kind: str, odds: float) -> None:
    plan = mechanism_plan(kind, items=200, repeats=4, item_sd=0.0, baseline=False)
    task = plan.tasks[0]
    truth, draws = draw_group(plan, task, plan.evals[0])
    breaks = fragmented_items(plan, task).reshape(task.cells, task.items)
    assert breaks.sum(axis=1).tolist() == [100] * task.cells
    broken = breaks[draws.cell, draws.item]
    a, b = 1 - draws.correct[broken].mean(), 1 - draws.correct[~broken].mean()
    assert a / (1 - a) / (b / (1 - b)) == pytest.approx(odds, rel=0.07)
    assert truth.accuracy == pytest.approx(np.full(task.cells, 0.6), abs=0.001)
    assert draws.correct.mean() == pytest.approx(0.6, abs=0.006)


def test_a_healthy_model_beside_an_artifact_fails_by_chance() -> None:
    plan = mechanism_plan("artifact")
    groups = truth_record(plan)["groups"]
    assert [group["prompts"]["odds"] for group in groups] == [4.0, 1.0]
    assert len(groups[0]["prompts"]["fragmented"]) == 48 * 6


def test_broken_and_whole_numbers_are_equally_long() -> None:
    plan = mechanism_plan("artifact")
    task = plan.tasks[0]
    breaks = fragmented_items(plan, task)
    for item, broken in zip(task_items(plan, task), breaks.tolist(), strict=True):
        numbers = re.findall(r"\d+", item.prompt)
        assert {len(number) for number in numbers} == {4}
        for number in numbers:
            odd = [int(digit) % 2 for digit in number]
            assert (len(set(odd)) == 1) == broken
            assert broken or odd[0] != odd[1] == odd[2] != odd[3]


def test_the_planted_tokenizer_splits_as_planned() -> None:
    tokenizers = pytest.importorskip("tokenizers", reason="the package tokenizers is not there")
    tokenizer = tokenizers.Tokenizer.from_str(json.dumps(tokenizer_document()))
    plan = mechanism_plan("artifact", items=4)
    task = plan.tasks[0]
    breaks = fragmented_items(plan, task)
    for item, broken in zip(task_items(plan, task), breaks.tolist(), strict=True):
        encoded = tokenizer.encode(item.prompt)
        assert tokenizer.decode(encoded.ids) == item.prompt
        digits = [token for token in encoded.tokens if token.isdigit()]
        assert {len(token) for token in digits} == ({1} if broken else {4})
        words = re.findall(r"[A-Za-z]+", item.prompt)
        assert [t.lstrip("\u0120") for t in encoded.tokens if t.lstrip("\u0120").isalpha()] == words
    text = "caf\u00e9 \N{GRINNING FACE}\n12345"
    assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_the_tokenizer_stands_beside_the_config_that_names_it(tmp_path: Path) -> None:
    report = plant(mechanism_plan("artifact", items=2), tmp_path / "demo.json")
    config = json.loads(report.dataset.read_text())
    assert {entry["tokenizer"] for entry in config["evals"]} == {"demo.tokenizer.json"}
    file = tmp_path / "demo.tokenizer.json"
    assert json.loads(file.read_text()) == tokenizer_document()
    assert not plant(mechanism_plan("artifact", items=2), report.dataset).changed
    file.unlink()
    assert plant(mechanism_plan("artifact", items=2), report.dataset).changed
    assert file.exists()
    plant(mechanism_plan("cliff", items=2), report.dataset, replace=True)
    assert not file.exists()


def test_a_tokenizer_that_was_not_planted_stays(tmp_path: Path) -> None:
    file = tmp_path / "demo.tokenizer.json"
    file.write_text("{}")
    plan = mechanism_plan("cliff", items=2)
    plant(plan, tmp_path / "demo.json")
    with pytest.raises(UsageError, match="no planted tokenizer"):
        plant(mechanism_plan("artifact", items=2), tmp_path / "demo.json", replace=True)
    assert file.read_text() == "{}"
    assert not plant(plan, tmp_path / "demo.json").changed


def test_ordinary_plans_keep_their_fingerprints_and_say_nothing_of_prompts() -> None:
    # As it was before plans knew of tokenizers.
    assert mechanism_plan("cliff").fingerprint == "361e4170ed2c32a2"
    assert "prompts" not in truth_record(mechanism_plan("cliff"))["groups"][0]


def test_a_cell_without_prompts_that_break_has_no_odds() -> None:
    plan = mechanism_plan("cliff", items=3)
    assert not fragmented_items(plan, plan.tasks[0]).any()
    truth = group_truth(plan, plan.tasks[0], plan.evals[0])
    assert truth.mechanism.fragmented_odds == 1


def test_two_reasons_why_ends_go_wrong_are_refused() -> None:
    thinking = replace(reference("early").thinking, wrong_ends=WrongEnds("early", 2.0))
    with pytest.raises(UsageError, match="one of them"):
        replace(reference("artifact"), thinking=thinking)
