"""lighteval's details: the golden files by value, and lighteval's own aggregates."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import Any

import orjson
import pytest

from reasonscape.errors import UsageError
from reasonscape.ingest.axes import parse_axes
from reasonscape.ingest.formats import CompanionError, sniff
from reasonscape.ingest.grading import Grader
from reasonscape.ingest.logs import find_logs
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.lighteval.reader import read_lighteval
from reasonscape.store.sample import Sample

GOLDEN = Path(__file__).parent.parent / "golden" / "lighteval"
TIME = "2026-01-02T03-04-05.678901"
RESULTS = GOLDEN / "results" / "golden" / "table" / f"results_{TIME}.json"


def path_of(name: str) -> Path:
    return GOLDEN / "details" / "golden" / "table" / TIME / f"details_{name}_{TIME}.parquet"


def golden(name: str, options: ReadOptions | None = None) -> list[Sample]:
    records = list(read_lighteval(path_of(name), options or ReadOptions()))
    assert all(isinstance(one, Sample) for one in records), records
    return [one for one in records if isinstance(one, Sample)]


def test_the_tree_is_read_and_nothing_is_passed_over() -> None:
    found = find_logs([GOLDEN])
    assert {log.format.name for log in found.logs} == {"lighteval"}
    assert len(found.logs) == 5
    assert found.passed == ()
    with pytest.raises(CompanionError, match="goes with logs of the format lighteval"):
        sniff(RESULTS)


def test_generated_texts_by_value() -> None:
    options = ReadOptions()
    found = {one.item_id: one for one in golden("golden_sum_1", options)}
    shared: dict[str, Any] = {
        "model": "golden/table",
        "template": "system-213c22ed",
        "sampler": "temperature=0.5,top_p=0.9",
        "base_task": "golden_sum",
        "task": "golden_sum/1-shot",
        "repeat": 0,
        "grade_source": "native",
        "stop_source": "inferred_cap",
        "max_tokens": 24,
        "tokens_source": "native",
        "source": path_of("golden_sum_1").as_posix(),
    }
    # lighteval shuffles its questions by a fixed seed: the ids are places in the split.
    assert found["1"] == Sample(
        **shared,
        item_id="1",
        params={"level": 2.0},
        labels={"kind": "plain"},
        prompt="Q: What is 17 + 25?\nA:",
        reasoning="17 + 25 is 42.",
        reasoning_kind="full",
        response="42",
        target='["42","forty-two"]',
        correct=True,
        score=1.0,
        stop="stop",
        prompt_tokens=22,
        completion_tokens=15,
        source_row=2,
    )
    assert found["2"] == Sample(
        **shared,
        item_id="2",
        params={"level": 3.0},
        labels={"kind": "long"},
        prompt="Q: What is 6 * 7 * 8?\nA:",
        reasoning="6 * 7 is 42, and",
        reasoning_kind="full",
        response="",
        target="336",
        correct=False,
        score=0.0,
        stop="length",  # 24 tokens of 24
        prompt_tokens=24,
        completion_tokens=24,
        source_row=1,
    )
    assert found["3"].reasoning == "Nothing is left."  # of `reasonings`
    assert (found["3"].response, found["3"].stop) == ("nil", "stop")
    assert options.notices.lines() == (
        "graded by 'em'; --metric takes another: f1 (4 rows)",
        "prompt cut to fit the model's window (1 row)",
    )


def test_weighed_choices_by_value() -> None:
    first, second = golden("golden_pick_easy_0")
    shared: dict[str, Any] = {
        "model": "golden/table",
        "template": "system-213c22ed",
        "sampler": "temperature=0.5,top_p=0.9",
        "base_task": "golden_pick",
        "task": "golden_pick:easy/0-shot",
        "repeat": 0,
        "params": {"level": 1.0},
        "labels": {"subset": "easy", "kind": "pick"},
        "grade_source": "native",
        "chance": 1 / 3,
        "chance_source": "row",
        "answered": True,
        "tokens_source": "native",
        "source": path_of("golden_pick_easy_0").as_posix(),
    }
    assert first == Sample(
        **shared,
        item_id="1",
        prompt="Q: Which is odd?\nA:",
        response=" 2",
        answer=" 2",
        target=" 5",
        correct=False,
        score=0.0,
        prompt_tokens=19,
        source_row=1,
    )
    assert second == Sample(
        **shared,
        item_id="0",
        prompt="Q: Which is even?\nA:",
        response=" 2",
        answer=" 2",
        target=" 2",
        correct=True,
        score=1.0,
        prompt_tokens=20,
        source_row=2,
    )
    (hard,) = golden("golden_pick_hard_0")
    assert (hard.answer, hard.target, hard.chance) == (" 89", '[" 97"," 89"]', 0.5)
    assert (hard.correct, hard.labels["subset"], hard.task) == (
        True,
        "hard",
        "golden_pick:hard/0-shot",
    )


def test_several_texts_are_repeats_that_the_log_does_not_grade() -> None:
    options = ReadOptions()
    samples = golden("golden_many_0", options)
    assert [(one.item_id, one.repeat) for one in samples] == [
        (item, repeat) for item in ("2", "1", "3", "0") for repeat in range(3)
    ]
    assert {(one.score, one.correct, one.grade_source) for one in samples} == {(None, None, None)}
    assert [one.response for one in samples if one.item_id == "3"] == ["nil", "one", "nil"]
    assert [one.completion_tokens for one in samples if one.item_id == "3"] == [9, 4, 3]
    assert options.notices.lines()[0] == (
        "ungraded: lighteval measures several texts of a question together; --grade judges each "
        "(12 rows)"
    )


def test_a_grader_judges_each_of_several_texts() -> None:
    """The mean of one question with one right answer is that of lighteval, 2 of 3."""
    samples = golden("golden_many_0", ReadOptions(grade=Grader("exact")))
    assert [one.correct for one in samples if one.item_id == "3"] == [True, False, True]
    # Of two targets either is right.
    assert [one.correct for one in samples if one.item_id == "1"] == [True, True, True]


def test_a_task_asked_in_two_ways_is_read_by_the_way_of_the_metric() -> None:
    options = ReadOptions()
    written = golden("golden_both_0", options)
    assert [(one.item_id, one.response) for one in written] == [("1", "42"), ("0", "5")]
    assert options.notices.lines()[1] == (
        "rows of another way of asking, which the chosen metric does not measure (2 rows)"
    )
    weighed = golden("golden_both_0", ReadOptions(metric="acc"))
    assert [(one.item_id, one.answer) for one in weighed] == [("1", "42"), ("0", None)]
    assert all(one.completion_tokens is None for one in weighed)


@pytest.mark.parametrize(
    ("name", "task", "metric"),
    [
        ("golden_sum_1", "golden_sum|1", "em"),
        ("golden_sum_1", "golden_sum|1", "f1"),
        ("golden_pick_easy_0", "golden_pick:easy|0", "acc"),
        ("golden_pick_hard_0", "golden_pick:hard|0", "acc"),
        ("golden_both_0", "golden_both|0", "em"),
        ("golden_both_0", "golden_both|0", "acc"),
    ],
)
def test_our_scores_give_the_aggregates_of_lighteval(name: str, task: str, metric: str) -> None:
    expected = orjson.loads(RESULTS.read_bytes())["results"][task][metric]
    scores = [one.score for one in golden(name, ReadOptions(metric=metric))]
    assert None not in scores
    mean = statistics.fmean(score for score in scores if score is not None)
    assert mean == pytest.approx(expected, abs=1e-9, rel=1e-9)


def test_every_aggregate_but_that_over_several_texts_is_checked() -> None:
    results = orjson.loads(RESULTS.read_bytes())["results"]
    means = {
        (task, metric)
        for task, metrics in results.items()
        for metric in metrics
        if not metric.endswith("_stderr") and "_average" not in task and task != "all"
    }
    assert means == {
        ("golden_sum|1", "em"),
        ("golden_sum|1", "f1"),
        ("golden_pick:easy|0", "acc"),
        ("golden_pick:hard|0", "acc"),
        ("golden_both|0", "em"),
        ("golden_both|0", "acc"),
        ("golden_many|0", "avg@n:n=3"),
    }


def test_a_metric_that_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match="no row has the metric 'ff1'") as caught:
        golden("golden_sum_1", ReadOptions(metric="ff1"))
    assert caught.value.did_you_mean == ("f1",)


def test_axes_start_from_specific() -> None:
    options = ReadOptions(axes=parse_axes(["hard=specific.level * 10"]))
    sample = golden("golden_sum_1", options)[0]
    assert (sample.params, sample.labels) == ({"hard": 30.0}, {})
