"""Every Eval Ever: the golden logs by value, and the means that their aggregates state."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from reasonscape.errors import UsageError
from reasonscape.ingest.axes import parse_axes
from reasonscape.ingest.fields import FIELDS
from reasonscape.ingest.formats import CompanionError, sniff
from reasonscape.ingest.logs import find_logs
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.every_eval_ever.reader import EVERY_EVAL_EVER, read_every_eval_ever
from reasonscape.store.sample import Sample

GOLDEN = Path(__file__).parent.parent / "golden" / "every_eval_ever" / "data"
ADDING, PICKING, SUMS, TALK = (
    next(GOLDEN.rglob(f"0000000{n}-*_samples.jsonl")) for n in (1, 3, 4, 2)
)


def read(path: Path, options: ReadOptions | None = None) -> list[Sample]:
    records = list(read_every_eval_ever(path, options or ReadOptions()))
    assert all(isinstance(one, Sample) for one in records), records
    return [one for one in records if isinstance(one, Sample)]


def named(sample: Sample, *names: str) -> list[Any]:
    return [getattr(sample, name) for name in names]


def test_rows_are_logs_and_aggregates_go_with_them() -> None:
    found = find_logs([GOLDEN])
    assert found.formats() == {"every_eval_ever": 4}
    assert found.passed == ()
    aggregate = SUMS.with_name(SUMS.name.replace("_samples.jsonl", ".json"))
    with pytest.raises(CompanionError, match="has no rows of its own"):
        sniff(aggregate)
    with pytest.raises(UsageError):
        list(read_every_eval_ever(aggregate, ReadOptions()))


def test_an_aggregate_on_one_line_is_no_log(tmp_path: Path) -> None:
    document = json.loads(SUMS.with_name(SUMS.name.replace("_samples.jsonl", ".json")).read_bytes())
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document))
    with pytest.raises(CompanionError):
        sniff(path)
    with pytest.raises(UsageError, match="is an aggregate"):
        list(read_every_eval_ever(path, ReadOptions()))


def test_aggregates_without_rows_are_said_to_be_so(tmp_path: Path) -> None:
    for path in (SUMS, ADDING):
        name = path.name.replace("_samples.jsonl", ".json")
        (tmp_path / name).write_bytes(path.with_name(name).read_bytes())
    with pytest.raises(UsageError, match=r"no rows of its own \(and 1 more"):
        find_logs([tmp_path])


def test_a_row_of_the_inspect_converter_by_value() -> None:
    first, *_, cut, last = read(SUMS)
    shared: dict[str, Any] = {
        "model": "mistral/mistral/adder",
        "template": "",
        "sampler": "temperature=0.5",
        "base_task": "sums",
        "task": "sums",
        "max_tokens": 64,
        "params": {},
        "labels": {},
        "chance": None,
        "answer": None,
        "answered": None,
        "tokens_source": "native",
        "stop_source": "native",
        "reasoning_kind": "full",
        "prompt_tokens": 11,
    }
    expected: dict[str, Any] = {
        "item_id": "sum-0",
        "repeat": 0,
        "prompt": "What is 2 + 3?",
        "reasoning": "thinking 1",
        "response": "the answer is 5",
        "target": "5",
        "correct": True,
        "score": 1.0,
        "stop": "stop",
        "completion_tokens": 20,
        "reasoning_tokens": 17,
        "source_row": 1,
    }
    for name, value in (shared | expected).items():
        assert getattr(first, name) == value, name
    names = ("item_id", "repeat", "stop", "completion_tokens", "reasoning_tokens", "source_row")
    assert named(cut, *names) == ["sum-1", 1, "length", 64, 61, 9]
    assert named(last, *names) == ["sum-2", 1, "stop", 22, 19, 11]


def test_a_mean_over_epochs_is_no_grade() -> None:
    options = ReadOptions()
    samples = read(SUMS, options)
    assert [(one.item_id, one.score, one.correct) for one in samples] == [
        ("sum-0", 1.0, True),
        ("sum-1", 0.5, None),
        ("sum-2", 1.0, True),
    ] * 2
    assert "ungraded (2 rows)" in "\n".join(options.notices.lines())


def test_several_metrics_give_one_sample_each_and_the_metric_can_be_named() -> None:
    options = ReadOptions()
    assert len(read(SUMS, options)) == 6
    assert "also has 'shortness' (--metric) (6 rows)" in "\n".join(options.notices.lines())
    for name in ("shortness", "shortness:mean", "inspect_ai.mean", "mean"):
        samples = read(SUMS, ReadOptions(metric=name))
        assert [one.score for one in samples] == [0.25, 0.375, 0.25] * 2
        # No bounds are stated: what the log calls right is right.
        assert {one.correct for one in samples} == {True}
        assert [one.source_row for one in samples] == [2, 4, 6, 8, 10, 12]
    with pytest.raises(UsageError, match="has the metric 'f1'") as caught:
        read(SUMS, ReadOptions(metric="f1"))
    assert "'includes', 'accuracy', 'shortness'" in caught.value.remedy


def test_a_row_of_the_lm_eval_converter_by_value() -> None:
    first, second, third = read(ADDING)
    names = ("model", "template", "sampler", "base_task", "task", "item_id", "repeat", "prompt")
    assert named(first, *names) == [
        *("tiny/adder", "", ""),
        *("adding", "adding/strict/5-shot", "0", None, "Q: What is 2 + 3?"),
    ]
    names = ("response", "answer", "answered", "target", "correct", "score", "max_tokens", "stop")
    assert named(first, *names) == ["5", "5", True, "5", True, 1.0, 32, "unknown"]
    assert named(second, "answer", "answered", "correct") == ["[invalid]", False, False]
    assert (third.params, third.labels) == ({}, {})


def test_filters_of_lm_eval_are_variants() -> None:
    assert [one.task for one in read(ADDING)] == ["adding/strict/5-shot"] * 3
    flexible = read(ADDING, ReadOptions(variant="flexible"))
    assert [(one.task, one.correct) for one in flexible] == [
        ("adding/flexible/5-shot", right) for right in (True, True, False)
    ]
    both = read(ADDING, ReadOptions(variant="all"))
    assert {one.base_task for one in both} == {"adding"}
    assert sorted(one.task for one in both) == [
        *["adding/flexible/5-shot"] * 3,
        *["adding/strict/5-shot"] * 3,
    ]
    with pytest.raises(UsageError, match="has the variant 'loose'"):
        read(ADDING, ReadOptions(variant="loose"))


def test_choices_give_the_chance_and_what_was_not_extracted_is_no_answer() -> None:
    samples = read(PICKING)
    assert [(one.item_id, one.correct, one.chance, one.chance_source) for one in samples] == [
        ("0", True, 1 / 3, "row"),
        ("1", False, 1 / 3, "row"),
    ]
    assert [(one.response, one.target, one.answer) for one in samples] == [
        ("red", "red", None),
        ("red", "green", None),
    ]
    # `acc_norm` calls both right: rows of the other metric are other grades of the same samples.
    assert [one.correct for one in read(PICKING, ReadOptions(metric="acc_norm"))] == [True, True]


def test_conversations_and_what_no_converter_writes() -> None:
    options = ReadOptions()
    talked, unknown, several, bought, failed = read(TALK, options)
    names = ("response", "reasoning", "correct", "score", "stop", "stop_source")
    said = "greet\n\npart"
    assert named(talked, *names) == ["Goodbye.", said, True, 1.0, "stop", "inferred_cap"]
    assert (talked.params, talked.labels) == ({"level": 3.0}, {"subject": "manners", "code": "007"})
    counts = ("prompt_tokens", "completion_tokens", "reasoning_tokens")
    # The total says that cached input is counted beside the rest of the input.
    assert named(talked, *counts) == [36, 4, 2]
    # Here it says that reasoning is counted beside the rest of the output.
    assert named(several, *counts) == [10, 10, 6]
    # A score of -1 is the unknown level of this metric.
    assert named(unknown, "correct", "score", "stop", "stop_source") == [
        *(None, None, "filter", "native")
    ]
    assert named(several, "response", "reasoning", "target") == ["one", "first", '["yes", "oui"]']
    assert "several outputs" in "\n".join(options.notices.lines())
    # Fewer edits are better: right is only what the log calls so, whatever the score.
    assert named(bought, "correct", "score", "response") == [True, 2.0, "Bought."]
    assert named(failed, "correct", "score", "stop", "response") == [False, 3.0, "error", None]


def test_axes_may_name_what_the_automatic_ones_leave_out() -> None:
    assert {tuple(one.params) for one in read(SUMS)} == {()}
    samples = read(SUMS, ReadOptions(axes=parse_axes(["metadata.epoch"])))
    assert [one.params["epoch"] for one in samples] == [1.0] * 3 + [2.0] * 3
    samples = read(TALK, ReadOptions(axes=parse_axes(["none"])))
    assert {(*one.params, *one.labels) for one in samples} == {()}


@pytest.mark.parametrize("path", [ADDING, PICKING, SUMS])
def test_the_means_of_the_aggregate_are_those_of_the_samples(path: Path) -> None:
    document = json.loads(path.with_name(path.name.replace("_samples.jsonl", ".json")).read_bytes())
    stated = {
        one["evaluation_result_id"]: one["score_details"]["score"]
        for one in document["evaluation_results"]
    }
    for name, score in stated.items():
        samples = read(path, ReadOptions(metric=name, variant="all"))
        found = defaultdict[str, list[float]](list)
        for one in samples:
            assert one.score is not None
            found[one.task].append(one.score)
        (scores,) = found.values()
        assert fmean(scores) == pytest.approx(score, abs=1e-9)


def test_every_declared_field_is_one() -> None:
    declared = {*EVERY_EVAL_EVER.declares.native, *EVERY_EVAL_EVER.declares.inferred}
    assert declared <= set(FIELDS)
