"""What is taken for the kind of an item, and what is said where there is none of the name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reasonscape.datasets.config import Dataset
from reasonscape.errors import UsageError
from tests.pooling.conftest import pool_of

ONE_TASK = '{"base_task": "adding"}'


@pytest.fixture
def tiered(folder: Path, tmp_path: Path) -> Dataset:
    """The same store under a config with a tier for each task."""
    config = json.loads(folder.read_text())
    config["store"] = str((folder.parent / config["store"]).resolve())
    tasks = {"adding": {"tiers": ["sums"]}, "proving": {"tiers": ["logic"]}}
    config["base_tasks"] = tasks
    path = tmp_path / "t.json"
    path.write_text(json.dumps(config))
    return Dataset.open(path)


def test_tiers_come_before_tasks(tiered: Dataset) -> None:
    found = pool_of(tiered)
    assert found.kind == "tier"
    assert found.labels["kind"].names == ("logic", "sums")
    assert "tier" not in found.labels  # the kind by another name


def test_without_tiers_it_is_the_task(dataset: Dataset) -> None:
    assert pool_of(dataset).kind == "task"


def test_within_one_task_it_is_the_first_label(dataset: Dataset) -> None:
    found = pool_of(dataset, ONE_TASK)
    assert found.kind == "kind"
    assert found.labels["kind"].names == ("kind-0", "kind-1", "kind-2")


@pytest.mark.parametrize(
    ("asked", "levels"),
    [("kind", 3), ("label.kind", 3), ("n", 3), ("param.n", 3), ("variant", 4), ("task", 2)],
)
def test_what_is_asked_for_is_read(dataset: Dataset, asked: str, levels: int) -> None:
    found = pool_of(dataset, "{}", asked)
    assert found.kind == asked.rpartition(".")[2]
    assert found.labels["kind"].levels() == levels


def test_an_unknown_kind_is_refused_with_what_there_is(dataset: Dataset) -> None:
    with pytest.raises(UsageError, match=r"there is no kind 'kindness'") as caught:
        pool_of(dataset, "{}", "kindness")
    assert caught.value.remedy == "one of: task, tier, variant, kind, n, name"


def test_asking_for_the_tier_where_there_is_none_leaves_it_unknown(dataset: Dataset) -> None:
    found = pool_of(dataset, "{}", "tier")
    assert found.labels["kind"].levels() == 0
