"""The samples of a task on shared axes: what two lenses start from."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import reasonscape as rs
from reasonscape.datasets.task_traces import TaskTraces, task_traces
from reasonscape.errors import UsageError
from reasonscape.runs.selection import compiled

ROWS = [
    {
        "model": model, "template": template, "base_task": "sums", "item_id": f"i{item}",
        "params": {"length": 2 + item % 2} | ({} if item == 9 else {"depth": item // 4}),
        "prompt": f"{item}?", "response": "word " * (10 * item + 1), "correct": item % 3 > 0,
        "completion_tokens": 10 * item, "chance": 0.25,
    }
    for model, template in (("a", "cot"), ("a", "direct"), ("b", "cot"))
    for item in range(12)
]  # fmt: skip


@pytest.fixture
def dataset(tmp_path: Path) -> rs.Dataset:
    log = tmp_path / "log.jsonl"
    log.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    config = {
        "store": "d",
        "evals": [
            {"filters": {"model": "a"}, "label": "A"},
        ],
        "base_tasks": {"sums": {"surfaces": [{"id": "length-depth", "x": "length", "y": "depth"}]}},
    }
    (tmp_path / "d.json").write_text(json.dumps(config))
    rs.import_logs(log, tmp_path / "d.json")
    return rs.open(tmp_path / "d.json")


def traces(dataset: rs.Dataset, filters: dict[str, str | int] | None = None) -> TaskTraces | None:
    where = compiled(dataset, filters or {}).where
    return task_traces(dataset, where, "sums", columns=["completion_tokens", "f.trace"])


def test_evals_share_axes_and_items(dataset: rs.Dataset) -> None:
    found = traces(dataset)
    assert found is not None
    assert [axis.name for axis in found.axes][:2] == ["length", "depth"]
    assert found.n_levels[0] == 2
    assert len(found.evals) == 3
    items = [set(one.rows.item.tolist()) for one in found.evals]
    assert items[0] == items[1] == items[2]
    assert {len(one.rows) for one in found.evals} == {12}
    for one in found.evals:
        tokens = one.rows.numbers["completion_tokens"]
        assert (one.coords[:, 0] == tokens / 10 % 2).all()
        assert one.chance == pytest.approx(0.25)
        assert one.rows.words["f.trace"].tolist() == ["response"] * 12


def test_rows_without_a_value_are_compared_with_each_other(dataset: rs.Dataset) -> None:
    """A param that few rows have must not cost the others."""
    found = traces(dataset)
    assert found is not None
    said = "sums: 3 samples lack a value on an axis and are compared with each other"
    assert said in found.notes
    depth = [axis.name for axis in found.axes].index("depth")
    levels = len(found.axes[depth].levels)
    assert found.n_levels[depth] == levels + 1
    for one in found.evals:
        assert (one.coords[:, depth] == levels).sum() == 1


def test_notes_are_about_strata_and_no_surface_is_a_subject(dataset: rs.Dataset) -> None:
    found = traces(dataset, {"param.length": 2, "param.depth": 1})
    assert found is not None
    assert not found.axes
    said = "sums: no param or label that all samples have varies, so all count as equally hard"
    assert found.notes == (said,)


def test_labels_tell_evals_apart(dataset: rs.Dataset) -> None:
    found = traces(dataset)
    assert found is not None
    labels = [one.label for one in found.evals]
    assert len(set(labels)) == 3
    assert sum(label.startswith("A [e") for label in labels) == 2


def test_nothing_selected_is_none(dataset: rs.Dataset) -> None:
    where = compiled(dataset, {"model": "a"}).where
    assert task_traces(dataset, where, "no-such-task") is None


def test_an_axis_that_is_not_there_is_refused(dataset: rs.Dataset) -> None:
    where = compiled(dataset, {}).where
    with pytest.raises(UsageError, match="did you mean length"):
        task_traces(dataset, where, "sums", asked=["lenght"])


def test_the_order_of_rows_in_the_log_does_not_matter(tmp_path: Path) -> None:
    found = []
    for name, rows in (("x", ROWS), ("y", ROWS[::-1])):
        log = tmp_path / f"{name}.jsonl"
        log.write_text("".join(json.dumps(row) + "\n" for row in rows))
        rs.import_logs(log, tmp_path / f"{name}.json")
        one = traces(rs.open(tmp_path / f"{name}.json"))
        assert one is not None
        found.append(one)
    for a, b in zip(found[0].evals, found[1].evals, strict=True):
        assert (a.rows.item == b.rows.item).all()
        assert np.array_equal(a.coords, b.coords)
        tokens = [one.rows.numbers["completion_tokens"] for one in (a, b)]
        assert np.array_equal(tokens[0], tokens[1])
