"""Real logs, end to end: every row arrives once, and cells hold what an independent count finds."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard

import reasonscape as rs

pytestmark = pytest.mark.slow

MAPS = {
    "planbench": ["planbench"],
    "rg_eval": ["rg_eval_easy_c0", "rg_eval_easy_c12", "rg_eval_hard"],
    "rg_vllm": ["rg_vllm"],
}
ROWS = 258_162


def log(shared_data: Path, name: str) -> Path:
    return shared_data / "samples" / f"{name}.jsonl.zst"


def rows_of(path: Path, model: str) -> Iterator[dict[str, Any]]:
    """Rows of one model; only lines that have its name are parsed, which are few."""
    with path.open("rb") as packed:
        stream = zstandard.ZstdDecompressor().stream_reader(packed)
        for line in io.TextIOWrapper(stream, "utf-8"):
            if model in line and (row := json.loads(line))["model"] == model:
                yield row


@pytest.fixture(scope="module")
def dataset(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> rs.Dataset:
    config = tmp_path_factory.mktemp("real") / "real.json"
    read = 0
    for mapping, names in MAPS.items():
        logs = [log(shared_data, n) for n in names]
        # Nothing here asks for features, and measuring them is most of an import.
        report = rs.import_logs(logs, config, mapping=mapping, features=False)
        assert report.refused == 0
        read += report.rows
    assert read == ROWS
    return rs.open(config)


def test_every_row_is_in_the_store_under_a_key_of_its_own(dataset: rs.Dataset) -> None:
    store = dataset.store()
    source = store.scan(["sample_uid"])
    sql = f"SELECT count(*), count(DISTINCT sample_uid) FROM {source}"
    assert store.rows(sql) == [(ROWS, ROWS)]
    assert sum(row[4] for row in rs.evals(dataset).rows) == ROWS


def test_truncation_is_where_the_log_puts_it(dataset: rs.Dataset) -> None:
    """973 rows pile up at exactly the cap; none of them is right."""
    store = dataset.store()
    source = store.scan(["stop", "stop_source", "correct"])
    sql = f"""SELECT count(*), count_if(correct) FROM {source}
              WHERE stop = 'length' AND stop_source = 'inferred_cap'"""
    assert store.rows(sql) == [(973, 0)]


@pytest.mark.parametrize(
    ("names", "task", "model", "x", "y"),
    [
        (["planbench"], "blocksworld", "o1-mini_chat", "n_objects", "optimal_plan_length"),
        (MAPS["rg_eval"], "products", "openai_o3-mini", "num_terms", "num_digits"),
        (MAPS["rg_eval"], "decimal_chain_sum", "openai_o3-mini", "num_terms", "num_digits"),
    ],
)
def test_cells_hold_what_a_plain_count_finds(
    dataset: rs.Dataset, shared_data: Path, names: list[str], task: str, model: str, x: str, y: str
) -> None:
    asked: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for name in names:
        for row in rows_of(log(shared_data, name), model):
            if row["task"] == task:
                cell = (f"{row['params'][x]:g}", f"{row['params'][y]:g}")
                asked[cell] += 1
                right[cell] += bool(row["correct"])
    run = rs.surface(dataset, filters={"base_task": task, "model": model}, axes=[x, y])
    cells = run.table.select("x", "y", "samples", "correct").rows()
    assert {(a, b): n for a, b, n, _ in cells} == asked
    assert {(a, b): k for a, b, _, k in cells if k} == +right


def test_native_result_files_of_both_layouts(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "native" / "reasoning_gym_eval"
    report = rs.import_logs(folder, tmp_path / "native.json")
    assert (report.rows, report.added, report.refused) == (3550, 3550, 0)
    dataset = rs.open(tmp_path / "native.json")
    assert len(rs.tasks(dataset).rows) == len(dataset.store().base_tasks())
    assert rs.surface(dataset, filters={"base_task": "chain_sum"}).findings
