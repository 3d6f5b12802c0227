"""Triage finds what is planted, suspects nothing healthy, and says what to run next."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import reasonscape as rs
from reasonscape.errors import NoRowsError, UsageError
from reasonscape.planted.design import DEPTH, LENGTH, Plan, PlannedAxis, PlannedEval, PlannedTask
from reasonscape.planted.mechanisms import Mechanism, Thinking, reference
from reasonscape.planted.planting import plant as plant_plan
from reasonscape.runs.triage import TriageRun, triage
from reasonscape.runs.triage_bounds import bounded
from reasonscape.runs.triage_judging import judged
from reasonscape.runs.triage_patterns import systemic_evals, systemic_tasks
from reasonscape.runs.triage_rows import screened_tasks
from reasonscape.runs.triage_screening import screen_of_task
from reasonscape.runs.triage_summary import summarise
from reasonscape.store.filters import parse_filters
from reasonscape.store.selection.names import eval_names

FORM = PlannedAxis("form", ("plain", "squeezed"), "Form")
KINDS = ("healthy", "cliff", "gradual", "truncation", "chaos", "uniform")


def planted(
    folder: Path, *mechanisms: tuple[str, Mechanism], tasks: int = 4, seed: int = 0
) -> Path:
    shapes = ((LENGTH, DEPTH), (LENGTH,), (LENGTH, DEPTH, FORM), (DEPTH, LENGTH))
    plan = Plan(
        "planted",
        tuple(
            PlannedTask(f"task-{i}", shapes[i % 4], items=12, repeats=2, chance=(0.0, 0.25)[i % 2])
            for i in range(tasks)
        ),
        tuple(PlannedEval(name, mechanism) for name, mechanism in mechanisms),
        seed=seed,
        texts=False,
    )
    config = folder / "planted.json"
    plant_plan(plan, config)
    return config


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> TriageRun:
    folder = tmp_path_factory.mktemp("kinds")
    thinking = Thinking(wrong_ratio=0.5)
    short = Mechanism("uniform", high=0.6, thinking=thinking)
    config = planted(folder, *((kind, reference(kind)) for kind in KINDS), ("short", short))
    return rs.triage(config)


def test_every_planted_failure_is_suspect_and_nothing_healthy(kinds: TriageRun) -> None:
    verdicts = {(one.model, one.base_task): one.verdict for one in kinds.screened}
    assert {key for key, verdict in verdicts.items() if verdict != "suspect"} == {
        ("healthy", f"task-{i}") for i in range(4)
    }
    assert len(kinds.suspects) == 24
    assert kinds.counts["matched"] == sum(kinds.counts["by_outcome"].values())


@pytest.mark.parametrize(
    ("model", "signal", "cause"),
    [
        ("truncation", "truncated", "context_truncation"),
        ("short", "short_wrong", "underthinking"),
        ("cliff", "fall", "capability_gap"),
        ("gradual", "fall", "capability_gap"),
        ("uniform", "low_accuracy", "capability_gap"),
    ],
)
def test_the_hint_is_that_of_the_mechanism(
    kinds: TriageRun, model: str, signal: str, cause: str
) -> None:
    mine = [one for one in kinds.screened if one.model == model]
    assert [signal in {s.name for s in one.shown} for one in mine] == [True] * 4
    assert [one.suspected for one in mine] == [cause] * 4


def test_a_cliff_is_placed_and_a_slope_is_not(kinds: TriageRun) -> None:
    steps = {
        (one.model, one.base_task): signal.detail
        for one in kinds.screened
        for signal in one.signals
        if signal.name == "fall" and one.base_task != "task-3"
    }
    for task in ("task-0", "task-1", "task-2"):
        cliff = steps["cliff", task]
        assert (cliff["step"], cliff["axis"], cliff["between"]) == (True, "length", ["12", "15"])
        assert not steps["gradual", task]["step"]


def test_scatter_needs_two_axes(kinds: TriageRun) -> None:
    chaos = {one.base_task: one for one in kinds.screened if one.model == "chaos"}
    assert chaos["task-0"].suspected == chaos["task-2"].suspected == "unstable_surface"
    assert "scatter" not in {signal.name for signal in chaos["task-1"].signals}


def test_q_is_never_below_p(kinds: TriageRun) -> None:
    for one in kinds.screened:
        assert one.signals
        for signal in one.signals:
            assert 0.0 <= signal.p <= signal.q_run <= 1.0
            assert signal.p <= signal.q <= 1.0
            if signal in one.shown:
                assert signal.beyond
                assert max(signal.q, signal.q_run) < 0.05


def test_one_signal_over_most_tasks_is_systemic(kinds: TriageRun) -> None:
    told = {(one["model"], one["signal"]): one for one in systemic_evals(kinds.screened)}
    cut = told["truncation", "truncated"]
    assert (cut["count"], cut["among"]) == (4, 4)
    assert cut["said"] == "systemic truncation: 4 of 4 tasks"
    assert not any(model == "healthy" for model, _ in told)
    assert systemic_tasks(kinds.screened) == []


def test_a_task_that_all_fail_is_a_problem_of_the_task(tmp_path: Path) -> None:
    low = Mechanism("uniform", high=0.3)
    run = triage(rs.open(planted(tmp_path, *((f"m{i}", low) for i in range(3)), tasks=1)))
    (found,) = systemic_tasks(run.screened)
    assert (found["base_task"], found["evals"], found["at_chance"]) == ("task-0", 3, 0)


def test_healthy_stores_are_left_alone(tmp_path: Path) -> None:
    suspects = 0
    for seed in range(3):
        folder = tmp_path / str(seed)
        folder.mkdir()
        long = Thinking(easy=300, hard=3000, spread=0.8)
        models = (
            (f"m{i}", Mechanism("healthy", high=0.95 + i / 100, thinking=long)) for i in (0, 3)
        )
        suspects += len(triage(rs.open(planted(folder, *models, seed=seed))).suspects)
    # 24 pairs at the 5% that is promised: three or more have a chance of 11%, and these are fixed.
    assert suspects <= 2


def test_dealt_labels_leave_no_trace_signal(kinds: TriageRun) -> None:
    dataset = kinds.dataset
    rng = np.random.default_rng(0)
    found = []
    for task in screened_tasks(dataset, dataset.where(parse_filters({}))):
        pairs = []
        for pair in task.pairs:
            order = np.lexsort((rng.random(len(pair)), pair.cell))
            plain = np.argsort(pair.cell, kind="stable")
            outcome = pair.outcome.copy()
            outcome[plain] = pair.outcome[order]
            pairs.append(replace(pair, outcome=outcome))
        found += screen_of_task(replace(task, pairs=tuple(pairs)), eval_names(dataset.store()))
    about_traces = {"short_wrong", "long_wrong", "early_wrong", "late_wrong"}
    alarms = [one for one in judged(found) if about_traces & {s.name for s in one.shown}]
    assert len(alarms) <= 1


def test_few_items_are_too_little(tmp_path: Path) -> None:
    plan = Plan(
        "few",
        (PlannedTask("t", (PlannedAxis("x", (1.0, 2.0), "X"),), items=3, repeats=8),),
        (PlannedEval("m", Mechanism("uniform", high=0.2)),),
        texts=False,
    )
    plant_plan(plan, tmp_path / "few.json")
    run = rs.triage(tmp_path / "few.json")
    assert [one.verdict for one in run.screened] == ["too_little_data"]
    assert run.suspects == ()
    assert "1 too_little_data" in repr(run)


def test_the_same_rows_give_the_same_summary(kinds: TriageRun) -> None:
    again = summarise(triage(kinds.dataset))
    once = summarise(kinds)
    for summary in (again, once):
        summary["provenance"].pop("time")
    assert again == once


def test_the_summary_is_bounded_and_next_names_different_suspects(kinds: TriageRun) -> None:
    summary = summarise(kinds)
    short = bounded(summary, 5, detail=False)
    assert len(short["suspects"]) == 5
    assert short["omitted"] == len(kinds.suspects) - 5
    assert "screened" not in short
    whole = bounded(summary, 3, detail=True)
    assert len(whole["screened"]) == 3
    assert whole["omitted"] == len(kinds.screened) - 3
    runs = [step["run"] for step in summary["next"]]
    assert len(set(runs)) == 4
    assert len(json.dumps(bounded(summary, 12, detail=False))) < 10_000


def test_filters_narrow_the_screen(kinds: TriageRun) -> None:
    run = triage(kinds.dataset, {"model": "cliff", "base_task": "task-0", "depth": 0})
    assert len(run.screened) == 1
    step = summarise(run)["next"][0]["run"]
    assert '"depth":0' in step
    assert '"base_task":"task-0"' in step
    with pytest.raises(NoRowsError):
        triage(kinds.dataset, {"model": "nobody"})


def test_a_screen_is_saved(kinds: TriageRun, tmp_path: Path) -> None:
    import polars

    summary = kinds.save(tmp_path / "out")
    assert json.loads((tmp_path / "out" / "summary.json").read_text()) == summary
    names = {artifact["path"] for artifact in summary["artifacts"]}
    assert {"report.md", "tables/screen.csv", "tables/signals.parquet"} <= names
    screen = polars.read_parquet(tmp_path / "out" / "tables" / "screen.parquet")
    assert screen.height == len(kinds.screened)
    assert "truncation" in (tmp_path / "out" / "report.md").read_text()
    with pytest.raises(UsageError):
        kinds.save("")


def test_loops_of_planted_traces_are_seen(plant: Callable[..., Path]) -> None:
    run = rs.triage(plant("loops"))
    found = {one.model: one for one in run.screened}
    assert found["loops"].suspected == "reasoning_inefficiency"
    loops = next(signal for signal in found["loops"].shown if signal.name == "loops")
    assert loops.effect.low < 0.16 < loops.effect.high + 0.03
    assert found["healthy"].verdict == "no_suspicion"
