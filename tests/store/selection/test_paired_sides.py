"""Two sides item by item, against counting the rows in plain Python."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import reasonscape as rs
from reasonscape.store.filters import ALL, parse_filters
from reasonscape.store.selection.paired_sides import SideItems, item_texts, side_items


@pytest.fixture(scope="module")
def rows() -> list[dict[str, object]]:
    rng = np.random.default_rng(2)
    made: list[dict[str, object]] = []
    for _ in range(400):
        item = int(rng.integers(30))
        made.append(
            {
                "model": str(rng.choice(["a", "b", "c"])),
                "base_task": str(rng.choice(["t1", "t2"])),
                "item_id": str(item),
                "prompt": f"p{item}" if item != 5 else None,
                "repeat": len(made),
                "params": {"length": item % 3},
                "correct": [True, False, None][int(rng.integers(3))],
                "stop": str(rng.choice(["stop", "length"])),
            }
        )
    return made


@pytest.fixture(scope="module")
def dataset(rows: list[dict[str, object]], tmp_path_factory: pytest.TempPathFactory) -> rs.Dataset:
    folder: Path = tmp_path_factory.mktemp("sides")
    log = folder / "log.jsonl"
    kept = [{k: v for k, v in row.items() if v is not None or k == "correct"} for row in rows]
    log.write_text("\n".join(map(json.dumps, kept)) + "\n")
    assert rs.import_logs(log, folder / "x.json").complete
    return rs.open(folder / "x.json")


def read(dataset: rs.Dataset, a: str, b: str, *, by_id: bool = False) -> SideItems:
    sides = tuple(dataset.where(parse_filters({"model": model})) for model in (a, b))
    return side_items(
        dataset.store(), ALL, (sides[0], sides[1]), ["t1", "t2"], ["param.length"], by_id=by_id
    )


def used(row: dict[str, object]) -> bool:
    return row["correct"] is not None or row["stop"] == "length"


def test_equals_plain_python(dataset: rs.Dataset, rows: list[dict[str, object]]) -> None:
    found = read(dataset, "a", "b")
    names: dict[tuple[int, int], tuple[str, str]] = {}
    for number, task in enumerate(found.base_tasks):
        mine = found.item[found.task == number].tolist()
        texts = item_texts(dataset.store(), ALL, [task], mine)
        names |= {(number, key): (task, texts[key][1]) for key in mine}
    counts: Counter[tuple[object, ...]] = Counter()
    for row in rows:
        owner = (row["base_task"], row["item_id"], row["model"])
        if used(row):
            right = row["correct"] is True
            counts[(*owner, "m")] += 1
            counts[(*owner, "k")] += right
            counts[(*owner, "t")] += row["stop"] == "length" and not right
    for i, (task, item) in enumerate(zip(found.task.tolist(), found.item.tolist(), strict=True)):
        key = names[task, item]
        for side, model in (("a", "a"), ("b", "b")):
            for what in "mkt":
                assert getattr(found, f"{what}_{side}")[i] == counts[(*key, model, what)]
        assert found.known[i] == (key[1] != "5")
        assert found.axes["param.length"][i] == int(key[1]) % 3
    shared = {(r["base_task"], r["item_id"]) for r in rows if r["model"] in ("a", "b")}
    assert len(found.item) == len(shared)
    assert found.in_both == 0


def test_sides_that_overlap_are_counted_on_neither(
    dataset: rs.Dataset, rows: list[dict[str, object]]
) -> None:
    a = dataset.where(parse_filters({"model": "a"}))
    both = dataset.where(parse_filters({"model": ["a", "b"]}))
    found = side_items(dataset.store(), ALL, (a, both), ["t1", "t2"])
    assert found.in_both == sum(row["model"] == "a" for row in rows)
    assert found.m_a.sum() == 0


def test_by_id_pairs_across_prompts(dataset: rs.Dataset) -> None:
    assert len(read(dataset, "a", "b", by_id=True).item) == len(read(dataset, "a", "b").item)
    assert read(dataset, "a", "b", by_id=True).same_prompt.all()


def test_nothing_selected_is_empty(dataset: rs.Dataset) -> None:
    none = dataset.where(parse_filters({"model": "nobody"}))
    found = side_items(dataset.store(), ALL, (none, none), ["t1"])
    assert len(found.item) == 0
    assert item_texts(dataset.store(), ALL, ["t1"], []) == {}
